"""Celery: `clogs.contrib.celery.install()` once, in the module that makes the app.

The context goes with a task to its worker; there every record has the task's id and name, and one
line says how the task ended.
"""

from __future__ import annotations

import json
import time
from typing import Any

from celery import signals

import clogs
from clogs import _context

HEADER = "clogs_context"

_LOG = clogs.get_logger("clogs.task")
# Begin of the tasks that run here, and what was bound before. Several with threads or green threads.
_running: dict[str, tuple[float, dict[str, Any]]] = {}


def install() -> None:
    """Connects the signals; again does nothing more."""
    for signal, receiver in (
        (signals.before_task_publish, publish), (signals.task_prerun, prerun),
        (signals.task_postrun, postrun), (signals.task_success, succeeded),
        (signals.task_failure, failed), (signals.task_retry, retried),
        (signals.worker_process_shutdown, shut_down), (signals.worker_shutdown, shut_down),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"clogs.{receiver.__name__}")


def publish(headers: dict[str, Any] | None = None, **_: Any) -> None:
    context = clogs.context()
    if headers is not None and context:
        # As text: a header may be any object only with some serializers.
        headers[HEADER] = json.dumps(context, default=str)


def prerun(task_id: str, task: Any, **_: Any) -> None:
    _running[task_id] = (time.perf_counter(), clogs.context())
    sent = getattr(task.request, HEADER, None)
    if sent is None:
        sent = (getattr(task.request, "headers", None) or {}).get(HEADER)
    if isinstance(sent, str):
        try:
            context = json.loads(sent)
        except ValueError:  # another sender's header of that name
            context = None
        if isinstance(context, dict):
            clogs.bind(**context)
    clogs.bind(**{"task.id": task_id, "task.name": task.name})


def postrun(task_id: str, **_: Any) -> None:
    _context.VARIABLE.set(_running.pop(task_id, (0.0, {}))[1])


def succeeded(sender: Any, **_: Any) -> None:
    _LOG.info("task succeeded", **duration(sender.request.id))


def failed(task_id: str, exception: BaseException, **_: Any) -> None:
    _LOG.error("task failed", exc_info=exception, **duration(task_id))


def retried(request: Any, reason: object, **_: Any) -> None:
    _LOG.warn("task retried", reason=str(reason), **duration(request.id))


def duration(task_id: str) -> dict[str, Any]:
    begin = _running.get(task_id)
    return {} if begin is None else {"task.duration_ms": round((time.perf_counter() - begin[0]) * 1000, 3)}


def shut_down(**_: Any) -> None:
    clogs.close()
