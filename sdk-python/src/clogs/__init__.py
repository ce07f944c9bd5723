"""Structured logs for Clogs: a handler for `logging`, direct calls, context, queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clogs import _exit
from clogs._client import FLUSH_TIMEOUT, BeforeSend, Client, Stats, default
from clogs._context import bind, bound, clear, context, unbind
from clogs._errors import ClogsError, ClogsWarning, QueryError
from clogs._handler import Handler
from clogs._logger import Logger

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from clogs._options import Options

__version__ = "0.1.0"

__all__ = [
    "BeforeSend",
    "Client",
    "ClogsError",
    "ClogsWarning",
    "Handler",
    "Logger",
    "QueryError",
    "Stats",
    "aflush",
    "bind",
    "bound",
    "clear",
    "close",
    "configure",
    "context",
    "flush",
    "get_logger",
    "stats",
    "unbind",
]

_exit.install()


def configure(*, before_send: BeforeSend | None = None, **options: Unpack[Options]) -> None:
    """Sets the options of the process's client. Code beats environment beats default."""
    default.configure(before_send=before_send, **options)


def get_logger(name: str = "") -> Logger:
    """A logger of the process's client, for direct calls."""
    return default.get_logger(name)


def flush(timeout: float = FLUSH_TIMEOUT) -> bool:
    """Waits, in seconds. True only if everything logged before was acknowledged."""
    return default.flush(timeout)


async def aflush(timeout: float = FLUSH_TIMEOUT) -> bool:
    """The same without blocking the event loop."""
    return await default.aflush(timeout)


def stats() -> Stats:
    return default.stats()


def close(timeout: float | None = None) -> bool:
    """Delivers what waits and takes no record any more. Also run when the process ends."""
    return default.close(timeout)
