"""Python values in records."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid

import pytest

import clogs

LOG = clogs.get_logger("values")


class Colour(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


class Indexed:
    """As numpy's integers are."""

    def __index__(self):
        return 7


@pytest.mark.parametrize(("value", "stored"), [
    ("text", "text"),
    ("é𝄞", "é𝄞"),
    ("", ""),
    (True, True),
    (None, None),
    (0, 0),
    (-(2**63), -(2**63)),
    (9.5, 9.5),
    (b"bytes", "bytes"),
    (bytearray(b"more"), "more"),
    (b"\xff", "\\xff"),
    (datetime.date(2026, 1, 2), "2026-01-02"),
    (Colour.RED, "red"),
    (Size.BIG, 3),
    (Indexed(), 7),
    ([1, "a", None], [1, "a", None]),
    ((1, 2), [1, 2]),
    ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2}]}}),
    ({1: "one"}, {"1": "one"}),
    ("lone \udc80", "lone \\udc80"),
    (decimal.Decimal("NaN"), "NaN"),
    (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
])
def test_a_value_is_stored_as_what_it_is(logs, value, stored):
    LOG.info("m", value=value)
    found = logs.one()["value"]
    assert found == stored
    assert isinstance(found, type(stored))


@pytest.mark.parametrize(("value", "edn"), [
    (2**63, ":value 9223372036854775808"),
    (2**64, ":value 18446744073709551616"),
    (-(10**30), ":value -1000000000000000000000000000000"),
    (decimal.Decimal("1.50"), ":value 1.50M"),
    (decimal.Decimal("1E+3"), ":value 1E+3M"),
    (float("nan"), ":value ##NaN"),
    (float("-inf"), ":value ##-Inf"),
    (uuid.UUID(int=255), ':value #uuid "00000000-0000-0000-0000-0000000000ff"'),
    (datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, datetime.timezone.utc),
     ':value #inst "2026-01-02T03:04:05.678901Z"'),
    (datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
     ':value #inst "2026-01-02T01:00:00Z"'),
    (datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc), ':value "0001-01-01T00:00:00+00:00"'),
    ({1}, ":value #{1}"),
    (frozenset(["a"]), ':value #{"a"}'),
])
def test_types_that_json_has_not_keep_their_own(logs, value, edn):
    LOG.info("m", value=value)
    (record,) = logs.edn
    assert edn in record


def test_an_integer_that_python_does_not_print_is_hexadecimal_text(logs):
    LOG.info("m", value=1 << 20000)
    assert logs.one()["value"] == hex(1 << 20000)


def test_a_time_without_a_zone_is_local(logs):
    value = datetime.datetime(2026, 1, 2, 3, 4, 5)
    LOG.info("m", value=value)
    stored = datetime.datetime.fromisoformat(logs.one()["value"].replace("Z", "+00:00"))
    assert stored == value.astimezone()


def test_a_value_within_itself_is_named_and_not_followed(logs):
    ring: list[object] = [1]
    ring.append(ring)
    table: dict[str, object] = {}
    table["me"] = table
    LOG.info("m", ring=ring, table=table)
    record = logs.one()
    assert record["ring"] == [1, "[circular]"]
    assert record["table"] == {"me": "[circular]"}


def test_a_value_that_stands_twice_is_written_twice(logs):
    shared = {"a": 1}
    LOG.info("m", value=[shared, shared])
    assert logs.one()["value"] == [shared, shared]


def test_depth_has_a_limit(logs):
    value: list[object] = []
    for _ in range(100):
        value = [value]
    LOG.info("m", value=value)
    found = logs.one()["value"]
    depth = 0
    while isinstance(found, list):
        found, depth = found[0], depth + 1
    assert (found, depth) == ("[too deep]", 16)


class Raises:
    def __str__(self):
        raise ValueError("mine")


def test_a_value_that_raises_does_not_lose_the_record(logs):
    LOG.info("m", bad=Raises(), good=1, deep=[Raises()], keyed={Raises(): 1})
    record = logs.one()
    assert record["bad"] == "[raised ValueError]"
    assert record["good"] == 1
    assert record["deep"] == ["[raised ValueError]"]


def test_a_message_that_raises_does_not_lose_the_record(logs):
    assert LOG.info(Raises(), good=1)
    assert logs.one()["good"] == 1


def test_a_value_that_lies_about_its_class_is_text(logs):
    class Liar:
        @property  # type: ignore[misc]
        def __class__(self):
            raise ValueError("mine")

        def __str__(self):
            return "liar"

    LOG.info("m", value=Liar())
    assert logs.one()["value"] == "liar"


def test_an_interrupt_is_not_taken_for_a_value(logs):
    class Interrupts:
        def __str__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LOG.info("m", value=Interrupts())
    assert len(logs) == 0


def test_a_value_that_logs_while_it_is_logged_makes_two_records(logs):
    class Logs:
        def __str__(self):
            LOG.info("inner", a=1)
            return "printed"

    LOG.info("outer", before=1, value=Logs(), after=2)
    assert logs.one(message="inner")["a"] == 1
    outer = logs.one(message="outer")
    assert (outer["before"], outer["value"], outer["after"]) == (1, "printed", 2)


def test_a_value_that_logs_itself_without_end_is_bounded(logs):
    class Endless:
        def __str__(self):
            LOG.info("again", value=self)
            return "printed"

    LOG.info("first", value=Endless())
    assert 1 < len(logs) <= 33
    LOG.info("after")
    assert logs.one(message="after")


def test_a_dict_that_changes_while_it_is_read_is_written_as_it_was(logs):
    table: dict[str, object] = {}

    class Changes:
        def __str__(self):
            table.clear()
            return "printed"

    table.update(a=Changes(), b=2)
    LOG.info("m", value=table)
    assert logs.one()["value"] == {"a": "printed", "b": 2}


def test_a_list_that_shrinks_while_it_is_read_ends_early(logs):
    items: list[object] = []

    class Shrinks:
        def __str__(self):
            items.clear()
            return "printed"

    items.extend([Shrinks(), 2, 3])
    LOG.info("m", value=items)
    assert logs.one()["value"] == ["printed"]
