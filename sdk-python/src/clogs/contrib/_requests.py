"""What the web frameworks share: the settings, the line of a request, its names."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from clogs import _client
from clogs._logger import Emit, Logger

# A longer id, or one with other characters, is not taken from a stranger.
_MAX_ID = 128
_ID_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:=/+")


@dataclasses.dataclass(frozen=True)
class Settings:
    """Of the lines that are written about requests. A level of None writes no line."""

    skip: Sequence[str] = ()
    """Paths without lines; one that ends in * is a prefix."""
    request_id_header: str = "X-Request-ID"
    user_id_field: str | None = "pk"
    level_started: str | None = None
    level_ok: str | None = "info"
    level_client_error: str | None = "warn"
    level_server_error: str | None = "error"
    level_cancelled: str | None = "warn"
    logger: str = "clogs.request"

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Settings:
        """TypeError names a setting that there is not."""
        return cls(**(values or {}))

    def skips(self, path: str) -> bool:
        return any(path.startswith(one[:-1]) if one.endswith("*") else path == one for one in self.skip)

    def level_of(self, status: int) -> str | None:
        if status >= 500:
            return self.level_server_error
        return self.level_client_error if status >= 400 else self.level_ok


def request_id(value: str | None) -> str:
    """The sender's, where it is one, else a new one."""
    if value and len(value) <= _MAX_ID and _ID_CHARACTERS.issuperset(value):
        return value
    return uuid.uuid4().hex


class RequestLog:
    """The lines of one request; its end is written once."""

    def __init__(self, settings: Settings, fields: dict[str, Any]) -> None:
        self.settings = settings
        self.fields = {key: value for key, value in fields.items() if value not in (None, "")}
        self.done = False
        self._logger = Logger(_client.default, settings.logger)
        self._begin = time.perf_counter()

    def started(self) -> None:
        self.line("request started", self.settings.level_started, self.fields)

    def finished(self, status: int, error: BaseException | None = None, **fields: Any) -> None:
        """Failed, where an error made the answer."""
        failed = error is not None and status >= 500
        extra: dict[str, Any] = {"http.response.status_code": status, **fields}
        if failed and error is not None:
            extra.update({"exc_info": error, "error.type": type(error).__qualname__})
        self._end("request failed" if failed else "request finished", self.settings.level_of(status), extra)

    def cancelled(self, **fields: Any) -> None:
        """The client went away before the answer was complete."""
        self._end("request cancelled", self.settings.level_cancelled, fields)

    def _end(self, message: str, level: str | None, fields: dict[str, Any]) -> None:
        if self.done:
            return
        self.done = True
        duration = (time.perf_counter() - self._begin) * 1000
        self.line(message, level, {**self.fields, **fields, "http.server.duration_ms": round(duration, 3)})

    def line(self, message: str, level: str | None, fields: dict[str, Any]) -> None:
        if level is not None:
            emit: Emit = getattr(self._logger, level)
            emit(message, **fields)
