"""Values of a query's parameters, printed as EDN."""

from __future__ import annotations

import datetime
import decimal
import json
import math
import uuid
from collections.abc import Mapping


def printed(value: object) -> str:
    """TypeError: there is no such value in a query."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "##NaN"
        return repr(value) if math.isfinite(value) else ("##Inf" if value > 0 else "##-Inf")
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return f"{value}M"
    if isinstance(value, uuid.UUID):
        return f'#uuid "{value}"'
    if isinstance(value, datetime.datetime):
        return f'#inst "{value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")}"'
    return _collection(value)


def _collection(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + " ".join(f"{printed(key)} {printed(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(printed(one) for one in value) + "]"
    if isinstance(value, (set, frozenset)):
        return "#{" + " ".join(sorted(printed(one) for one in value)) + "}"
    raise TypeError(f"a query takes no parameter of type {type(value).__name__}")
