"""clogs.contrib.django."""

from __future__ import annotations

import asyncio
import logging

import django
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DEBUG_PROPAGATE_EXCEPTIONS=False, SECRET_KEY="tests",
        MIDDLEWARE=["clogs.contrib.django.RequestMiddleware"], LOGGING_CONFIG=None,
        CLOGS={"request": {"skip": ["/health", "/static/*"]}})
    django.setup()

from django.test import AsyncClient, Client  # noqa: E402  needs the settings

from clogs.contrib.django import RequestMiddleware, request_fields  # noqa: E402

LOG = logging.getLogger("view")


def cart(request, number):
    request._cached_user = type("User", (), {"pk": 42})()
    LOG.warning("in view")
    return HttpResponse(f"cart {number}")


def fails(_request):
    raise ValueError("mine")


def missing(_request):
    raise Http404


def denied(_request):
    raise PermissionDenied


def streams(_request):
    return StreamingHttpResponse(iter([b"a", b"b"]))


def breaks(_request):
    def parts():
        yield b"a"
        raise ValueError("mine")
    return StreamingHttpResponse(parts())


async def waits(_request):
    await asyncio.sleep(0)
    LOG.warning("in view")
    return HttpResponse("waited")


urlpatterns = [
    path("cart/<int:number>", cart), path("fails", fails), path("missing", missing),
    path("denied", denied), path("streams", streams), path("breaks", breaks), path("waits", waits),
    path("health", lambda _: HttpResponse("ok")), path("static/x", lambda _: HttpResponse("ok"))]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_a_request_has_one_line_and_its_id_on_every_record(logs, client):
    answer = client.get("/cart/7?full=1", headers={"X-Request-ID": "id-1", "User-Agent": "test"})
    assert answer.headers["X-Request-ID"] == "id-1"
    line = logs.one(message="request finished")
    assert line.level == "info"
    assert line.attributes.items() >= {
        "http.request.method": "GET", "url.path": "/cart/7", "url.query": "full=1", "url.scheme": "http",
        "http.route": "cart/<int:number>", "http.response.status_code": 200, "user.id": 42,
        "http.response.body.size": 6, "client.address": "127.0.0.1", "user_agent.original": "test",
        "request.id": "id-1"}.items()
    assert line["http.server.duration_ms"] > 0
    assert logs.one(message="in view")["request.id"] == "id-1"


def test_a_strange_id_is_replaced(logs, client):
    client.get("/cart/7", headers={"X-Request-ID": "two words\n"})
    assert len(logs.one(message="request finished")["request.id"]) == 32


def test_an_error_of_a_view_is_one_line_with_its_exception(logs, client):
    assert client.get("/fails").status_code == 500
    line = logs.one(message="request failed")
    assert (line.level, line["exception.type"], line["error.type"]) == ("error", "ValueError", "ValueError")
    assert line["http.response.status_code"] == 500
    assert not logs.all(message="request finished")


@pytest.mark.parametrize(("place", "status"), [("/missing", 404), ("/denied", 403), ("/nowhere", 404)])
def test_what_the_client_did_wrong_is_no_error(logs, client, place, status):
    assert client.get(place).status_code == status
    line = logs.one(message="request finished")
    assert (line.level, line["http.response.status_code"]) == ("warn", status)
    assert "exception.type" not in line


@pytest.mark.parametrize("place", ["/health", "/static/x"])
def test_skipped_paths_have_no_line(logs, client, place):
    assert client.get(place).status_code == 200
    assert len(logs) == 0


def test_a_stream_ends_where_its_last_part_went(logs, client):
    answer = client.get("/streams")
    assert not logs.all(message="request finished")
    assert b"".join(answer.streaming_content) == b"ab"
    assert logs.one(message="request finished")["streaming"] is True


def test_a_stream_that_breaks_is_a_failure(logs, client):
    answer = client.get("/breaks")
    with pytest.raises(ValueError, match="mine"):
        list(answer.streaming_content)
    assert logs.one(message="request failed")["exception.message"] == "mine"


def test_a_stream_that_is_left_is_cancelled(logs, client):
    answer = client.get("/streams")
    next(iter(answer.streaming_content))
    answer.close()
    assert logs.one(message="request cancelled").level == "warn"


def test_async_views_keep_the_context(logs):
    async def ask():
        return await AsyncClient().get("/waits")

    assert asyncio.run(ask()).status_code == 200
    line = logs.one(message="request finished")
    assert logs.one(message="in view")["request.id"] == line["request.id"]


def test_a_cancelled_request_says_so(logs):
    async def never(_request):
        await asyncio.Event().wait()

    async def ask():
        from django.test import AsyncRequestFactory
        task = asyncio.ensure_future(RequestMiddleware(never)(AsyncRequestFactory().get("/waits")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())
    assert logs.one().message == "request cancelled"


def test_the_signal_adds_fields_and_its_failures_do_not_matter(logs, client):
    def add(fields, **_):
        fields["tenant"] = "acme"

    def bad(**_):
        raise ValueError("mine")

    request_fields.connect(add)
    request_fields.connect(bad)
    try:
        assert client.get("/cart/7").status_code == 200
    finally:
        request_fields.disconnect(add)
        request_fields.disconnect(bad)
    assert logs.one(message="request finished")["tenant"] == "acme"
