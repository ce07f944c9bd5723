"""The golden vectors of redaction, which the tests of every language read."""

from __future__ import annotations

import json
import pathlib

import edn
import pytest

import clogs
from clogs.testing import capture

GOLDEN = pathlib.Path(__file__).parents[2] / "proto" / "golden" / "redaction.jsonl"
# Python has no tagged values to log.
VECTORS = [one for one in map(json.loads, GOLDEN.read_text().splitlines()) if "#my/" not in one["edn"]]


def test_the_vectors_are_there():
    assert len(VECTORS) >= 36


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_record_is_censored_as_its_vector_says(vector):
    fields = edn.read(vector["edn"])
    message = fields.pop("message", None)
    with capture(**vector["options"]) as logs:
        assert clogs.get_logger().info("m" if message is None else message, **fields)
        assert len(logs) == 1
        stored = edn.read(logs.edn[0].replace("#inst ", ""))
        redacted = clogs.stats().redacted
    wanted = edn.read(vector["want"])
    assert {key: stored.get(key) for key in wanted} == wanted
    assert redacted == vector["redacted"]
