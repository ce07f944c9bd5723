"""The options as Java and Spring Boot have them: writers of ci/generate/options.py."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from options import Option, Options

JAVA_HOME = "sdk-java/client/src/main/java/io/clogs/"
SPRING_HOME = "sdk-java/spring-boot-starter/src/main/"
NOTE = "// Written by ci/generate/options.py from core/encode/options.json.\n"
# Parameter type and how it becomes the text that the native client takes.
KINDS = {
    "text": ("String", "value"),
    "flag": ("boolean", "Boolean.toString(value)"),
    "integer": ("long", "Long.toString(value)"),
    "bytes": ("long", "Long.toString(value)"),
    "duration": ("Duration", "Long.toString(value.toMillis())"),
    "choice": ("", "value.text()"),
    "level": ("Level", "value.text()"),
    "texts": ("String...", 'String.join(",", value)'),
    "pairs": ("Map<String, String>", "pairs(value)"),
}


def javadoc(text: str, indent: str = "  ") -> list[str]:
    """Lines of a comment, none over 100 columns."""
    text = re.sub(r"`([^`]*)`", r"{@code \1}", text.replace("&", "&amp;").replace("<", "&lt;"))
    if len(indent) + len(text) + 7 <= 100:
        return [f"{indent}/** {text} */"]
    return [f"{indent}/**",
            *textwrap.wrap(text, width=100, initial_indent=indent + " * ",
                           subsequent_indent=indent + " * ", break_long_words=False,
                           break_on_hyphens=False),
            f"{indent} */"]


SETTERS_TOP = """\
package io.clogs;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options of a client, one method each. What is not set comes from the environment. */
abstract class OptionSetters<T extends OptionSetters<T>> {
  private final Map<String, String> values = new LinkedHashMap<>();

  abstract T self();

  Map<String, String> values() {
    return values;
  }

  /**
   * By name and text, as the variable of the environment has it. A wrong name or value is told by
   * {@link ClogsClient#warnings()}.
   */
  public T set(String name, String value) {
    values.put(name, value);
    return self();
  }

  private static String pairs(Map<String, String> value) {
    final StringBuilder text = new StringBuilder();
    value.forEach((key, one) ->
        text.append(text.length() == 0 ? "" : ",").append(key).append('=').append(one));
    return text.toString();
  }
"""


def java_setters(options: Options) -> str:
    lines = (NOTE + SETTERS_TOP).rstrip("\n").split("\n")
    for option in options:
        kind, text = KINDS[option.kind]
        lines += ["", *javadoc(option.doc),
                  f"  public T {option.camel}({kind or option.pascal} value) {{",
                  f'    return set("{option.name}", {text});', "  }"]
    return "\n".join([*lines, "}", ""])


def java_choice(name: str) -> Callable[[Options], str]:
    """The enum of one choice; empty where the table has no such option."""
    def write(options: Options) -> str:
        option = next((one for one in options if one.pascal == name), None)
        if option is None:
            return ""
        names = ",\n  ".join(choice.upper() for choice in option.choices)
        doc = "\n".join(javadoc(option.doc, ""))
        return (f"{NOTE}package io.clogs;\n\nimport java.util.Locale;\n\n"
                f"{doc}\npublic enum {name} {{\n  {names};\n\n"
                "  String text() {\n    return name().toLowerCase(Locale.ROOT);\n  }\n}\n")
    return write


# Spring Boot -------------------------------------------------------------------------------------

PROPERTIES_TOP = """\
package io.clogs.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of the client as properties. They are texts where they could be more, so that a wrong
 * one is a warning of the client and does not stop the application; null: not set.
 */
public abstract class OptionProperties {
"""

# Field type, and how it is put among the options.
PROPERTY_KINDS = {
    "text": ("String", "plain"), "flag": ("String", "plain"), "integer": ("String", "plain"),
    "bytes": ("String", "bytes"), "duration": ("String", "millis"), "choice": ("String", "choice"),
    "level": ("String", "choice"), "texts": ("List<String>", "list"), "pairs": ("Pairs", "pairs"),
}


def accessors(option: Option) -> list[str]:
    kind, _ = PROPERTY_KINDS[option.kind]
    return ["", f"  public {kind} get{option.pascal}() {{", f"    return {option.camel};", "  }", "",
            f"  public void set{option.pascal}({kind} value) {{", f"    {option.camel} = value;", "  }"]


def java_properties(options: Options) -> str:
    lines = (NOTE + PROPERTIES_TOP).rstrip("\n").split("\n")
    for option in options:
        lines += [*javadoc(option.doc), f"  private {PROPERTY_KINDS[option.kind][0]} {option.camel};"]
    lines += ["", "  /** Those that are set, by name and text, as the client's builder takes them. */",
              "  public Map<String, String> options() {",
              "    final OptionTexts texts = new OptionTexts();"]
    lines += [f'    texts.{PROPERTY_KINDS[one.kind][1]}("{one.name}", {one.camel});' for one in options]
    lines += ["    return texts.values();", "  }", "",
              "  /** Property (behind {@code clogs.}) and variable, where Spring does not relate them. */",
              "  static Map<String, String> otherVariables() {",
              "    final Map<String, String> names = new LinkedHashMap<>();"]
    lines += [f'    names.put("{one.environment}", "{one.kebab}");' for one in options
              if one.environment != f"CLOGS_{one.name.upper()}" and not one.env_inverted]
    lines += ["    return names;", "  }"]
    for option in options:
        lines += accessors(option)
    return "\n".join([*lines, "}", ""])


METADATA_TYPES = {
    "text": "java.lang.String", "flag": "java.lang.Boolean", "integer": "java.lang.Long",
    "bytes": "org.springframework.util.unit.DataSize", "duration": "java.time.Duration",
    "choice": "java.lang.String", "level": "io.clogs.Level",
    "texts": "java.util.List<java.lang.String>",
    "pairs": "java.util.Map<java.lang.String,java.lang.String>",
}
# Properties of the starter alone: name, type, default, description.
STARTER = [
    ("clogs.request.enabled", "java.lang.Boolean", True,
     "One record for each request that the servlet container handled, and its id in the MDC meanwhile."),
    ("clogs.request.skip", METADATA_TYPES["texts"], None,
     "Paths without a record, as patterns such as /actuator/**."),
    ("clogs.request.id-header", "java.lang.String", "X-Request-ID",
     "Header that a request's id is taken from and sent back in."),
    ("clogs.request.logger", "java.lang.String", "clogs.request", "Key :logger of these records."),
    ("clogs.request.level-ok", "io.clogs.Level", "info", "Of requests with a status below 400."),
    ("clogs.request.level-client-error", "io.clogs.Level", "warn", "Of requests with a status of 4xx."),
    ("clogs.request.level-server-error", "io.clogs.Level", "error", "Of requests with a status of 5xx."),
    ("clogs.logback.enabled", "java.lang.Boolean", True,
     "Attach an appender to logback's root logger, unless the configuration has one."),
    ("clogs.logback.level", "java.lang.String", "TRACE",
     "Events below this level are not sent; the loggers' own levels come first."),
    ("clogs.logback.include-caller-data", "java.lang.Boolean", False,
     "Class, file and line of the call. Costly."),
    ("clogs.logback.include-template", "java.lang.Boolean", True,
     "The message before its arguments were put in, as message.template."),
    ("clogs.logback.mdc-includes", METADATA_TYPES["texts"], None,
     "Keys of the MDC that become fields; empty: all."),
    ("clogs.logback.mdc-excludes", METADATA_TYPES["texts"], None, "Keys of the MDC that do not."),
    ("clogs.jmx.enabled", "java.lang.Boolean", False,
     "Register the client's counts as the JMX bean io.clogs:type=Client."),
    ("management.health.clogs.enabled", "java.lang.Boolean", True,
     "Whether to enable the health indicator of Clogs."),
]


def metadata_default(option: Option) -> Any:
    if option.kind == "duration":
        return f"{option.default}ms"
    if option.kind == "bytes":
        return f"{option.default}B"
    return None if option.default == "" else option.default


def entry(name: str, kind: str, default: Any, doc: str) -> dict[str, Any]:
    found = {"name": name, "type": kind, "description": doc.replace("`", "")}
    return found if default is None else {**found, "defaultValue": default}


def spring_metadata(options: Options) -> str:
    properties = [entry(f"clogs.{one.kebab}", METADATA_TYPES[one.kind], metadata_default(one), one.doc)
                  for one in options]
    properties += [entry(*one) for one in STARTER]
    hints = [{"name": f"clogs.{one.kebab}", "values": [{"value": choice} for choice in one.choices]}
             for one in options if one.choices]
    for found in properties:
        if found["name"].startswith("clogs."):
            found["sourceType"] = "io.clogs.spring.ClogsProperties"
    groups = [{"name": "clogs", "type": "io.clogs.spring.ClogsProperties",
               "sourceType": "io.clogs.spring.ClogsProperties"}]
    return json.dumps({"groups": groups, "properties": properties, "hints": hints}, indent=2) + "\n"
