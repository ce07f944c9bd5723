"""Tests without a server: the same encoding, redaction, queue and retry as in production."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clogs import _client, _levels, _native
from clogs._handler import Handler
from clogs._option_text import option_pairs

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from clogs._options import Options

_TYPED = ("timestamp", "level", "message", "service", "host", "logger", "thread", "trace_id", "span_id")

# The server answers in memory, at once, unless it is told to hang.
_WAIT = 10.0


class Record(dict[str, Any]):
    """One record as it was stored."""

    @property
    def level(self) -> str:
        return str(self.get("level", ""))

    @property
    def message(self) -> str:
        return str(self.get("message", ""))

    @property
    def attributes(self) -> dict[str, Any]:
        """Every key that is not one of the known ones."""
        return {key: value for key, value in self.items() if key not in _TYPED}

    def matches(self, wanted: dict[str, Any]) -> bool:
        for key, value in wanted.items():
            if key == "level":
                severity = _levels.SEVERITIES.get(str(value).lower())
                if severity is None or _levels.SEVERITIES.get(self.level) != severity:
                    return False
            elif key not in self or self[key] != value:
                return False
        return True


class Logs:
    """What was logged so far."""

    def __init__(self, server: _native.TestServer, client: _client.Client) -> None:
        self._server = server
        self._client = client

    @property
    def records(self) -> list[Record]:
        self._client.flush(_WAIT)
        return [Record(json.loads(line)) for line in self._server.records_json()]

    @property
    def edn(self) -> list[str]:
        """The same as the EDN that a server stores: with integers of any size, decimals, times."""
        self._client.flush(_WAIT)
        return self._server.records_edn()

    def all(self, **fields: object) -> list[Record]:
        """Those with these values; levels by severity, so that "warning" is "warn"."""
        return [record for record in self.records if record.matches(fields)]

    def one(self, **fields: object) -> Record:
        """The only one with these values; AssertionError if there are none or more."""
        records = self.records
        found = [record for record in records if record.matches(fields)]
        if len(found) != 1:
            lines = "\n".join(f"  {dict(record)}" for record in records)
            raise AssertionError(f"{len(found)} records match {fields} of these:\n{lines}")
        return found[0]

    def clear(self) -> None:
        self._client.flush(_WAIT)
        self._server.clear()

    def behave(self, *, fail_times: int = 0, hang: bool = False, reject: bool = False) -> None:
        """From now on: so many calls fail, nothing is answered, or every record is rejected."""
        self._server.behave(fail_times, hang, reject)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Record:
        return self.records[index]


@contextlib.contextmanager
def capture(
    client: _client.Client | None = None,
    *,
    before_send: _client.BeforeSend | None = None,
    **options: Unpack[Options],
) -> Iterator[Logs]:
    """What is logged within goes to memory. Nothing leaves the process.

    Of the process's client unless another is given. Where the root logger has no handler of ours, it
    has one meanwhile.
    """
    client = client or _client.default
    server = _native.TestServer()
    spare = server.client(option_pairs(options))
    spare.set_before_send(before_send)
    client._native.swap(spare)
    root = logging.getLogger()
    handler = None if any(isinstance(one, Handler) for one in root.handlers) else Handler(client=client)
    if handler is not None:
        root.addHandler(handler)
    try:
        yield Logs(server, client)
    finally:
        if handler is not None:
            root.removeHandler(handler)
        client._native.swap(spare)
        server.behave()
        spare.close(_WAIT)
