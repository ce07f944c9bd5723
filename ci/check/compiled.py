"""Runs a compiler-like tool over many files, two things at once: in parallel, and not again for
what has not changed. A clean result is remembered under .cache/ by the hash of all that it read."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable

import sources

CACHE_FILES_MAX = 20_000  # a run adds at most a few hundred; older ones go first


def prune(cache: pathlib.Path) -> None:
    files = sorted(cache.iterdir(), key=lambda file: file.stat().st_mtime)
    for file in files[: max(0, len(files) - CACHE_FILES_MAX)]:
        file.unlink()


def run_all(tool: str, salt: str, names: list[str], command: Callable[[str], list[str]]) -> int:
    """Runs command(name) for each file whose content, includes or command changed since it was
    clean. Prints what the tool says of the others and returns 1 if any failed."""
    cache = sources.ROOT / ".cache" / tool
    cache.mkdir(parents=True, exist_ok=True)
    includes = sources.Includes()
    todo = []
    for name in names:
        words = command(name)
        relative = "\0".join(words).replace(str(sources.ROOT), "")
        key = sources.content_key(name, includes, salt, relative)
        if not (cache / key).exists():
            todo.append((name, words, key))

    def one(job: tuple[str, list[str], str]) -> tuple[str, float, str]:
        name, words, key = job
        begin = time.monotonic()
        run = subprocess.run(words, capture_output=True, text=True, check=False,
                             cwd=sources.ROOT, errors="replace")
        if run.returncode == 0:
            (cache / key).touch()
            return name, time.monotonic() - begin, ""
        lines = (run.stdout + run.stderr).splitlines()
        output = [line for line in lines if not line.endswith(("warnings generated.",
                                                               "warning generated."))]
        return name, time.monotonic() - begin, "\n".join(output) or f"{words[0]} failed on {name}"

    failed = 0
    total = 0.0
    jobs = int(os.environ.get("CLOGS_JOBS", os.cpu_count() or 2))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for number, (name, seconds, output) in enumerate(pool.map(one, todo), 1):
            total += seconds
            if output:
                failed += 1
                print(output.rstrip(), file=sys.stderr)
            if sys.stdout.isatty() or number % 25 == 0:
                end = "\r" if sys.stdout.isatty() else "\n"
                print(f"  {tool} {number}/{len(todo)} {name}"[:100].ljust(100).rstrip(), end=end,
                      flush=True)
    if todo:
        print(f"  {tool}: {len(names)} files, {len(todo)} new or changed, {failed} with findings, "
              f"{total:.0f} s of one core")
    prune(cache)
    return 1 if failed else 0
