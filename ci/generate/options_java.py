"""The options as Java has them: a writer of ci/generate/options.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from options import Options

JAVA_HOME = "sdk-java/client/src/main/java/io/clogs/"
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


def javadoc(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"{@code \1}", text.replace("&", "&amp;").replace("<", "&lt;"))


def java_setters(options: Options) -> str:
    lines = [NOTE + "package io.clogs;\n", "import java.time.Duration;",
             "import java.util.LinkedHashMap;", "import java.util.Map;\n",
             "/** The options of a client, one method each. What is not set comes from the environment. */",
             "abstract class OptionSetters<T extends OptionSetters<T>> {",
             "  private final Map<String, String> values = new LinkedHashMap<>();\n",
             "  abstract T self();\n",
             "  Map<String, String> values() {", "    return values;", "  }\n",
             "  /** By name and text, as the variable of the environment has it. A wrong name or value is"
             " told by {@link ClogsClient#warnings()}. */",
             "  public T set(String name, String value) {", "    values.put(name, value);",
             "    return self();", "  }\n",
             "  private static String pairs(Map<String, String> value) {",
             "    StringBuilder text = new StringBuilder();",
             "    value.forEach((key, one) -> text.append(text.length() == 0 ? \"\" : \",\")"
             ".append(key).append('=').append(one));",
             "    return text.toString();", "  }"]
    for option in options:
        kind, text = KINDS[option.kind]
        lines += ["", f"  /** {javadoc(option.doc)} */",
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
        return (f"{NOTE}package io.clogs;\n\nimport java.util.Locale;\n\n"
                f"/** {javadoc(option.doc)} */\npublic enum {name} {{\n  {names};\n\n"
                "  String text() {\n    return name().toLowerCase(Locale.ROOT);\n  }\n}\n")
    return write
