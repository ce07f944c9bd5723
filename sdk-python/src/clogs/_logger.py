"""Direct structured calls, without `logging`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from clogs import _levels

if TYPE_CHECKING:
    from clogs._client import Client


class Emit(Protocol):
    """One call that logs. False: not taken, because of its level or because the queue is full."""

    def __call__(self, message: object, /, *, exc_info: object = None, **fields: object) -> bool: ...


class Logger:
    """The calls are native functions, one for each level."""

    __slots__ = ("critical", "debug", "error", "fatal", "info", "name", "trace", "warn", "warning")

    trace: Emit
    debug: Emit
    info: Emit
    warn: Emit
    warning: Emit
    error: Emit
    fatal: Emit
    critical: Emit

    def __init__(self, client: Client, name: str = "") -> None:
        self.name = name
        for word, severity in _levels.SEVERITIES.items():
            setattr(self, word, client._native.emitter(severity, name))

    def exception(self, message: object, /, *, exc_info: object = True, **fields: object) -> bool:
        """An error with the exception that is being handled."""
        return self.error(message, exc_info=exc_info, **fields)

    def __repr__(self) -> str:
        return f"<clogs.Logger {self.name!r}>"
