#!/usr/bin/env python3
"""Ingest figures of a real server, one after the other on one machine.

    bench/ingest/run.py [--file LINES.ndjson] [--seconds 8] [MODE ...]

Each mode gets a fresh server on a data directory of its own; `clogs-load` sends and prints what was
acknowledged, which means on disk. Afterwards the records are counted by a query. MODE is one of
http-batch, http-single-64, http-single-1500, grpc-stream, grpc-unary; default all.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "server/apptest"))

from clogs_process import Server  # noqa: E402

MODES = {
    "http-batch": ["http-batch"],
    "http-single-64": ["http-single", "--connections", "64"],
    "http-single-1500": ["http-single", "--connections", "1500"],
    "grpc-stream": ["grpc-stream"],
    "grpc-unary": ["grpc-unary"],
}
OPEN_FILES = 8192


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100.0


def measure(mode: str, seconds: str, file: str) -> None:
    folder = tempfile.mkdtemp(prefix="clogs-bench-", dir=ROOT / "build")
    try:
        with Server(f"{folder}/data") as server:
            assert server.process is not None
            port = server.grpc_port if mode.startswith("grpc") else server.http_port
            command = [str(ROOT / "build/bin/clogs-load"), *MODES[mode], "--port", str(port),
                       "--seconds", seconds, "--disk", folder]
            if file:
                command += ["--file", file]
            print(f"== {mode}", flush=True)
            subprocess.run(command, check=False)
            stored = server.count()
            used = cpu_seconds(server.process.pid)
            print(f"server: {stored} records stored, {used:.2f} CPU s with the count, "
                  f"{1e6 * used / max(stored, 1):.2f} CPU s a million records", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", default="")
    parser.add_argument("--seconds", default="8")
    parser.add_argument("modes", nargs="*", metavar="MODE")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
    for mode in options.modes or MODES:
        if mode not in MODES:
            parser.error(f"unknown mode {mode}; there are: {', '.join(MODES)}")
        measure(mode, options.seconds, options.file)


if __name__ == "__main__":
    main()
