"""Queries and live tails: rows as they come."""

from __future__ import annotations

import dataclasses
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from clogs import _edn, _native
from clogs._errors import QueryError

if TYPE_CHECKING:
    import pandas

    from clogs._client import Client

# A wait is cut into these, in seconds, so that an interrupt of the keyboard is seen.
_SLICE = 0.2


@dataclasses.dataclass(frozen=True)
class Summary:
    """Of the whole answer; complete when the rows are over."""

    canonical: str
    """The query as the server understood it, in EDN."""
    hash: str
    columns: list[str]
    count: int
    total: int | None
    """How many match, where known; at least so many unless total_is_exact."""
    total_is_exact: bool
    next: str
    """A cursor for :after; empty at the end."""
    prev: str
    approx: list[str]
    partial: bool
    warnings: list[str]
    as_of_unix_nanos: int


class Rows(Iterator["dict[str, Any]"], AsyncIterator["dict[str, Any]"]):
    """Rows as dicts, by `for` or `async for`. Not for several threads at once, except cancel()."""

    def __init__(self, native: _native.Rows) -> None:
        self._native = native
        self._ready: deque[bytes] = deque()
        self._over = False

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> dict[str, Any]:
        while not self._ready:
            if self._over:
                raise StopIteration
            self._read()
        return self._row()

    def __aiter__(self) -> Rows:
        return self

    async def __anext__(self) -> dict[str, Any]:
        import asyncio  # here, because importing it takes longer than all the rest

        while not self._ready:
            if self._over:
                raise StopAsyncIteration
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._read)
            except asyncio.CancelledError:
                self.cancel()
                raise
        return self._row()

    def _read(self) -> None:
        lines = self._native.next(_SLICE)
        if lines is None:
            self._over = True
        else:
            self._ready.extend(lines.splitlines())

    def _row(self) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(self._ready.popleft())
        return row

    def to_dataframe(self) -> pandas.DataFrame:
        """All rows that are left, as a table of pandas."""
        import pandas

        return pandas.DataFrame.from_records(list(self))

    def cancel(self) -> None:
        """From any thread: the rows end with QueryError "cancelled"."""
        self._native.cancel()

    @property
    def summary(self) -> Summary:
        return Summary(**self._native.summary())

    @property
    def dropped(self) -> int:
        """Of a tail: records left out so far because this reader was slow."""
        return self._native.dropped()

    def __enter__(self) -> Rows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()


def ask(
    client: Client, text: str | Mapping[str, Any], params: Mapping[str, object] | None, timeout: float,
    *, tail: bool,
) -> Rows:
    json_syntax = not isinstance(text, str)
    query = json.dumps(text) if json_syntax else str(text)
    printed = {name.lstrip("?"): _edn.printed(value) for name, value in (params or {}).items()}
    native = _native.ask(client._native, tail, query, json_syntax, printed, timeout)
    if native is None:
        raise QueryError("cancelled", "the process is ending")
    return Rows(native)
