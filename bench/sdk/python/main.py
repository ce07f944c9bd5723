"""What a call costs, what reaches the disk, memory with the server away, start and size: side by side."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import contenders

HERE = pathlib.Path(__file__).parent
STARTS = 7


@contextlib.contextmanager
def server(folder: pathlib.Path) -> Iterator[tuple[str, str]]:
    """A real one; its addresses."""
    process = subprocess.Popen(
        [os.environ["CLOGS_BINARY"], "serve", "--data-dir", str(folder), "--http", "127.0.0.1:0",
         "--grpc", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            found = re.search(r"ready http=(\S+) grpc=(\S+)", line)
            if found:
                yield found[1], found[2]
                return
        raise SystemExit("the server did not start")
    finally:
        process.terminate()
        process.communicate()


def sink() -> None:
    """Answers every call of OTLP with success, and keeps nothing. Runs in a process of its own."""
    import grpc

    class All(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, _call: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(lambda _request, _context: b"")

    one = grpc.server(futures.ThreadPoolExecutor(2), handlers=[All()])
    print(one.add_insecure_port("127.0.0.1:0"), flush=True)
    one.start()
    sys.stdin.read()


@contextlib.contextmanager
def sinking() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, __file__, "sink"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.communicate()


def measured(what: str, name: str, endpoint: str, sink_at: str, folder: pathlib.Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), what, name, endpoint, sink_at, str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL if what == "away" else None, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def start_millis(imported: str) -> float:
    """CPU of a process that imports it and ends, best of some."""
    best = float("inf")
    for _ in range(STARTS):
        before = os.times()
        subprocess.run([sys.executable, "-c", imported], check=True)
        after = os.times()
        best = min(best, after.children_user + after.children_system
                   - before.children_user - before.children_system)
    return round(best * 1000)


def mebibytes(*patterns: str) -> float:
    """On disk, without compiled Python."""
    total = 0
    for folder in map(pathlib.Path, sys.path):
        for pattern in patterns:
            for found in folder.glob(pattern):
                files = [found] if found.is_file() else found.rglob("*")
                total += sum(one.stat().st_size for one in files if one.is_file() and one.suffix != ".pyc")
    return round(total / (1 << 20), 1)


def main() -> None:
    print(f"Python {sys.version.split()[0]}; load {os.getloadavg()[0]:.1f}; a message and four fields")
    with tempfile.TemporaryDirectory() as name, sinking() as sink_at:
        folder = pathlib.Path(name)
        with server(folder / "data") as (http, endpoint):
            print("\na call: CPU ns of its thread | of 4 threads | with an exception | of the process until"
                  " delivered | bytes at once | blocks left")
            for one in contenders.MAKERS:
                row = measured("calls", one, endpoint, sink_at, folder)
                print(f"{one:40} {row['ns']:7} {row['threads_ns']:7} {row['exception_ns']:7}"
                      f" {row['process_ns']:7} {row['bytes']:7} {row['blocks']:7}", flush=True)
            print("\ndelivered a second, and what the server has stored of it")
            for one in contenders.MAKERS:
                if "nothing" in one or "QueueHandler" in one:
                    continue
                row = measured("delivered", one, endpoint, sink_at, folder)
                stored = ""
                if row["service"]:
                    answer = subprocess.run(
                        [os.environ["CLOGS_BINARY"], "query", "--url", f"http://{http}", "--format", "ndjson",
                         f'{{:where {{:service "{row["service"]}"}} :aggregations {{:n [:count]}}}}'],
                        capture_output=True, text=True, check=True)
                    stored = f"{json.loads(answer.stdout)['n']} of {row['records']}"
                print(f"{one:40} {row['per_second']:9} {stored}", flush=True)
        print("\nresident MiB that 200,000 records add with the server away")
        for one in ("clogs, direct call", "logging, clogs.Handler", "logging, OpenTelemetry with OTLP/gRPC"):
            print(f"{one:40} {measured('away', one, '', '', folder)['grown_mib']:9}", flush=True)
    bare = start_millis("import logging")
    print("\nstart: CPU ms beyond `import logging`; size on disk in MiB")
    print(f"{'clogs':40} {start_millis('import logging, clogs') - bare:9} {mebibytes('clogs'):9}")
    otel = ("import logging; from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler;"
            "from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter")
    size = mebibytes("opentelemetry", "grpc", "google", "googleapis*", "importlib_metadata", "typing_ext*",
                     "zipp")
    print(f"{'OpenTelemetry with OTLP/gRPC':40} {start_millis(otel) - bare:9} {size:9}")


if __name__ == "__main__":
    sink() if sys.argv[1:] == ["sink"] else main()
