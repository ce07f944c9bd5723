"""A traceback as Python prints it, from frames that were printed before.

To print one frame the standard library reads its line, and parses it to know where to put carets:
some 20 microseconds, each time. A program fails in few places, so each is printed once.
"""

from __future__ import annotations

import traceback
from types import CodeType, TracebackType

# Places whose text is kept; all are forgotten when there are more. A place holds its code object.
_MAX_PLACES = 1024
_places: dict[tuple[CodeType, int, int], str] = {}

# As in the standard library: of the same line again and again so many are printed.
_REPEATED = 3

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def printed(error: BaseException, max_frames: int) -> list[str]:
    """Lines with their ends, the first cause first. Of each stack the last frames."""
    chain: list[list[str]] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None:
        if getattr(one, "exceptions", None):  # a group's parts are indented: rare, and not ours to draw
            return traceback.format_exception(type(error), error, error.__traceback__, limit=-max_frames)
        seen.add(id(one))
        chain.append(_lines(one, max_frames))
        cause, context = one.__cause__, one.__context__
        if cause is not None and id(cause) not in seen:
            chain.append([_CAUSE])
            one = cause
        elif cause is None and context is not None and not one.__suppress_context__ and id(
                context) not in seen:
            chain.append([_CONTEXT])
            one = context
        else:
            one = None
    return [line for lines in reversed(chain) for line in lines]


def _lines(error: BaseException, max_frames: int) -> list[str]:
    lines: list[str] = []
    if error.__traceback__ is not None:
        lines.append("Traceback (most recent call last):\n")
        lines += _stack(error.__traceback__, max_frames)
    return lines + traceback.format_exception_only(type(error), error)


def _stack(trace: TracebackType, max_frames: int) -> list[str]:
    steps: list[TracebackType] = []
    step: TracebackType | None = trace
    while step is not None:
        steps.append(step)
        step = step.tb_next
    lines: list[str] = []
    last: tuple[CodeType, int] | None = None
    times = 0
    for step in steps[-max_frames:]:
        here = (step.tb_frame.f_code, step.tb_lineno)
        if here != last:
            lines += _repetition(times)
            last, times = here, 0
        times += 1
        if times <= _REPEATED:
            lines.append(_place(step))
    return lines + _repetition(times)


def _repetition(times: int) -> list[str]:
    more = times - _REPEATED
    return [f"  [Previous line repeated {more} more time{'s' if more > 1 else ''}]\n"] if more > 0 else []


def _place(step: TracebackType) -> str:
    key = (step.tb_frame.f_code, step.tb_lasti, step.tb_lineno)
    text = _places.get(key)
    if text is None:
        text = "".join(traceback.format_list(traceback.extract_tb(step, limit=1)))
        if len(_places) >= _MAX_PLACES:
            _places.clear()
        _places[key] = text
    return text
