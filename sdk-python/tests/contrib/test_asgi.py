"""clogs.contrib.asgi."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import clogs
from clogs.contrib.asgi import RequestMiddleware


async def cart(_request):
    await asyncio.sleep(0)
    clogs.get_logger("view").info("in view")
    return PlainTextResponse("cart")


async def fails(_request):
    raise ValueError("mine")


async def waits(request):
    await request.is_disconnected()
    await asyncio.Event().wait()


APP = RequestMiddleware(
    Starlette(routes=[Route("/cart", cart), Route("/fails", fails), Route("/waits", waits),
                      Route("/health", cart)]), skip=["/health"])


def scope(path):
    return {"type": "http", "method": "GET", "path": path, "query_string": b"a=1", "http_version": "1.1",
            "scheme": "http", "headers": [(b"x-request-id", b"id-1")], "client": ("10.0.0.1", 5)}


async def ask(path):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await APP(scope(path), receive, send)
    return sent


def test_a_request_has_one_line_and_its_id_on_every_record(logs):
    start, _ = asyncio.run(ask("/cart"))
    assert (b"x-request-id", b"id-1") in start["headers"]
    line = logs.one(message="request finished", level="info")
    assert line.attributes.items() >= {
        "http.request.method": "GET", "url.path": "/cart", "url.query": "a=1", "request.id": "id-1",
        "http.response.status_code": 200, "http.response.body.size": 4, "client.address": "10.0.0.1",
        "network.protocol.version": "1.1"}.items()
    assert logs.one(message="in view")["request.id"] == "id-1"


def test_an_error_is_one_line_with_its_exception_and_goes_on(logs):
    with pytest.raises(ValueError, match="mine"):
        asyncio.run(ask("/fails"))
    assert logs.one(message="request failed", level="error")["exception.message"] == "mine"


def test_a_cancelled_request_says_so(logs):
    async def cancel():
        task = asyncio.ensure_future(ask("/waits"))
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert logs.one().message == "request cancelled"


def test_skipped_paths_and_other_protocols_have_no_line(logs):
    asyncio.run(ask("/health"))
    assert [record.message for record in logs] == ["in view"]
