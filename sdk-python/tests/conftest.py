"""A real server for the tests that want one, and processes that log to it."""

from __future__ import annotations

import json
import logging
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import pytest

import clogs
from clogs.testing import capture


class Server:
    """A server on free ports with a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.binary = os.environ["CLOGS_BINARY"]
        self._process = subprocess.Popen(
            [self.binary, "serve", "--data-dir", str(folder), "--http", "127.0.0.1:0",
             "--grpc", "127.0.0.1:0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        text = ""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text += line
            found = re.search(r"ready http=(\S+) grpc=(\S+)", line)
            if found:
                self.http, self.endpoint = found[1], found[2]
                break
        else:
            raise AssertionError(f"the server did not start:\n{text}")

    def records(self, service: str, where: str = "") -> list[dict[str, Any]]:
        query = f'{{:time "1h" :where {{:service "{service}" {where}}} :limit 10000}}'
        answer = subprocess.run(
            [self.binary, "query", query, "--format", "ndjson", "--url", f"http://{self.http}"],
            check=False, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def run(self, service: str, script: str, *, check: bool = True, limit: float = 60,
            **variables: str) -> subprocess.CompletedProcess[str]:
        """A Python process whose records go to this server; after `limit` seconds it is killed."""
        environment = {**os.environ, "CLOGS_ENDPOINT": self.endpoint, "CLOGS_SERVICE": service, **variables}
        done = subprocess.run([sys.executable, "-c", script], env=environment, timeout=limit,
                              capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr
        return done

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("server"))
    yield one
    one.stop()


@pytest.fixture
def logs():
    clogs.clear()
    with capture() as captured:
        yield captured
    clogs.clear()


@pytest.fixture
def log():
    """A logger of `logging` that takes every level."""
    one = logging.getLogger("shop.cart")
    one.setLevel(1)
    yield one
    one.setLevel(logging.NOTSET)
