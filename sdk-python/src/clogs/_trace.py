"""The span of OpenTelemetry that is active, where its API is loaded."""

from __future__ import annotations

import sys


def current() -> tuple[str, str, int] | None:
    """Its trace id, span id and flags."""
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    span = api.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    return f"{span.trace_id:032x}", f"{span.span_id:016x}", int(span.trace_flags)
