"""Levels: OpenTelemetry's severity numbers, as the core has them."""

from __future__ import annotations

import functools

TRACE, DEBUG, INFO, WARN, ERROR, FATAL = 1, 5, 9, 13, 17, 21

NAMES = {TRACE: "trace", DEBUG: "debug", INFO: "info", WARN: "warn", ERROR: "error", FATAL: "fatal"}
SEVERITIES = {name: severity for severity, name in NAMES.items()} | {"warning": WARN, "critical": FATAL}


def severity_of(levelno: int) -> int:
    """The severity of a level of `logging`; numbers between two levels count as the lower one."""
    for least, severity in ((50, FATAL), (40, ERROR), (30, WARN), (20, INFO), (10, DEBUG)):
        if levelno >= least:
            return severity
    return TRACE


def level_text(severity: int, word: str) -> str | None:
    """The framework's own word, where it says more than the stored level does."""
    return None if word.lower() == NAMES[severity] else word


@functools.lru_cache(maxsize=256)  # levels of one's own are few
def of_logging(levelno: int, word: str) -> tuple[int, str | None]:
    """Severity and own word of a level of `logging`."""
    severity = severity_of(levelno)
    return severity, level_text(severity, word)
