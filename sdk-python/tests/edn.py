"""Reads the EDN of the golden vectors: keywords and strings both as str, tags refused."""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(r'[\s,]*(#\{|[{}\[\]]|"(?:[^"\\]|\\.)*"|[^\s,{}\[\]"]+)')
_CLOSING = {"{": "}", "[": "]", "#{": "}"}


def read(text: str) -> Any:
    """One value."""
    tokens = [found[1] for found in _TOKEN.finditer(text)]
    value, end = _read(tokens, 0)
    if end != len(tokens):
        raise ValueError(f"more than one value: {text}")
    return value


def _read(tokens: list[str], at: int) -> tuple[Any, int]:
    token = tokens[at]
    if token in _CLOSING:
        items = []
        at += 1
        while tokens[at] != _CLOSING[token]:
            item, at = _read(tokens, at)
            items.append(item)
        if token == "{":
            return dict(zip(items[::2], items[1::2])), at + 1
        return items, at + 1
    return _atom(token), at + 1


def _atom(token: str) -> Any:
    if token[0] == '"':
        return json.loads(token)
    if token[0] == ":":
        return token[1:]
    if token in ("nil", "true", "false"):
        return {"nil": None, "true": True, "false": False}[token]
    return json.loads(token)
