"""A printed exception reads as the standard library prints it, also the second time."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import pytest

from clogs import _stacktrace

LIMIT = 64


class ShopError(Exception):
    pass


def plain():
    raise ShopError("no stock")


def without_message():
    raise KeyError


def caused():
    try:
        plain()
    except ShopError as error:
        raise ValueError("several\nlines") from error


def during():
    try:
        caused()
    except ValueError:
        raise TypeError("handling")  # noqa: B904


def denied():
    try:
        plain()
    except ShopError:
        raise ShopError("denied") from None


def circular():
    first, second = ShopError("first"), ShopError("second")
    first.__cause__, second.__cause__ = second, first
    raise first


def recursive(left=30):
    if left == 0:
        raise ShopError("deep")
    recursive(left - 1)


def recursive_once_too_often(left=4):
    recursive(left)


def wrong_source():
    compile("a = = 1", "shop.cfg", "exec")


def generated():
    exec(compile("raise LookupError('generated')", "<template>", "exec"))


def noted():
    error = ShopError("with notes")
    error.__notes__ = ["one", "two\nlines"]
    raise error


def grouped():
    try:
        plain()
    except ShopError as error:
        raise ExceptionGroup("two", [error, ValueError("b")])  # noqa: B904, F821


CASES = [plain, without_message, caused, during, denied, circular, recursive, recursive_once_too_often,
         wrong_source, generated, noted, *([grouped] if sys.version_info >= (3, 11) else [])]


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_it_is_as_the_standard_library_prints_it(case):
    with pytest.raises(BaseException) as found:
        case()
    error = found.value
    wanted = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-LIMIT))
    assert "".join(_stacktrace.printed(error, LIMIT)) == wanted
    assert "".join(_stacktrace.printed(error, LIMIT)) == wanted


def test_of_a_deep_stack_the_last_frames_are_printed():
    def deeper(left):
        return deeper(left - 1) if left else plain()

    with pytest.raises(ShopError) as found:
        deeper(100)
    error = found.value
    wanted = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-LIMIT))
    assert "".join(_stacktrace.printed(error, LIMIT)) == wanted


def test_an_exception_that_was_never_raised_has_no_stack():
    assert _stacktrace.printed(ShopError("m"), LIMIT) == [f"{__name__}.ShopError: m\n"]


def test_the_places_that_are_kept_are_bounded(monkeypatch):
    monkeypatch.setattr(_stacktrace, "_MAX_PLACES", 4)
    _stacktrace._places.clear()
    for number in range(20):
        names: dict[str, Any] = {}
        exec(compile(f"def f(): raise ValueError({number})", f"<{number}>", "exec"), names)
        with pytest.raises(ValueError) as found:
            names["f"]()
        _stacktrace.printed(found.value, LIMIT)
        assert len(_stacktrace._places) <= 4
