#!/usr/bin/env python3
"""options [--check] [--root DIR]: writes the options of all languages from core/encode/options.json.

With --check nothing is written: each file that is not as it would be written is named with its first
wrong line. What is written is committed, so that nobody needs this to build.

To add an output: write a function `def name(options: Options) -> str` that returns the whole text of
the file, and put it into OUTPUTS with the file's path. Each Option knows its names in every language
(`snake`, `camel`, `environment`), its `default` as JSON has it, and what `kind` of value it is.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import sys
import textwrap
from collections.abc import Callable
from typing import Any

from options_java import (
    JAVA_HOME,
    SPRING_HOME,
    java_choice,
    java_properties,
    java_setters,
    spring_metadata,
)
from options_python import python_options

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = "core/encode/options.json"
KINDS = ("text", "flag", "integer", "bytes", "duration", "choice", "level", "texts", "pairs")
LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
NUMBERS = ("integer", "bytes", "duration")


@dataclasses.dataclass(frozen=True)
class Option:
    """One entry of the table."""

    name: str
    kind: str
    default: Any
    group: str
    doc: str
    choices: tuple[str, ...] = ()
    min: int = 0
    max: int = 0
    secret: bool = False
    env: str = ""
    env_inverted: bool = False
    fallback_env: str = ""
    fallback_env_if_otel: str = ""

    def __post_init__(self) -> None:
        """Refuses an entry that means nothing."""
        default_type = {"flag": bool, **dict.fromkeys(NUMBERS, int)}.get(self.kind, str)
        problems = {
            f"no kind '{self.kind}'": self.kind not in KINDS,
            f"its default is no {default_type.__name__}": type(self.default) is not default_type,
            "it has no range": self.kind in NUMBERS and self.max <= self.min,
            "its default is out of its range":
                self.kind in NUMBERS and not self.min <= self.default <= self.max,
            "its default is none of its choices":
                self.kind == "choice" and self.default not in self.choices,
            "its default is no level": self.kind == "level" and self.default not in LEVELS,
            "lists begin empty": self.kind in ("texts", "pairs") and self.default != "",
            "only a flag can be inverted": self.env_inverted and self.kind != "flag",
        }
        for problem, there in problems.items():
            if there:
                raise ValueError(f"option {self.name}: {problem}")

    @property
    def snake(self) -> str:
        return self.name

    @property
    def camel(self) -> str:
        first, *rest = self.name.split("_")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def pascal(self) -> str:
        return self.camel[0].upper() + self.camel[1:]

    @property
    def environment(self) -> str:
        suffix = "_MS" if self.kind == "duration" else ""
        return self.env or f"CLOGS_{self.name.upper()}{suffix}"

    @property
    def kebab(self) -> str:
        return self.name.replace("_", "-")

    @property
    def node(self) -> str:
        """Node has no type for durations, so the name says milliseconds."""
        return self.camel + ("Ms" if self.kind == "duration" else "")


Options = list[Option]


def read_options(path: pathlib.Path) -> Options:
    options = [Option(**{**entry, "choices": tuple(entry.get("choices", ()))})
               for entry in json.loads(path.read_text())["options"]]
    for what in ("name", "environment"):
        names = [getattr(option, what) for option in options]
        if len(set(names)) != len(names):
            raise ValueError(f"two options have the same {what}")
    return options


# C++ ---------------------------------------------------------------------------------------------

CPP_TYPES = {
    "text": "std::string", "flag": "bool", "integer": "uint64_t", "bytes": "uint64_t",
    "duration": "std::chrono::milliseconds", "level": "Level",
    "texts": "std::vector<std::string>",
    "pairs": "std::vector<std::pair<std::string, std::string>>",
}


def cpp_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def cpp_member(option: Option) -> str:
    """The member with its default: `uint64_t queue_max_records = 8192;`."""
    kind = option.kind
    if kind == "choice":
        return f"{option.pascal} {option.name} = {option.pascal}::{option.default};"
    type_name = CPP_TYPES[kind]
    if kind in ("texts", "pairs") or option.default == "":
        return f"{type_name} {option.name};"
    if kind == "duration":
        return f"{type_name} {option.name}{{{option.default}}};"
    value = {"text": lambda: cpp_text(option.default), "flag": lambda: str(option.default).lower(),
             "level": lambda: f"Level::{option.default}"}.get(kind, lambda: str(option.default))()
    return f"{type_name} {option.name} = {value};"


def comment(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, width=98, initial_indent=indent + "// ",
                         subsequent_indent=indent + "// ", break_long_words=False,
                         break_on_hyphens=False)


CPP_HEADER_TOP = """\
// What a client is told: where to send, what to keep, when to give up.
// Written by ci/generate/options.py from core/encode/options.json; table: docs/sdk-options.md.
//
// Code beats environment beats default: start with from_environment() and set what the code knows.
// A wrong value never stops the application: correct() puts the default in its place and says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/level.h"
#include "clogs/result.h"
#include "clogs/status.h"

namespace clogs {
"""

CPP_HEADER_END = """\

  // Hooks. They run on the thread that logs (before_send) or on the client's own (on_error) and
  // must not log. What they throw is caught: the record is then sent as it was.
  //
  // Sees each record before it is queued, as the bytes of a clogs.v1.Record, mended and redacted;
  // clogs/record_view.h reads them. May replace them, by a RecordWriter's; they are then mended and
  // redacted again. False drops the record, counted.
  std::function<bool(std::string& record)> before_send;
  // Trouble with delivery: one call a failure, at most one a second.
  std::function<void(const Status& trouble)> on_error;

  // One sentence for each wrong value: option, value, what was expected, where it came from.
  std::vector<std::string> warnings;

  // The defaults, then what the variables say. An empty variable counts as absent.
  static Options from_environment();
  // The same with another source than the process's environment; it returns null for absent.
  using Environment = std::function<const char*(const char* name)>;
  static Options from_environment(const Environment& environment);

  // By the option's name and its value as text, in the form that its variable has (durations in
  // milliseconds, lists with commas, pairs as k=v,k=v). Refused: not_found for a name,
  // invalid_argument for a value; the option stays as it was.
  Status set(std::string_view name, std::string_view value);
  // The value in that form; a secret that is set reads "(secret)".
  Result<std::string> get(std::string_view name) const;
  // Puts what is out of its range, or contradicts another option, right and adds to `warnings`.
  void correct();
};

}  // namespace clogs
"""


def cpp_header(options: Options) -> str:
    lines = [CPP_HEADER_TOP]
    for option in options:
        if option.kind == "choice":
            lines.append(f"enum class {option.pascal} : uint8_t {{ {', '.join(option.choices)} }};")
    lines += ["", "struct Options {"]
    group = ""
    for option in options:
        if group and option.group != group:
            lines.append("")
        group = option.group
        text = option.doc + (f" At most {option.max}." if option.kind == "integer" else "")
        lines += comment(text)
        lines.append("  " + cpp_member(option))
    return "\n".join(lines) + "\n" + CPP_HEADER_END


CPP_TABLE_TOP = """\
// Every option with its names, range and place. Written by ci/generate/options.py from
// core/encode/options.json.
#include "core/encode/options_table.h"

namespace clogs::encode {
namespace {

// clang-format off
"""

CPP_TABLE_END = """\
};
// clang-format on

}  // namespace

std::span<const OptionInfo> option_table() { return table; }

}  // namespace clogs::encode
"""


def cpp_table(options: Options) -> str:
    lines = [CPP_TABLE_TOP + "template <typename Enum, Enum Options::*member>",
             "constexpr ChoiceAccess choice_access{",
             "    [](const Options& options) { return static_cast<uint8_t>(options.*member); },",
             "    [](Options& options, uint8_t value) { options.*member = static_cast<Enum>(value); }};",
             ""]
    for option in options:
        if option.choices:
            names = ", ".join(cpp_text(choice) for choice in option.choices)
            lines.append(f"constexpr std::string_view {option.name}_choices[] = {{{names}}};")
    lines += ["", "constexpr OptionInfo table[] = {"]
    for option in options:
        member = f"&Options::{option.name}"
        if option.kind == "choice":
            member = f"&choice_access<{option.pascal}, {member}>"
        parts = [f".name = {cpp_text(option.name)}", f".environment = {cpp_text(option.environment)}"]
        if option.fallback_env:
            parts.append(f".fallback = {cpp_text(option.fallback_env)}")
        if option.fallback_env_if_otel:
            parts.append(f".otel_fallback = {cpp_text(option.fallback_env_if_otel)}")
        parts.append(f".member = {member}")
        if option.kind in NUMBERS:
            parts.append(f".min = {option.min}, .max = {option.max}")
        if option.choices:
            parts.append(f".choices = {option.name}_choices")
        parts += [f".{flag} = true" for flag, on in
                  (("inverted", option.env_inverted), ("secret", option.secret)) if on]
        lines.append("    {" + ",\n     ".join(parts) + "},")
    return "\n".join(lines) + "\n" + CPP_TABLE_END


# Documentation -----------------------------------------------------------------------------------

DOCS_TOP = """\
# Options of the SDKs

Written by `ci/generate/options.py` from `core/encode/options.json`: the same options in every
language, each in its own spelling. Code beats environment beats default. An empty variable counts as
absent. A wrong value falls back to the default with a warning that names the option, the value, what
was expected and where it came from; it never stops the application.

| | name | durations |
| --- | --- | --- |
| C++ | `flush_interval`, a member of `clogs::Options` | `std::chrono::milliseconds` |
| Python | `flush_interval`, a keyword of `clogs.configure()` | seconds, as a float |
| Java | `flushInterval()`, of `ClogsClient.builder()` | `Duration`; in XML milliseconds: `flushIntervalMs` |
| Node | `flushIntervalMs`, a key of the options | milliseconds |
| environment | `CLOGS_FLUSH_INTERVAL_MS` | milliseconds |

Flags in the environment are `1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`. Lists are
comma-separated, pairs are `k=v,k=v`.
"""

DOCS_END = """\

## Values that depend on each other

`batch_max_records` is at most `queue_max_records`, `batch_max_bytes` at most `queue_max_bytes`, and
`retry_initial` at most `retry_max`; a larger one is lowered to it.

## Variables of OpenTelemetry

`OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` (values percent-encoded) are read where the variable
of Clogs is not set; of the latter `service.name`, `service.version` and `deployment.environment`
(`deployment.environment.name`) become `service`, `version` and `environment` where these have no
value. `OTEL_EXPORTER_OTLP_ENDPOINT` is read only with `CLOGS_OTEL_ENV=1`, because it names a collector
of OpenTelemetry in most deployments.

## Hooks

They have no variable. `before_send` sees each record before it is queued, may change it, and drops it
by saying so; `on_error` hears of trouble with delivery. What a hook throws never reaches the
application.
"""


def docs_default(option: Option) -> str:
    if option.kind == "duration":
        return f"{option.default} ms" if option.default % 1000 else f"{option.default // 1000} s"
    if option.kind == "bytes":
        for power, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
            if option.default % (1 << power) == 0:
                return f"{option.default >> power} {unit}"
    if option.kind == "flag":
        return "on" if option.default else "off"
    return f"`{option.default}`" if option.default != "" else "empty"


def docs_environment(option: Option) -> str:
    text = f"`{option.environment}`"
    if option.env_inverted:
        text += "`=1` is off"
    if option.fallback_env:
        text += f", else `{option.fallback_env}`"
    return text


def docs_meaning(option: Option) -> str:
    text = option.doc.replace("|", "\\|").replace("<", "&lt;")
    if option.choices:
        text += " One of " + ", ".join(f"`{choice}`" for choice in option.choices) + "."
    if option.kind in NUMBERS:
        unit = {"duration": " ms", "bytes": " bytes", "integer": ""}[option.kind]
        text += f" {option.min} to {option.max}{unit}."
    return text


def docs_page(options: Options) -> str:
    lines = [DOCS_TOP]
    group = ""
    for option in options:
        if option.group != group:
            group = option.group
            lines += [*([""] if len(lines) > 1 else []), f"## {group.capitalize()}", "",
                      "| C++, Python | Java, Node | environment | default | meaning |",
                      "| --- | --- | --- | --- | --- |"]
        spelling = f"`{option.camel}`"
        if option.node != option.camel:
            spelling += f", `{option.node}`"
        lines.append(f"| `{option.snake}` | {spelling} | {docs_environment(option)} | "
                     f"{docs_default(option)} | {docs_meaning(option)} |")
    return "\n".join(lines) + "\n" + DOCS_END


# Node --------------------------------------------------------------------------------------------

NODE_NOTE = "// Written by ci/generate/options.py from core/encode/options.json.\n"
NODE_TYPES = {
    "text": "string", "flag": "boolean", "integer": "number", "bytes": "number",
    "duration": "number", "level": "Level", "texts": "readonly string[]",
    "pairs": "Readonly<Record<string, string>>",
}


def node_doc(option: Option) -> list[str]:
    text = f"{option.doc} Default: {docs_default(option).replace('`', '')}."
    words = textwrap.wrap(text, width=92, break_long_words=False, break_on_hyphens=False)
    return ([f"  /** {text} */"] if len(words) == 1 else
            ["  /**", *(f"   * {line}" for line in words), "   */"])


def node_options(options: Options) -> str:
    lines = [NODE_NOTE + "import type { Level } from './levels.js';\n"]
    lines += [f"export type {option.pascal} = " + " | ".join(f"'{one}'" for one in option.choices) + ";"
              for option in options if option.kind == "choice"]
    lines += ["", "export interface GeneratedOptions {"]
    for option in options:
        kind = NODE_TYPES.get(option.kind, option.pascal)
        lines += [*node_doc(option), f"  {option.node}?: {kind};"]
    lines += ["}", "", "/** Name here -> name of the native client, kind of value. */",
              "export const OPTION_TABLE: Readonly<",
              "  Record<keyof GeneratedOptions, readonly [string, string]>> = {",
              *(f"  {option.node}: ['{option.snake}', '{option.kind}']," for option in options)]
    return "\n".join([*lines, "};", ""])


OUTPUTS: dict[str, Callable[[Options], str]] = {
    "core/include/clogs/options.h": cpp_header,
    "core/encode/options_table.cc": cpp_table,
    "docs/sdk-options.md": docs_page,
    "sdk-node/src/options.ts": node_options,
    "sdk-python/src/clogs/_options.py": python_options,
    JAVA_HOME + "OptionSetters.java": java_setters,
    **{JAVA_HOME + name + ".java": java_choice(name) for name in ("OnFull", "Compression", "Diagnostics")},
    SPRING_HOME + "java/io/clogs/spring/OptionProperties.java": java_properties,
    SPRING_HOME + "resources/META-INF/spring-configuration-metadata.json": spring_metadata,
}


def first_difference(path: pathlib.Path, text: str) -> int:
    """The first line of the file that differs from text, from 1; 0 if none does."""
    if not path.is_file():
        return 1
    have, want = path.read_text().split("\n"), text.split("\n")
    if have == want:
        return 0
    same = zip(have, want)
    return next((i for i, (a, b) in enumerate(same, 1) if a != b), min(len(have), len(want)) + 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    arguments = parser.parse_args()
    try:
        options = read_options(arguments.root / SOURCE)
    except (OSError, ValueError, TypeError, KeyError) as error:
        print(f"{SOURCE}:1: {error}")
        return 1
    wrong = 0
    for name, write in OUTPUTS.items():
        path, text = arguments.root / name, write(options)
        line = first_difference(path, text)
        if line and arguments.check:
            print(f"{name}:{line}: not as ci/generate/options.py writes it: run it")
            wrong = 1
        elif line:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
