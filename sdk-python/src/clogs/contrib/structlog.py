"""structlog: its loggers with native delivery.

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, clogs.contrib.structlog.to_clogs],
        logger_factory=clogs.contrib.structlog.LoggerFactory(),
    )
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from clogs import _client
from clogs._logger import Logger

# What other processors add and the call has by itself.
_OWN = ("level", "timestamp", "logger")


class LoggerFactory:
    """Of `structlog.configure()`; the first argument of `get_logger()` names the logger."""

    def __init__(self, client: _client.Client | None = None) -> None:
        self._client = client or _client.default

    def __call__(self, *args: Any) -> Logger:
        return Logger(self._client, str(args[0]) if args else "")


def to_clogs(
    logger: Logger, method_name: str, event_dict: MutableMapping[str, Any]
) -> tuple[tuple[Any], dict[str, Any]]:
    """The last processor: the event is the message, the rest are fields, `exc_info` is read."""
    del logger, method_name
    fields = {str(key): value for key, value in event_dict.items() if key not in _OWN}
    return (fields.pop("event", ""),), fields
