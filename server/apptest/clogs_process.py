"""Drives the real binary: start, wait until ready, talk to it, stop or kill it.

The path of the binary is in CLOGS_BINARY (ctest sets it). Every server gets its own data directory
and free ports of the loopback address; nothing waits by sleeping a fixed time.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from collections.abc import Iterable
from typing import Any

BINARY = os.environ.get(
    "CLOGS_BINARY", str(pathlib.Path(__file__).resolve().parents[2] / "build/bin/clogs")
)
START_TIMEOUT_S = 60.0


def clean_environment() -> dict[str, str]:
    """The environment without settings that would change what is tested."""
    return {k: v for k, v in os.environ.items() if not k.startswith("CLOGS_")} | {
        "NO_COLOR": "1"
    }


def run(
    *arguments: str, stdin: bytes | int = b"", timeout: float = 60.0
) -> subprocess.CompletedProcess[bytes]:
    """Runs the binary to its end. `stdin`: what it reads, or the descriptor that it reads from."""
    source: dict[str, Any] = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    return subprocess.run(
        [BINARY, *arguments],
        **source,
        capture_output=True,
        timeout=timeout,
        env=clean_environment(),
        check=False,
    )


class Reply:
    """An HTTP answer that was read to its end."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running `clogs serve`. Use as a context manager, or start() and stop()."""

    def __init__(self, data_dir: str, *flags: str) -> None:
        self.data_dir = data_dir
        self.flags = flags
        self.process: subprocess.Popen[bytes] | None = None
        self.http_port = 0
        self.grpc_port = 0
        # Set to a port that is known for a server that comes back where it was.
        self.grpc_address = "127.0.0.1:0"
        self.log: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader: threading.Thread | None = None

    def start(self) -> Server:
        self.process = subprocess.Popen(
            [
                BINARY, "serve", "--data-dir", self.data_dir, "--http", "127.0.0.1:0",
                "--grpc", self.grpc_address, "--log-format", "json", *self.flags,
            ],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=clean_environment(),
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        event = self.wait_for_event("ready")
        self.http_port = int(event["http"].rsplit(":", 1)[1])
        self.grpc_port = int(event["grpc"].rsplit(":", 1)[1])
        return self

    def _read_log(self) -> None:
        assert self.process is not None and self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.decode(errors="replace").rstrip("\n"))
        self._lines.put(None)

    def wait_for_event(self, message: str, timeout: float = START_TIMEOUT_S) -> dict[str, str]:
        """The next log event with this message; fails if the server ends or is silent too long."""
        deadline = time.monotonic() + timeout
        while True:
            line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.001))
            if line is None:
                raise AssertionError("the server ended:\n" + "\n".join(self.log))
            self.log.append(line)
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            if event.get("message") == message:
                return dict(event)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, body=data, headers=headers or {})
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post_logs(self, body: bytes | str, kind: str = "application/x-ndjson",
                  **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", "/logs", body, {"Content-Type": kind, **named})

    def query(self, edn: str, accept: str = "application/json") -> Any:
        reply = self.request(
            "POST", "/query", edn, {"Content-Type": "application/edn", "Accept": accept}
        )
        if reply.status != 200:
            raise AssertionError(f"query answered {reply.status}: {reply.text}")
        return reply.json() if accept == "application/json" else reply.text

    def count(self, where: str = ":true") -> int:
        answer = self.query("{:where %s :aggregations {:n [:count]}}" % where)
        return int(answer["data"][0]["n"])

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        self._finish()

    def stop(self, timeout: float = 30.0) -> int:
        """SIGTERM, and the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=timeout)
        self._finish()
        return code

    def _finish(self) -> None:
        if self._reader is not None:
            self._reader.join(timeout=10)
        if self.process is not None and self.process.stderr is not None:
            self.process.stderr.close()
        self.process = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.stop()


class AppTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="clogs-apptest-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *parts: str) -> str:
        return os.path.join(self.folder, *parts)

    def write(self, name: str, text: str | bytes) -> str:
        path = self.path(name)
        pathlib.Path(path).write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def serve(self, *flags: str, data: str = "data") -> Server:
        server = Server(self.path(data), *flags).start()
        self.addCleanup(server.stop)
        return server


def ndjson(records: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(r, separators=(",", ":")) + "\n" for r in records)


def wait_until(condition: Any, timeout: float = 20.0, what: str = "the condition") -> None:
    """Polls a condition of another process, for which nothing can be waited on."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true in {timeout} s")
        pause.wait(0.02)
