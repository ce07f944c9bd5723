"""clogs.contrib.flask."""

from __future__ import annotations

import pytest
from flask import Flask, abort

import clogs
from clogs.contrib.flask import Clogs


def make_app(**config):
    app = Flask("shop")
    app.config.update(CLOGS={"request": {"skip": ["/health"]}}, **config)
    Clogs(app)
    log = clogs.get_logger("view")

    @app.get("/cart/<int:number>")
    def cart(number):
        log.info("in view")
        return f"cart {number}"

    @app.get("/fails")
    def fails():
        raise ValueError("mine")

    @app.get("/missing")
    def missing():
        abort(404)

    @app.get("/health")
    def health():
        return "ok"

    return app


def test_a_request_has_one_line_and_its_id_on_every_record(logs):
    app = make_app()
    answer = app.test_client().get("/cart/7?a=1", headers={"X-Request-ID": "id-1"})
    assert answer.headers["X-Request-ID"] == "id-1"
    line = logs.one(message="request finished", level="info")
    assert line.attributes.items() >= {
        "http.request.method": "GET", "url.path": "/cart/7", "url.query": "a=1",
        "http.route": "/cart/<int:number>", "http.response.status_code": 200,
        "http.response.body.size": 6, "request.id": "id-1"}.items()
    assert logs.one(message="in view")["request.id"] == "id-1"
    assert clogs.context() == {}


def test_an_error_is_one_line_with_its_exception(logs):
    app = make_app()
    assert app.test_client().get("/fails").status_code == 500
    line = logs.one(message="request failed", level="error")
    assert (line["exception.message"], line["http.response.status_code"]) == ("mine", 500)
    assert len(logs.all(**{"url.path": "/fails"})) == 1


def test_an_error_that_goes_on_to_the_server_is_told_too(logs):
    app = make_app(TESTING=True)
    with pytest.raises(ValueError, match="mine"):
        app.test_client().get("/fails")
    assert logs.one(message="request failed")["exception.type"] == "ValueError"
    assert clogs.context() == {}


def test_an_answer_of_the_client_s_fault_is_a_warning(logs):
    app = make_app()
    app.test_client().get("/missing")
    app.test_client().get("/nowhere")
    assert [line["http.response.status_code"] for line in logs.all(level="warn")] == [404, 404]


def test_skipped_paths_have_no_line(logs):
    app = make_app()
    assert "X-Request-ID" not in app.test_client().get("/health").headers
    assert len(logs) == 0


def test_a_wrong_setting_is_a_mistake():
    app = Flask("wrong")
    app.config["CLOGS"] = {"request": {"skp": []}}
    with pytest.raises(TypeError, match="skp"):
        Clogs().init_app(app)
