"""The client, and the process's one client."""

from __future__ import annotations

import dataclasses
import warnings
import weakref
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from clogs import _context, _exceptions, _levels, _native, _query, _trace
from clogs._errors import ClogsWarning
from clogs._option_text import option_pairs

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from clogs._logger import Logger
    from clogs._options import Options
    from clogs._query import Rows

BeforeSend = Callable[[dict[str, Any]], "dict[str, Any] | None"]

# How long flush() waits unless it is told.
FLUSH_TIMEOUT = 5.0

_native.set_hooks(_context.VARIABLE, _exceptions.fields_of, _trace.current)


@dataclasses.dataclass(frozen=True)
class Stats:
    """What a client did with its records so far."""

    submitted: int
    accepted: int
    """Of the submitted ones, taken into the queue."""
    adopted: int
    """Found in the spools of dead processes."""
    sent: int
    """Acknowledged by the server: on its disk."""
    rejected: int
    retried: int
    """Batches sent again."""
    dropped: dict[str, int]
    """By reason."""
    renamed_fields: int
    duplicate_fields: int
    repaired_text: int
    shortened: int
    redacted: int
    queue_records: int
    queue_bytes: int
    spool_records: int
    spool_bytes: int
    in_flight_records: int
    last_success_unix_nanos: int
    """0: never."""
    last_error: str
    """Of delivery; empty: none so far."""


# Every client that lives: each is closed when the process ends.
_clients: weakref.WeakSet[Client] = weakref.WeakSet()


class Client:
    """Sends records to a server. Without options it is what the environment says."""

    def __init__(self, *, before_send: BeforeSend | None = None, **options: Unpack[Options]) -> None:
        self._native = _native.Client()
        _clients.add(self)
        if options or before_send is not None:
            self.configure(before_send=before_send, **options)

    def configure(self, *, before_send: BeforeSend | None = None, **options: Unpack[Options]) -> None:
        """New options; what waits goes out with the former ones first."""
        self._native.set_before_send(before_send)
        self._native.configure(option_pairs(options))
        for text in self._native.warnings():
            warnings.warn(text, ClogsWarning, stacklevel=3)

    def get_logger(self, name: str = "") -> Logger:
        """For direct calls: `get_logger("shop").info("added", sku=sku)`."""
        from clogs._logger import Logger

        return Logger(self, name)

    def enabled(self, level: str) -> bool:
        """Whether a record of this level would be taken."""
        return self._native.enabled(_levels.SEVERITIES[level.lower()])

    def flush(self, timeout: float = FLUSH_TIMEOUT) -> bool:
        """Waits, in seconds. True only if everything logged before was acknowledged."""
        return self._native.flush(timeout)[0]

    async def aflush(self, timeout: float = FLUSH_TIMEOUT) -> bool:
        """The same without blocking the event loop."""
        import asyncio  # here, because importing it takes longer than all the rest

        return await asyncio.get_running_loop().run_in_executor(None, self.flush, timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Takes no record any more and delivers what waits, by default for `shutdown_timeout`."""
        return self._native.close(timeout)[0]

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stats(self) -> Stats:
        return Stats(**self._native.stats())

    def query(
        self,
        query: str | Mapping[str, Any],
        params: Mapping[str, object] | None = None,
        *,
        timeout: float = 0,
    ) -> Rows:
        """Asks the server: EDN text, or the same as data. `params` fills its ?names. 0: no time limit."""
        return _query.ask(self, query, params, timeout, tail=False)

    def tail(
        self, query: str | Mapping[str, Any] = "", params: Mapping[str, object] | None = None
    ) -> Rows:
        """Records as they are stored from now on; everything without a query."""
        return _query.ask(self, query, params, 0, tail=True)

    def warnings(self) -> list[str]:
        """About options that were wrong: one sentence each."""
        return self._native.warnings()

    def option(self, name: str) -> str:
        """Its value as text; a secret that is set reads "(secret)". KeyError: no such option."""
        return self._native.option(name)


default = Client()


def close_all() -> None:
    """When the process ends."""
    for client in list(_clients):
        client.close()
