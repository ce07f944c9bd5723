"""Queries and tails of a real server."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import threading
import uuid

import pytest

import clogs
from clogs import _edn


@pytest.fixture(scope="module")
def client(server):
    one = clogs.Client(endpoint=server.endpoint, service="asked", flush_interval=0)
    log = one.get_logger("query")
    for i in range(50):
        log.info(f"m{i}", i=i, even=i % 2 == 0)
    assert one.flush()
    yield one
    one.close()


ALL = '{:time "1h" :where {:service "asked"} :order-by [[:i :asc]] :limit 1000}'


def test_rows_are_dicts_in_order_and_the_summary_follows(client):
    rows = client.query(ALL)
    assert [row["i"] for row in rows] == list(range(50))
    assert rows.summary.count == 50
    assert rows.summary.hash.startswith("sha256:")
    assert list(rows) == []


def test_a_query_may_be_data(client):
    rows = client.query({"time": "1h", "where": {"service": "asked", "even": True}, "limit": 1000})
    assert len(list(rows)) == 25


def test_parameters_fill_the_query(client):
    query = '{:time "1h" :where {:service ?who :i ?i} :limit 10}'
    assert [row["message"] for row in client.query(query, {"who": "asked", "?i": 7})] == ["m7"]


def test_async_iteration_leaves_the_loop_free(client):
    async def ask():
        return [row["i"] async for row in client.query(ALL)]

    assert asyncio.run(ask()) == list(range(50))


def test_rows_become_a_table(client):
    table = client.query(ALL).to_dataframe()
    assert table["i"].sum() == sum(range(50))


def test_a_wrong_query_says_what_is_wrong(client):
    with pytest.raises(clogs.QueryError) as caught:
        list(client.query("{:nonsense 1}"))
    assert caught.value.code == "invalid-argument"
    assert "nonsense" in str(caught.value)


def test_a_server_that_is_away_is_an_error():
    away = clogs.Client(endpoint="127.0.0.1:1", connect_timeout=0.2, diagnostics="off")
    with pytest.raises(clogs.QueryError) as caught:
        list(away.query(ALL, timeout=5))
    assert caught.value.code == "unavailable"
    away.close(0)


def test_a_tail_has_what_is_stored_from_now_on_and_can_be_cancelled(client):
    log = client.get_logger("tail")
    stop = threading.Event()

    def work():
        i = 0
        while not stop.is_set():  # the tail begins at a moment that only its first row tells
            log.info("tailed", n=i)
            i += client.flush()

    with client.tail('{:where {:service "asked" :message "tailed"}}') as rows:
        thread = threading.Thread(target=work)
        thread.start()
        try:
            first, second = next(rows), next(rows)
        finally:
            stop.set()
            thread.join()
        assert first["n"] < second["n"]
        rows.cancel()
        with pytest.raises(clogs.QueryError, match="cancelled"):
            while True:
                next(rows)


def test_a_cancelled_task_ends_its_tail(client):
    async def cancel():
        rows = client.tail('{:where {:service "nobody"}}')
        task = asyncio.ensure_future(rows.__anext__())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return rows

    rows = asyncio.run(cancel())
    with pytest.raises((clogs.QueryError, StopIteration)):
        next(rows)


@pytest.mark.parametrize(("value", "edn"), [
    (None, "nil"), (True, "true"), (1, "1"), (1.5, "1.5"), (float("inf"), "##Inf"), ('a"b', '"a\\"b"'),
    ([1, "a"], '[1 "a"]'), ({"a": 1}, '{"a" 1}'), ({1}, "#{1}"), (decimal.Decimal("1.50"), "1.50M"),
    (uuid.UUID(int=1), '#uuid "00000000-0000-0000-0000-000000000001"'),
    (datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), '#inst "2026-01-02T00:00:00Z"')])
def test_parameters_are_printed_as_edn(value, edn):
    assert _edn.printed(value) == edn


def test_a_parameter_that_is_no_value_is_a_mistake():
    with pytest.raises(TypeError):
        _edn.printed(object())
