"""Any ASGI application (Starlette, FastAPI, Quart): `app = RequestMiddleware(app)`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import clogs
from clogs.contrib._requests import RequestLog, Settings, request_id

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class RequestMiddleware:
    """One line a request, at its end, and the request's id on every record meanwhile.

    Keywords are those of clogs.contrib._requests.Settings.
    """

    def __init__(self, app: App, **settings: Any) -> None:
        self.app = app
        self.settings = Settings.of(settings)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.settings.skips(scope["path"]):
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(self.settings, scope, receive, send)
        with clogs.bound(**{"request.id": exchange.line.fields["request.id"]}):
            exchange.line.started()
            try:
                await self.app(scope, exchange.receive, exchange.send)
            except asyncio.CancelledError:
                exchange.line.cancelled(**exchange.late_fields())
                raise
            except Exception as error:
                exchange.line.finished(500, error, **exchange.late_fields())
                raise
            exchange.ended()


class _Exchange:
    """One request, and what was sent of its answer."""

    def __init__(self, settings: Settings, scope: MutableMapping[str, Any], receive: Receive,
                 send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self._header = settings.request_id_header
        client = scope.get("client")
        self.line = RequestLog(settings, {
            "request.id": request_id(headers.get(self._header.lower().encode())),
            "http.request.method": scope["method"],
            "url.path": scope["path"],
            "url.query": scope.get("query_string", b"").decode("latin-1"),
            "url.scheme": scope.get("scheme"),
            "network.protocol.version": scope.get("http_version"),
            "client.address": client[0] if client else None,
            "user_agent.original": headers.get(b"user-agent"),
        })
        self._scope = scope
        self._receive = receive
        self._send = send
        self._status = 0
        self._bytes = 0
        self._complete = False
        self._gone = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._complete:
            self._gone = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            own = (self._header.lower().encode(), self.line.fields["request.id"].encode())
            message["headers"] = [*message.get("headers", ()), own]
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        await self._send(message)

    def late_fields(self) -> dict[str, Any]:
        route = getattr(self._scope.get("route"), "path", None)
        return {**({"http.route": route} if route else {}), "http.response.body.size": self._bytes}

    def ended(self) -> None:
        if self._gone and not self._complete:
            self.line.cancelled(**self.late_fields())
        else:
            self.line.finished(self._status or 500, **self.late_fields())
