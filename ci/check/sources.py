"""What the checks share: the root, the project's files, includes and compile commands."""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CPP = (".cc", ".h")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def project_files(root: pathlib.Path = ROOT) -> list[str]:
    """Paths below root that git tracks or would track; without git, all of them."""
    run = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if run.returncode == 0:
        names = run.stdout.decode(errors="replace").split("\0")
        return sorted({name for name in names if name and (root / name).is_file()})
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def cpp_files(root: pathlib.Path = ROOT) -> list[str]:
    return [name for name in project_files(root) if name.endswith(CPP)]


def is_test(name: str) -> bool:
    """Tests and what helps them, fuzz targets and benchmarks, by their names and folders."""
    return "/testing/" in name or pathlib.PurePath(name).stem.endswith(("_test", "_fuzz", "_bench"))


class Includes:
    """The quoted includes of the project's files, read once a file."""

    def __init__(self, root: pathlib.Path = ROOT) -> None:
        self.root = root
        self._direct: dict[str, list[tuple[int, str]]] = {}
        self._closure: dict[str, list[str]] = {}

    def direct(self, name: str) -> list[tuple[int, str]]:
        """(line, included path) of each quoted include."""
        if name not in self._direct:
            # Public headers are included as users include them: "clogs/x.h".
            path = self.root / ("core/include/" + name if name.startswith("clogs/") else name)
            text = path.read_text(errors="replace") if path.is_file() else ""
            self._direct[name] = [
                (number, match[1])
                for number, line in enumerate(text.splitlines(), 1)
                if (match := INCLUDE.match(line))
            ]
        return self._direct[name]

    def closure(self, name: str) -> list[str]:
        """Every path that name includes, however deep, sorted."""
        if name not in self._closure:
            seen: set[str] = set()
            todo = [name]
            while todo:
                for _, included in self.direct(todo.pop()):
                    if included not in seen:
                        seen.add(included)
                        todo.append(included)
            self._closure[name] = sorted(seen)
        return self._closure[name]


def compile_commands(build: pathlib.Path) -> dict[str, list[str]]:
    """{path relative to the root: the compiler's arguments, from its name to before -o}."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if not path.is_relative_to(ROOT):
            continue
        words = shlex.split(entry["command"])
        if "ccache" in words[0]:
            words = words[1:]
        commands[str(path.relative_to(ROOT))] = words[:words.index("-o")]
    return commands


def content_key(name: str, includes: Includes, *more: str) -> str:
    """A hash over a file, all it includes of the project (the wire schema too) and `more`."""
    digest = hashlib.sha256("\0".join([name, *more]).encode())
    schema = [str(p.relative_to(ROOT)) for p in sorted((ROOT / "proto").rglob("*.proto"))]
    for path in [name, *includes.closure(name), *schema]:
        file = ROOT / path
        digest.update(path.encode() + b"\0")
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()
