"""clogs.contrib.structlog."""

from __future__ import annotations

import pytest
import structlog

from clogs.contrib.structlog import LoggerFactory, to_clogs


@pytest.fixture
def slog():
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                    structlog.processors.TimeStamper(), to_clogs],
        logger_factory=LoggerFactory(), cache_logger_on_first_use=False)
    yield structlog.get_logger("shop")
    structlog.reset_defaults()


@pytest.mark.parametrize(("call", "level"), [
    ("debug", "debug"), ("info", "info"), ("warning", "warn"), ("error", "error"), ("critical", "fatal")])
def test_events_keep_level_name_and_fields(logs, slog, call, level):
    with structlog.contextvars.bound_contextvars(tenant="acme"):
        getattr(slog.bind(sku="A-1"), call)("added", price=9.5)
    record = logs.one(level=level, message="added")
    assert record["logger"] == "shop"
    assert set(record.attributes) - {"host", "process.pid"} == {"tenant", "sku", "price"}


def test_exceptions_are_fields(logs, slog):
    try:
        raise ValueError("mine")
    except ValueError:
        slog.exception("failed")
    assert logs.one(level="error")["exception.message"] == "mine"
