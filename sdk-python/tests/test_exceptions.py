"""Exceptions as fields: chains, groups, notes, and what cannot be printed."""

from __future__ import annotations

import sys

import pytest

from clogs import _exceptions


class ShopError(Exception):
    pass


def fields_of(function):
    """Of the exception that it raises."""
    with pytest.raises(BaseException) as found:
        function()
    return described(found.value)


def described(error):
    fields = _exceptions.fields_of(error)
    assert fields is not None
    return fields


def test_the_class_has_its_module_and_the_innermost_call_is_last():
    def inner():
        raise ShopError("no stock")

    fields = fields_of(inner)
    assert fields["exception.type"] == f"{__name__}.ShopError"
    assert fields["exception.message"] == "no stock"
    assert fields["exception.frames"][-1]["file"] == __file__
    assert fields["exception.frames"][-1]["function"] == "inner"
    assert fields["exception.stacktrace"].startswith("Traceback (most recent call last):\n")
    assert fields["exception.stacktrace"].endswith("ShopError: no stock")


def test_a_named_cause_and_one_that_was_being_handled_are_both_causes():
    def named():
        try:
            raise KeyError("sku")
        except KeyError as cause:
            raise ShopError("named") from cause

    def handled():
        try:
            named()
        except ShopError:
            raise ValueError("handled")  # noqa: B904

    fields = fields_of(handled)
    assert [cause["message"] for cause in fields["exception.causes"]] == ["named", "'sku'"]
    assert "direct cause" in fields["exception.stacktrace"]
    assert "During handling" in fields["exception.stacktrace"]


def test_a_cause_that_is_denied_is_left_out():
    def denied():
        try:
            raise KeyError("sku")
        except KeyError:
            raise ShopError("denied") from None

    fields = fields_of(denied)
    assert "exception.causes" not in fields
    assert "KeyError" not in fields["exception.stacktrace"]


def test_a_long_chain_is_cut():
    error = ShopError("0")
    for i in range(100):
        outer = ShopError(str(i))
        outer.__cause__ = error
        error = outer
    assert len(described(error)["exception.causes"]) == _exceptions.MAX_CAUSES


def test_of_a_deep_stack_both_ends_are_kept():
    def deeper(left):
        if left == 0:
            raise ShopError
        deeper(left - 1)

    frames = fields_of(lambda: deeper(300))["exception.frames"]
    assert len(frames) == _exceptions.MAX_FRAMES
    assert frames[0]["function"] == "fields_of"
    assert frames[-1]["function"] == "deeper"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups and notes came with Python 3.11")
def test_the_parts_of_a_group_are_causes_and_notes_are_kept():
    group = ExceptionGroup("two", [KeyError("a"), ShopError("b")])  # noqa: F821
    group.add_note("while closing")
    fields = described(group)
    assert [cause["type"] for cause in fields["exception.causes"]] == ["KeyError", f"{__name__}.ShopError"]
    assert fields["exception.notes"] == ["while closing"]
    assert "while closing" in fields["exception.stacktrace"]
    assert "KeyError" in fields["exception.stacktrace"]


@pytest.mark.parametrize("notes", ["text", 7, [object()]])
def test_notes_that_are_none_do_no_harm(notes):
    error = ShopError("m")
    error.__notes__ = notes
    assert "exception.notes" not in described(error)


def test_an_exception_that_cannot_be_printed_is_still_described():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    fields = described(Odd())
    assert fields["exception.message"] == "[raised RuntimeError]"
    assert "Odd" in fields["exception.stacktrace"]


def test_the_source_of_an_exception_need_not_be_there():
    fields = fields_of(lambda: exec(compile("raise ShopError('generated')", "<template>", "exec"),
                                    {"ShopError": ShopError}))
    assert fields["exception.frames"][-1] == {"file": "<template>", "line": 1, "function": "<module>"}


@pytest.mark.parametrize("nothing", [None, False, (None, None, None), "text"])
def test_without_an_exception_there_are_no_fields(nothing):
    assert _exceptions.fields_of(nothing) is None
