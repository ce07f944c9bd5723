"""Fields that every record of the current context gets: a thread's, a task's, a request's."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

# Never changed in place: a context that was copied keeps what it had.
VARIABLE: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("clogs", default=None)


def context() -> dict[str, Any]:
    """The fields bound now."""
    return dict(VARIABLE.get() or {})


def bind(**fields: Any) -> None:
    """Adds fields to every further record of this context."""
    VARIABLE.set({**(VARIABLE.get() or {}), **fields})


def unbind(*keys: str) -> None:
    """Takes fields away; those that are not bound are ignored."""
    VARIABLE.set({key: value for key, value in (VARIABLE.get() or {}).items() if key not in keys})


def clear() -> None:
    """Takes all fields away."""
    VARIABLE.set(None)


@contextlib.contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Fields within a block. Nests; afterwards all is as it was."""
    token = VARIABLE.set({**(VARIABLE.get() or {}), **fields})
    try:
        yield
    finally:
        # ValueError: the block ends in another context (a generator closed elsewhere), which has not
        # got these fields.
        with contextlib.suppress(ValueError):
            VARIABLE.reset(token)
