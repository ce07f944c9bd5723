"""The options as Python has them: a writer of ci/generate/options.py."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from options import Option, Options

KINDS = {"text": "str", "flag": "bool", "integer": "int", "bytes": "int", "duration": "float",
         "level": "Level", "texts": "Sequence[str]", "pairs": "Mapping[str, str]"}
TOP = '''"""Written by ci/generate/options.py from core/encode/options.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]


class OptionsWithoutLevel(TypedDict, total=False):
    """For a handler, whose `level` is that of `logging`."""
'''


def member(option: Option) -> list[str]:
    choices = ", ".join(json.dumps(one) for one in option.choices)
    kind = KINDS.get(option.kind) or f"Literal[{choices}]"
    doc = option.doc + (" Seconds." if option.kind == "duration" else "")
    wrapped = textwrap.wrap(f'"""{doc}"""', width=100, initial_indent="    ",
                            subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return ["", f"    {option.snake}: {kind}", *wrapped]


def python_options(options: Options) -> str:
    lines = TOP.rstrip("\n").split("\n")
    for option in options:
        if option.kind != "level":
            lines += member(option)
    lines += ["", "", "class Options(OptionsWithoutLevel, total=False):",
              '    """What is not set comes from the environment (CLOGS_*), else from the defaults."""']
    for option in options:
        if option.kind == "level":
            lines += member(option)
    lines += ["", "", "# How each becomes the text that the core takes.", "KINDS: dict[str, str] = {"]
    lines += [f'    "{option.snake}": "{option.kind}",' for option in options]
    return "\n".join([*lines, "}", ""])
