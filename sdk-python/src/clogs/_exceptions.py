"""Exceptions as fields of a record."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from clogs import _stacktrace

# Longer chains and stacks are cut in their middle: a recursion is thousands of frames.
MAX_CAUSES = 8
MAX_FRAMES = 64


def from_exc_info(exc_info: object) -> BaseException | None:
    """What `exc_info=` may be: an exception, a tuple as of sys.exc_info(), or a truth value."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        value = exc_info[1] if len(exc_info) == 3 else None
        return value if isinstance(value, BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def fields_of(exc_info: object) -> dict[str, Any] | None:
    """`exception.type`, `.message`, `.stacktrace`, and where there are any `.frames`, `.causes`, `.notes`."""
    error = from_exc_info(exc_info)
    if error is None:
        return None
    fields: dict[str, Any] = {
        "exception.type": type_name(error),
        "exception.message": message(error),
        "exception.stacktrace": stacktrace(error),
    }
    frames = frames_of(error.__traceback__)
    if frames:
        fields["exception.frames"] = frames
    causes = causes_of(error)
    if causes:
        fields["exception.causes"] = [{"type": type_name(one), "message": message(one)} for one in causes]
    notes = notes_of(error)
    if notes:
        fields["exception.notes"] = notes
    return fields


def type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as raised:
        return f"[raised {type(raised).__name__}]"


def stacktrace(error: BaseException) -> str:
    """As Python prints it, with the whole chain."""
    try:
        return "".join(_stacktrace.printed(error, MAX_FRAMES)).rstrip("\n")
    except Exception as raised:
        return f"{type_name(error)}: [raised {type(raised).__name__} while it was printed]"


def notes_of(error: BaseException) -> list[str]:
    """What add_note() added; anything may have been put in its place."""
    notes = getattr(error, "__notes__", None)
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def frames_of(trace: TracebackType | None) -> list[dict[str, Any]]:
    """The calls, outermost first; of a long stack its two ends."""
    frames: list[dict[str, Any]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append({"file": code.co_filename, "line": trace.tb_lineno, "function": code.co_name})
        trace = trace.tb_next
    if len(frames) > MAX_FRAMES:
        half = MAX_FRAMES // 2
        frames = frames[:half] + frames[-half:]
    return frames


def causes_of(error: BaseException) -> list[BaseException]:
    """Causes and contexts as Python prints them, and the parts of a group; each once."""
    found: list[BaseException] = []
    seen = {id(error)}
    waiting: list[BaseException] = [error]
    while waiting:
        for one in parts_of(waiting.pop(0)):
            if id(one) in seen or len(found) >= MAX_CAUSES:
                continue
            seen.add(id(one))
            found.append(one)
            waiting.append(one)
    return found


def parts_of(error: BaseException) -> list[BaseException]:
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    parts = getattr(error, "exceptions", ())
    nested = [one for one in parts if isinstance(one, BaseException)] if isinstance(parts, tuple) else []
    return ([cause] if cause is not None else []) + nested
