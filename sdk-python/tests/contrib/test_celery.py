"""clogs.contrib.celery."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from celery import Celery, signals

import clogs
from clogs.contrib import celery as contrib

contrib.install()
contrib.install()

APP = Celery("tests", broker="memory://", backend="cache+memory://")
APP.conf.update(task_always_eager=True, worker_hijack_root_logger=False)
LOG = logging.getLogger("task")


@APP.task(name="add")
def add(a, b):
    LOG.warning("in task")
    return a + b


@APP.task(name="fail")
def fail():
    raise ValueError("mine")


def test_a_task_has_its_id_on_every_record_and_one_line(logs):
    result = add.delay(1, 2)
    assert result.get() == 3
    assert logs.one(message="in task").attributes.items() >= {
        "task.id": result.id, "task.name": "add"}.items()
    line = logs.one(message="task succeeded", level="info")
    assert line["task.duration_ms"] >= 0
    assert clogs.context() == {}


def test_a_failure_has_its_exception(logs):
    result = fail.delay()
    with pytest.raises(ValueError, match="mine"):
        result.get()
    line = logs.one(message="task failed", level="error")
    assert (line["exception.message"], line["task.name"]) == ("mine", "fail")


def test_the_context_goes_from_the_sender_to_the_worker(logs):
    headers: dict[str, object] = {}
    with clogs.bound(tenant="acme", odd=object):
        signals.before_task_publish.send("add", headers=headers)
    task = SimpleNamespace(name="add", request=SimpleNamespace(**headers))
    with clogs.bound(own=1):
        signals.task_prerun.send(None, task_id="t-1", task=task)
        LOG.warning("in worker")
        signals.task_postrun.send(None, task_id="t-1", task=task)
        assert clogs.context() == {"own": 1}
    record = logs.one(message="in worker")
    assert (record["tenant"], record["task.id"], record["own"]) == ("acme", "t-1", 1)


@pytest.mark.parametrize("sent", ["no json", "[1]", 7])
def test_a_header_of_another_sender_is_ignored(logs, sent):
    task = SimpleNamespace(name="add", request=SimpleNamespace(clogs_context=sent, headers=None))
    signals.task_prerun.send(None, task_id="t-2", task=task)
    LOG.warning("in worker")
    signals.task_postrun.send(None, task_id="t-2", task=task)
    assert logs.one(message="in worker")["task.id"] == "t-2"
