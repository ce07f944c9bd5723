"""The handler for `logging`."""

from __future__ import annotations

import datetime
import gc
import logging
import logging.config
import logging.handlers
import queue
import sys
import weakref

import pytest

import clogs
from clogs._logger import Logger
from clogs.testing import capture


@pytest.mark.parametrize(("levelno", "level", "text"), [
    (5, "trace", "Level 5"), (10, "debug", None), (15, "debug", "Level 15"), (20, "info", None),
    (30, "warn", "WARNING"), (40, "error", None), (50, "fatal", "CRITICAL"), (60, "fatal", "Level 60")])
def test_levels_are_mapped_and_the_own_word_is_kept(logs, log, levelno, level, text):
    log.log(levelno, "m")
    record = logs.one()
    assert record.level == level
    assert record.get("level_text") == text


def test_a_record_has_its_message_template_extra_and_source(logs, log):
    log.info("added %s", "A-1", extra={"cart_id": 7, "price": 9.5})
    record = logs.one(level="info")
    assert record.message == "added A-1"
    assert record["logger"] == "shop.cart"
    assert record["thread"] == "MainThread"
    assert record.attributes.items() >= {
        "cart_id": 7, "price": 9.5, "message.template": "added %s", "message.args": ["A-1"],
        "code.file.path": __file__,
        "code.function.name": "test_a_record_has_its_message_template_extra_and_source"}.items()
    assert record["code.line.number"] > 0


def test_what_a_log_record_has_by_itself_is_no_attribute(logs, log):
    # Since Python 3.12 a record has it, and logging refuses it as extra=.
    log.info("m", extra={} if "taskName" in logging.makeLogRecord({}).__dict__ else {"taskName": None})
    names = set(logs.one().attributes)
    assert names - {"host", "process.pid"} == {"code.file.path", "code.line.number", "code.function.name"}


def test_a_dict_is_a_message_with_fields(logs, log):
    log.info({"message": "added", "sku": "A-1"})
    assert logs.one(message="added")["sku"] == "A-1"


def test_named_arguments_are_kept(logs, log):
    log.info("%(a)s and %(b)s", {"a": 1, "b": 2})
    record = logs.one(message="1 and 2")
    assert record["message.args"] == {"a": 1, "b": 2}


def test_arguments_that_do_not_fit_lose_nothing(logs, log, capsys):
    log.info("only %d", "text")
    record = logs.one(message="only %d")
    assert record["message.args"] == ["text"]
    assert record["message.error"].startswith("TypeError")
    assert capsys.readouterr().err == ""


def test_exceptions_and_stacks_are_fields(logs, log):
    with clogs.bound(tenant="acme", user_id=42):
        try:
            raise RuntimeError("card refused")
        except RuntimeError:
            log.exception("payment failed", stack_info=True)
    record = logs.one(level="error", message="payment failed", tenant="acme", user_id=42)
    assert record["exception.type"] == "RuntimeError"
    assert record["exception.message"] == "card refused"
    assert record["exception.frames"][-1]["file"] == __file__
    assert record["exception.stacktrace"].startswith("Traceback")
    assert record["code.stacktrace"].startswith("Stack (most recent call last)")


def test_extra_beats_context(logs, log):
    with clogs.bound(tenant="outer"):
        log.info("m", extra={"tenant": "own"})
    assert logs.one()["tenant"] == "own"


def test_an_argument_that_raises_is_no_trouble_of_the_application(logs, log):
    class Raises:
        def __str__(self):
            raise ValueError("mine")

    log.info("value %s", Raises(), extra={"bad": Raises()})
    record = logs.one()
    assert record["bad"] == "[raised ValueError]"
    assert record["message.error"] == "ValueError: mine"


def test_a_formatter_forms_the_message_and_only_it(logs):
    handler = clogs.Handler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    log = logging.getLogger("formatted")
    log.propagate = False
    log.addHandler(handler)
    try:
        try:
            raise ValueError("mine")
        except ValueError:
            log.exception("m")
    finally:
        log.removeHandler(handler)
    assert logs.one().message == "formatted: m"


def test_a_filter_may_drop_and_enrich(logs):
    log = logging.getLogger("filtered")
    log.propagate = False
    handler = clogs.Handler()

    def enrich(record):
        record.tenant = "acme"
        return record.getMessage() != "drop"

    handler.addFilter(enrich)
    log.addHandler(handler)
    try:
        log.error("drop")
        log.error("keep")
    finally:
        log.removeHandler(handler)
    assert logs.one()["tenant"] == "acme"


@pytest.fixture
def restored():
    """dictConfig replaces the handlers of the root logger."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("restored")
def test_dict_config_takes_the_class_by_its_path(logs):
    config = {"version": 1, "disable_existing_loggers": False,
              "handlers": {"clogs": {"class": "clogs.Handler", "level": "INFO"}},
              "root": {"handlers": ["clogs"], "level": "DEBUG"}}
    logging.config.dictConfig(config)
    logging.getLogger("configured").debug("below")
    logging.getLogger("configured").info("added")
    logging.config.dictConfig(config)  # flushes and closes the former handlers, under logging's lock
    logging.getLogger("configured").info("again")
    assert [record.message for record in logs] == ["added", "again"]


def test_a_handler_with_options_has_a_client_of_its_own():
    handler = clogs.Handler("WARNING", service="own", queue_max_records=10)
    assert handler.client is not clogs._client.default
    assert handler.client.option("service") == "own"
    assert handler.level == logging.WARNING
    with capture(handler.client) as logs:
        handler.handle(logging.makeLogRecord({"msg": "m", "levelno": 30, "levelname": "WARNING"}))
        assert logs.one().message == "m"
    handler.close()
    assert not handler.client.get_logger().info("late")


@pytest.mark.usefixtures("logs")
def test_flush_needs_no_lock_of_logging(log):
    log.info("m")
    handler = next(one for one in logging.getLogger().handlers if isinstance(one, clogs.Handler))
    with logging._lock:  # type: ignore[attr-defined]
        handler.acquire()
        try:
            handler.flush()
        finally:
            handler.release()
    assert clogs.stats().sent == 1


def test_a_handler_that_nobody_holds_is_collected():
    handler = weakref.ref(clogs.Handler(service="short"))
    gc.collect()
    assert handler() is None


def test_behind_a_queue_handler_the_text_arrives(logs):
    waiting: queue.Queue[logging.LogRecord] = queue.Queue()
    log = logging.getLogger("queued")
    log.propagate = False
    log.addHandler(logging.handlers.QueueHandler(waiting))
    listener = logging.handlers.QueueListener(waiting, clogs.Handler())
    listener.start()
    try:
        try:
            raise ValueError("mine")
        except ValueError:
            log.exception("m %s", 1)
    finally:
        listener.stop()
        log.handlers.clear()
    record = logs.one()
    assert "ValueError: mine" in record.message + record.get("exception.stacktrace", "")


def test_a_handler_raises_nothing_when_it_fails(logs, log, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    monkeypatch.setattr(clogs._levels, "of_logging", lambda *_: 1 / 0)
    log.error("m")
    assert len(logs) == 0


def test_a_failure_of_the_handler_is_told_as_logging_tells_it(logs, log, monkeypatch, capsys):
    monkeypatch.setattr(clogs._levels, "of_logging", lambda *_: 1 / 0)
    log.error("m")
    assert "--- Logging error ---" in capsys.readouterr().err
    assert len(logs) == 0


def test_the_time_is_that_of_the_log_record(logs):
    handler = clogs.Handler()
    for created in (1.5, 1e300, float("nan")):
        handler.handle(logging.makeLogRecord({"msg": "m", "levelno": 20, "created": created}))
    first, *without = (record["timestamp"] for record in logs)
    assert first.startswith("1970-01-01T00:00:01.5")
    year = str(datetime.datetime.now(datetime.timezone.utc).year)
    assert [time[:4] for time in without] == [year, year]


def test_names_of_extra_that_are_no_text_are_left_out(logs):
    record = logging.makeLogRecord({"msg": "m", "levelno": 20})
    record.__dict__[7] = "odd"  # type: ignore[index]
    record.__dict__["even"] = 8
    clogs.Handler().handle(record)
    assert logs.one()["even"] == 8


def test_the_active_span_of_opentelemetry_is_read(logs, log):
    from opentelemetry.sdk.trace import TracerProvider
    tracer = TracerProvider().get_tracer("t")
    with tracer.start_as_current_span("work") as span:
        log.info("in logging")
        Logger(clogs._client.default, "direct").info("direct")
        ids = span.get_span_context()
    log.info("outside")
    for message in ("in logging", "direct"):
        record = logs.one(message=message)
        assert record["trace_id"] == f"{ids.trace_id:032x}"
        assert record["span_id"] == f"{ids.span_id:016x}"
        assert record["trace_flags"] == 1
    assert "trace_id" not in logs.one(message="outside")
    assert "opentelemetry.trace" in sys.modules
