"""Django: one middleware, for sync and async.

    MIDDLEWARE = ["clogs.contrib.django.RequestMiddleware", ...]
    CLOGS = {"service": "shop", "request": {"skip": ["/health"], "user_id_field": "pk"}}

`CLOGS` has the options of clogs.configure(), and under "request" those of the lines about requests
(clogs.contrib._requests.Settings).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.dispatch import Signal
from django.http import Http404

import clogs
from clogs.contrib._requests import RequestLog, Settings, request_id

request_fields = Signal()
"""Sent before a request's last line, with `request` and `fields`, a dict to add to."""

# What a client did wrong; Django answers by itself.
_NO_ERRORS = (Http404, PermissionDenied)


class RequestMiddleware:
    """One line a request, at its end, and the request's id on every record meanwhile."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response
        options = dict(getattr(django_settings, "CLOGS", {}))
        self.settings = Settings.of(options.pop("request", None))
        if options:
            clogs.configure(**options)
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        if self._async:
            return self._acall(request)
        if self.settings.skips(request.path):
            return self.get_response(request)
        line = self._begin(request)
        with clogs.bound(**{"request.id": line.fields["request.id"]}):
            line.started()
            return self._end(request, self.get_response(request), line)

    async def _acall(self, request: Any) -> Any:
        answer: Awaitable[Any] = self.get_response(request)
        if self.settings.skips(request.path):
            return await answer
        line = self._begin(request)
        with clogs.bound(**{"request.id": line.fields["request.id"]}):
            line.started()
            try:
                return self._end(request, await answer, line)
            except asyncio.CancelledError:
                line.cancelled(**self._late_fields(request))
                raise

    def process_exception(self, request: Any, exception: BaseException) -> None:
        """Of a view; Django makes the answer."""
        if not isinstance(exception, _NO_ERRORS):
            request.clogs_error = exception

    def _begin(self, request: Any) -> RequestLog:
        meta = request.META
        return RequestLog(self.settings, {
            "request.id": request_id(request.headers.get(self.settings.request_id_header)),
            "http.request.method": request.method,
            "url.path": request.path,
            "url.query": meta.get("QUERY_STRING"),
            "url.scheme": request.scheme,
            "client.address": meta.get("REMOTE_ADDR"),
            "user_agent.original": meta.get("HTTP_USER_AGENT"),
        })

    def _late_fields(self, request: Any) -> dict[str, Any]:
        """What is known only after the view has run."""
        fields: dict[str, Any] = {}
        match = getattr(request, "resolver_match", None)
        if match is not None:
            fields["http.route"] = match.route
        # The user that the application has asked for: asking for it here would read the session.
        user = getattr(request, "_cached_user", None)
        if user is not None and self.settings.user_id_field:
            user_id = getattr(user, self.settings.user_id_field, None)
            if user_id is not None:
                fields["user.id"] = user_id
        request_fields.send_robust(type(self), request=request, fields=fields)
        return fields

    def _end(self, request: Any, response: Any, line: RequestLog) -> Any:
        fields = self._late_fields(request)
        response[self.settings.request_id_header] = line.fields["request.id"]
        if response.streaming:
            line.fields.update(fields)
            content = response.streaming_content
            response.streaming_content = (
                _astream(content, response.status_code, line) if response.is_async
                else _stream(content, response.status_code, line))
        else:
            error = getattr(request, "clogs_error", None)
            line.finished(response.status_code, error,
                          **{**fields, "http.response.body.size": len(response.content)})
        return response


def _stream(content: Iterator[bytes], status: int, line: RequestLog) -> Iterator[bytes]:
    with clogs.bound(**{"request.id": line.fields["request.id"]}):
        line.line("streaming started", line.settings.level_started, line.fields)
        try:
            yield from content
        except GeneratorExit:
            line.cancelled(streaming=True)
            raise
        except Exception as error:
            line.finished(500, error, streaming=True)
            raise
        line.finished(status, streaming=True)


async def _astream(content: AsyncIterator[bytes], status: int, line: RequestLog) -> AsyncIterator[bytes]:
    with clogs.bound(**{"request.id": line.fields["request.id"]}):
        line.line("streaming started", line.settings.level_started, line.fields)
        try:
            async for part in content:
                yield part
        except (GeneratorExit, asyncio.CancelledError):
            line.cancelled(streaming=True)
            raise
        except Exception as error:
            line.finished(500, error, streaming=True)
            raise
        line.finished(status, streaming=True)
