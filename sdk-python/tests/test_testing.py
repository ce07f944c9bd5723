"""clogs.testing itself."""

from __future__ import annotations

import logging

import pytest

import clogs
from clogs.testing import capture


def test_the_example_of_the_guide():
    log = logging.getLogger("example")
    with capture() as logs:
        log.warning("low stock", extra={"left": 1})
    assert logs.one(level="warn")["left"] == 1


def test_one_says_what_there_is(logs):
    clogs.get_logger().info("first")
    clogs.get_logger().info("second")
    with pytest.raises(AssertionError, match="2 records match"):
        logs.one(level="info")
    with pytest.raises(AssertionError, match="first"):
        logs.one(message="third")
    assert len(logs.all(level="INFO")) == 2
    assert logs[0].message == "first"
    logs.clear()
    assert list(logs) == []


def test_failures_are_retried_and_rejections_counted(logs):
    logs.behave(fail_times=1)
    clogs.get_logger().info("retried")
    assert logs.one().message == "retried"
    logs.behave(reject=True)
    clogs.get_logger().info("rejected")
    clogs.flush()
    assert clogs.stats().rejected == 1


def test_afterwards_the_client_is_the_former_one():
    client = clogs.Client(service="mine")
    with capture(client):
        assert client.option("service") == ""
    assert client.option("service") == "mine"
