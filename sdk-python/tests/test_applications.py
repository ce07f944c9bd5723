"""The applications in examples/: started as their guides say, asked, and their stored records compared."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

# Seconds; an example that says nothing is ended.
LIMIT = 60
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"


@contextlib.contextmanager
def started(folder, script, **variables):
    """A running example; its address is in the line that it prints when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=EXAMPLES / folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **variables})
    late = threading.Timer(LIMIT, process.kill)
    late.start()
    try:
        text = ""
        assert process.stdout is not None
        for line in process.stdout:
            text += line
            found = re.search(r"serves (\S+)", line)
            if found:
                break
        else:
            raise AssertionError(f"{folder} did not start:\n{text}")
        yield found[1]
    finally:
        process.communicate(timeout=LIMIT)  # it ends with its input, and delivers what waits
        late.cancel()


def ask(address, path, method="GET"):
    request = urllib.request.Request(f"http://{address}{path}", method=method,
                                     headers={"X-Request-ID": f"id{path}", "X-Tenant": "acme"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


SERVE = """
import sys, threading
import wsgiref.simple_server as simple
{make}
server = simple.make_server("127.0.0.1", 0, application)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("serves 127.0.0.1:%d" % server.server_port, flush=True)
sys.stdin.read()
server.shutdown()
"""


# A listening socket keeps requests waiting until the application has started.
SERVE_ASYNC = """
import asyncio, socket, sys
import uvicorn
from store import app
async def main():
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    print("serves 127.0.0.1:%d" % listening.getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving
asyncio.run(main())
"""


@pytest.mark.parametrize(("folder", "method", "script"), [
    ("python-flask", "POST", SERVE.format(make="from app import app as application")),
    ("python-django", "GET", SERVE.format(make="from shop import application")),
    ("python-asgi", "POST", SERVE_ASYNC),
])
def test_an_example_stores_what_its_requests_logged(server, folder, method, script):
    with started(folder, script, CLOGS_ENDPOINT=server.endpoint, CLOGS_SERVICE=folder) as address:
        assert ask(address, "/health") == 200
        assert ask(address, "/cart/A-1", method) == 201
        assert ask(address, "/cart/nothing", method) == 404
        assert ask(address, "/cart/B-2", method) == 500
    records = server.records(folder)

    def of(path):
        return {record["message"]: record for record in records if record.get("request.id") == f"id{path}"}

    assert of("/health") == {}
    added = of("/cart/A-1")
    assert added["added A-1"].items() >= {"level": "info", "sku": "A-1", "left": 2}.items()
    assert added["request finished"].items() >= {
        "level": "info", "http.request.method": method, "http.response.status_code": 201}.items()
    missing = of("/cart/nothing")
    assert missing["no such article nothing"]["level"] == "warn"
    assert missing["request finished"]["http.response.status_code"] == 404
    failed = of("/cart/B-2")["request failed"]
    assert failed.items() >= {"level": "error", "exception.type": "RuntimeError",
                              "exception.message": "B-2 is sold out",
                              "http.response.status_code": 500}.items()


def test_the_tasks_of_a_request_keep_its_context_and_their_own(server):
    with started("python-asgi", SERVE_ASYNC, CLOGS_ENDPOINT=server.endpoint,
                 CLOGS_SERVICE="asgi-tasks") as address:
        assert ask(address, "/cart/A-1", "POST") == 201
    own = {record["message"]: (record.get("tenant"), record.get("step"), record["request.id"])
           for record in server.records("asgi-tasks")
           if record["logger"] != "asyncio"}  # what its debug mode says of slow callbacks
    assert own == {
        "reserved": ("acme", "reserve", "id/cart/A-1"), "priced": ("acme", "price", "id/cart/A-1"),
        "added A-1": ("acme", None, "id/cart/A-1"), "confirmed": (None, None, "id/cart/A-1"),
        "request finished": (None, None, "id/cart/A-1")}
