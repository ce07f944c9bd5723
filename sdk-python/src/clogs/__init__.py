"""Structured logs for Clogs: a handler for `logging`, direct calls, context, queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clogs import _exit
from clogs._client import FLUSH_TIMEOUT, BeforeSend, Client, Stats, default
from clogs._context import bind, bound, clear, context, unbind
from clogs._errors import ClogsError, ClogsWarning, QueryError
from clogs._handler import Handler
from clogs._logger import Logger
from clogs._query import Rows, Summary

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
    "Rows",
    "Stats",
    "Summary",
    "aflush",
    "bind",
    "bound",
    "clear",
    "close",
    "configure",
    "context",
    "flush",
    "get_logger",
    "query",
    "stats",
    "tail",
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


def query(
    query: str | Mapping[str, Any], params: Mapping[str, object] | None = None, *, timeout: float = 0
) -> Rows:
    """Asks the server: EDN text, or the same as data. `params` fills its ?names. 0: no time limit."""
    return default.query(query, params, timeout=timeout)


def tail(query: str | Mapping[str, Any] = "", params: Mapping[str, object] | None = None) -> Rows:
    """Records as they are stored from now on; everything without a query."""
    return default.tail(query, params)


def stats() -> Stats:
    return default.stats()


def close(timeout: float | None = None) -> bool:
    """Delivers what waits and takes no record any more. Also run when the process ends."""
    return default.close(timeout)
