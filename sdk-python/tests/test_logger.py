"""Direct calls, context, the client."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading

import pytest

import clogs
from clogs.testing import capture

LOG = clogs.get_logger("shop")


@pytest.mark.parametrize(("call", "level"), [
    ("trace", "trace"), ("debug", "debug"), ("info", "info"), ("warn", "warn"), ("warning", "warn"),
    ("error", "error"), ("fatal", "fatal"), ("critical", "fatal"), ("exception", "error")])
def test_each_call_has_its_level(logs, call, level):
    assert getattr(LOG, call)("added", sku="A-1")
    record = logs.one()
    assert (record.level, record.message, record["sku"], record["logger"]) == (level, "added", "A-1", "shop")
    assert record["timestamp"]


def test_the_level_of_the_client_is_a_minimum():
    with capture(level="warn") as logs:
        assert not LOG.info("no")
        assert LOG.warn("yes")
        assert not clogs._client.default.enabled("info")
        assert [record.message for record in logs] == ["yes"]


def test_a_field_named_as_a_part_of_the_call_is_kept_under_another_name(logs):
    LOG.info("m", **{"message": "mine", "level": 3, "logger": "other"})
    record = logs.one()
    assert (record.message, record.level, record["logger"]) == ("m", "info", "shop")
    assert (record["attr.message"], record["attr.level"], record["attr.logger"]) == ("mine", 3, "other")


def test_a_call_without_a_message_is_a_mistake():
    with pytest.raises(TypeError):
        LOG.info()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        LOG.info("a", "b")  # type: ignore[misc]


def test_an_exception_has_its_type_message_stack_and_causes(logs):
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error
    except ValueError:
        LOG.exception("failed", order=7)
    record = logs.one(level="error")
    assert record["exception.type"] == "ValueError"
    assert record["exception.message"] == "second"
    assert "KeyError: 'first'" in record["exception.stacktrace"]
    assert record["exception.causes"] == [{"type": "KeyError", "message": "'first'"}]
    frame = record["exception.frames"][-1]
    assert frame["file"] == __file__
    assert frame["function"] == "test_an_exception_has_its_type_message_stack_and_causes"
    assert record["order"] == 7


def test_a_circular_chain_of_causes_ends(logs):
    first, second = ValueError("1"), ValueError("2")
    first.__cause__, second.__cause__ = second, first
    LOG.error("m", exc_info=first)
    assert logs.one()["exception.causes"] == [{"type": "ValueError", "message": "2"}]


def test_secrets_are_censored_by_the_core(logs):
    LOG.info("m", password="p", nested={"api_key": "k", "name": "n"})
    record = logs.one()
    assert record["password"] == "[redacted]"
    assert record["nested"] == {"api_key": "[redacted]", "name": "n"}


def test_context_nests_and_is_restored(logs):
    clogs.bind(app="a")
    with clogs.bound(tenant="acme", user=1):
        with clogs.bound(user=2):
            LOG.info("inner")
        LOG.info("outer", tenant="own")
        clogs.unbind("user", "absent")
        LOG.info("unbound")
    LOG.info("after")
    inner, outer, unbound, after = logs.records
    assert inner.attributes.items() >= {"app": "a", "tenant": "acme", "user": 2}.items()
    assert outer.attributes.items() >= {"app": "a", "tenant": "own", "user": 1}.items()
    assert "user" not in unbound
    assert "tenant" not in after and after["app"] == "a"
    assert clogs.stats().duplicate_fields == 0


def test_context_belongs_to_a_task(logs):
    async def task(name):
        with clogs.bound(task=name):
            await asyncio.sleep(0)
            LOG.info(name)

    async def both():
        await asyncio.gather(task("a"), task("b"))

    asyncio.run(both())
    assert {record.message: record["task"] for record in logs} == {"a": "a", "b": "b"}


def test_a_copied_context_goes_with_a_thread(logs):
    with clogs.bound(tenant="acme"):
        copied = contextvars.copy_context()
        threads = [threading.Thread(target=copied.run, args=(LOG.info, "copied")),
                   threading.Thread(target=LOG.info, args=("bare",))]
        for thread in threads:
            thread.start()
            thread.join()
    assert logs.one(message="copied")["tenant"] == "acme"
    assert "tenant" not in logs.one(message="bare")


def test_before_send_changes_and_drops():
    def hook(record):
        if record["message"] == "drop":
            return None
        if record["message"] == "raise":
            raise ValueError("mine")
        return {**record, "message": record["message"] + "!", "seen": record["level"]}

    with capture(before_send=hook) as logs:
        assert not LOG.info("drop")
        assert LOG.info("raise", a=1)
        assert LOG.warn("keep", a=2)
        raised, kept = logs
        assert clogs.stats().dropped["before_send"] == 1
    assert (raised.message, raised["a"]) == ("raise", 1)
    assert (kept.message, kept.level, kept["a"], kept["seen"]) == ("keep!", "warn", 2, "warn")


def test_a_destructor_that_logs_during_a_call_does_not_deadlock(logs):
    class Noisy:
        def __init__(self):
            self.ring = self

        def __del__(self):
            LOG.info("destroyed")

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for i in range(200):
            Noisy()
            LOG.info("called", i=i, nested={"a": [i]})
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert len(logs.all(message="called")) == 200
    assert len(logs.all(message="destroyed")) == 200


def test_threads_lose_nothing(logs):
    def work(number):
        for i in range(500):
            LOG.info("m", thread_number=number, i=i)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(r["thread_number"], r["i"]) for r in logs} == {(n, i) for n in range(4) for i in range(500)}


def test_wrong_options_warn_and_fall_back():
    with pytest.warns(clogs.ClogsWarning) as caught:
        client = clogs.Client(queue_max_records="many", nonsense=1)  # type: ignore
    texts = " ".join(str(one.message) for one in caught)
    assert "queue_max_records" in texts and "nonsense" in texts
    assert client.option("queue_max_records") == "8192"


def test_options_have_the_types_of_python():
    client = clogs.Client(flush_interval=0.25, redact=False, headers={"a": "1", "b": "2"},
                          resource={"team": "x"}, redact_keys=["one", "two"], level="warn",
                          block_timeout=0.0001)
    assert client.option("flush_interval") == "250"
    assert client.option("block_timeout") == "1"
    assert client.option("redact") in ("false", "0", "off", "no")
    assert client.option("headers") == "(secret)"
    assert client.option("resource") == "team=x"
    assert client.option("redact_keys") == "one,two"
    assert client.warnings() == []
    with pytest.raises(KeyError):
        client.option("nonsense")


def test_every_option_of_the_core_has_a_keyword():
    from clogs._options import KINDS, Options
    client = clogs.Client()
    assert set(Options.__annotations__) == set(KINDS)
    for name in KINDS:
        client.option(name)


def test_flush_and_close_tell_the_truth(logs):
    LOG.info("m")
    assert clogs.flush(timeout=5)
    assert asyncio.run(clogs.aflush())
    logs.behave(hang=True)
    LOG.info("waits")
    assert not clogs.flush(timeout=0.01)
    logs.behave()
    assert clogs.flush(timeout=5)
    assert clogs.close()
    assert clogs.close()
    assert not LOG.info("late")
    assert clogs.stats().dropped["closed"] == 1
    assert clogs.stats().sent == 2


def test_while_one_thread_flushes_others_run(logs):
    logs.behave(hang=True)
    LOG.info("m")
    done = []
    thread = threading.Thread(target=lambda: done.append(clogs.flush(timeout=30)))
    thread.start()
    LOG.info("while")  # needs the GIL, which a waiting flush has not got
    logs.behave()
    thread.join()
    assert done == [True]
