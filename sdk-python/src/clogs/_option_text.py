"""Options as Python has them, as the text that the core reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clogs._options import KINDS

LIST = (list, tuple, set, frozenset)


def option_pairs(options: Mapping[str, object]) -> list[tuple[str, str]]:
    """(name, text) of each; None counts as not set. What is wrong the core says in its warnings."""
    return [(name, text_of(name, value)) for name, value in options.items() if value is not None]


def text_of(name: str, value: object) -> str:
    kind = KINDS.get(name)
    if isinstance(value, bool):
        return "1" if value else "0"
    if kind == "duration" and isinstance(value, (int, float)):
        return milliseconds(value)
    if kind == "pairs" and isinstance(value, Mapping):
        return ",".join(f"{key}={one}" for key, one in value.items())
    if kind == "texts" and isinstance(value, LIST):
        items: Iterable[object] = value
        return ",".join(str(one) for one in items)
    return str(value)


def milliseconds(seconds: float) -> str:
    """Rounded up, so that a wait below a millisecond does not become none."""
    try:
        whole = int(seconds * 1000)
    except (OverflowError, ValueError):  # infinite, or no number: the core refuses it by its text
        return str(seconds)
    return str(whole + (whole < seconds * 1000 - 1e-6))
