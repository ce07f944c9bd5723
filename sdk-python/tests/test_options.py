"""The options are those of every SDK: names, defaults, environment, and how Python writes them."""

from __future__ import annotations

import json
import pathlib

import pytest

import clogs
from clogs._option_text import text_of
from clogs._options import KINDS, Options, OptionsWithoutLevel

TABLE = json.loads(
    (pathlib.Path(__file__).parents[2] / "core" / "encode" / "options.json").read_text())["options"]


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Without what the caller's shell may set for any program."""
    for name in ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"):
        monkeypatch.delenv(name, raising=False)


def test_every_option_of_the_table_is_a_keyword_and_no_other():
    kinds = {option["name"]: option["kind"] for option in TABLE}
    assert kinds == KINDS
    assert set(Options.__annotations__) == set(kinds)
    assert set(OptionsWithoutLevel.__annotations__) == set(kinds) - {"level"}


@pytest.mark.parametrize("option", TABLE, ids=lambda option: option["name"])
def test_the_default_is_that_of_the_table_and_may_be_given_as_python_has_it(option):
    name, default = option["name"], option["default"]
    wanted = clogs.Client().option(name)
    given = default / 1000 if option["kind"] == "duration" else default
    client = clogs.Client(**{name: given})
    assert client.warnings() == []
    assert client.option(name) == wanted
    if option["kind"] in ("duration", "integer", "bytes", "choice"):
        assert wanted == str(default)


@pytest.mark.parametrize(("name", "value", "text"), [
    ("flush_interval", 0.25, "250"), ("flush_interval", 3, "3000"), ("flush_interval", 0.0001, "1"),
    ("flush_interval", 0, "0"), ("flush_interval", float("inf"), "inf"), ("redact", False, "0"),
    ("redact_keys", ["a", "b"], "a,b"), ("redact_keys", ("a",), "a"),
    ("resource", {"region": "eu", "zone": 1}, "region=eu,zone=1"), ("queue_max_records", 5, "5")])
def test_a_value_is_written_as_its_variable_has_it(name, value, text):
    assert text_of(name, value) == text


@pytest.mark.parametrize(("options", "told"), [
    ({"on_full": "explode"}, "on_full.*explode"), ({"endpont": "localhost"}, "endpont"),
    ({"flush_interval": float("nan")}, "flush_interval"), ({"queue_max_records": -1}, "queue_max_records")])
def test_what_is_wrong_is_a_warning_that_names_it_and_the_default_holds(options, told):
    with pytest.warns(clogs.ClogsWarning, match=told):
        client = clogs.Client(**options)
    assert client.option("on_full") == "drop_newest"
    assert client.option("flush_interval") == "1000"
    assert client.option("queue_max_records") == "8192"


def test_code_beats_environment_beats_default(monkeypatch):
    monkeypatch.setenv("CLOGS_FLUSH_INTERVAL_MS", "700")
    monkeypatch.setenv("CLOGS_SERVICE", "of the environment")
    client = clogs.Client(service="of the code", environment=None)  # type: ignore[arg-type]
    assert client.option("flush_interval") == "700"
    assert client.option("service") == "of the code"
    assert client.option("environment") == ""


def test_a_secret_is_not_shown():
    assert clogs.Client(api_key="k").option("api_key") == "(secret)"
