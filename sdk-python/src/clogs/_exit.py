"""Delivers what waits when a process ends."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import sys

from clogs import _client, _native

# After the finalizers of the application, whose priorities are 0 and more.
_LAST = -100

# How long daemon threads may take for the calls that they are in, in seconds: such a call prints values,
# or comes back from a wait (clogs._query._SLICE).
_CALLS = 2.0


class _Process:
    """What multiprocessing's registry of forks refers to, weakly."""


_process = _Process()


def _close_with_worker(_: object = None) -> None:
    """A worker of multiprocessing ends without atexit, by its own finalizers."""
    util = sys.modules["multiprocessing.util"]
    util.Finalize(None, _client.close_all, exitpriority=_LAST)


def _flush_memory_handlers() -> None:
    """logging.shutdown() does, but runs later: atexit goes backwards, and logging was imported first."""
    handlers = sys.modules.get("logging.handlers")
    if handlers is None:
        return
    for reference in reversed(getattr(logging, "_handlerList", [])):
        handler = reference()
        if isinstance(handler, handlers.MemoryHandler):
            with contextlib.suppress(Exception):  # its target's trouble: the others still have their turn
                handler.flush()


def _end() -> None:
    _flush_memory_handlers()
    _client.close_all()
    _native.end(_CALLS)


def _register() -> None:
    # The worker first forgets the finalizers of its parent, then runs what is registered here.
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(_process, _close_with_worker)


def install() -> None:
    atexit.register(_end)
    _register()  # where a worker imports its main module, it has still to run that
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_native.begin)
        os.register_at_fork(after_in_child=_register)
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None and "multiprocessing.util" in sys.modules:
        _close_with_worker()  # it has run it already
