#!/usr/bin/env python3
"""Writes records.jsonl, the golden vectors of proto/clogs/v1/record.proto.

The bytes come from protoc, not from our codec, so that the vectors judge it. Each line:
  name       what it shows
  hex        wire bytes of a clogs.v1.Record
  edn        the record it is, as its EDN line; absent where it must be refused
  canonical  true where our encoders turn `edn` into exactly `hex`
  code       of a refusal: the :code of its details
"""
import json
import pathlib
import subprocess

PROTO = pathlib.Path(__file__).resolve().parent.parent


def encode(text):
    command = ["protoc", f"-I{PROTO}", "--encode=clogs.v1.Record", "clogs/v1/record.proto"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


def field(key, value):
    return 'fields { key: "%s" value { %s } }' % (key, value)


# name, text format, EDN, canonical
ACCEPTED = [
    ("one typed key", 'message: "hello"', '{:message "hello"}', True),
    ("empty text is not absent", 'message: ""', '{:message ""}', True),
    ("every typed key",
     'timestamp_unix_nanos: 1700000000123456789 level: "warn" message: "m" service: "auth" '
     'host: "h1" logger: "a.B" thread: "main" trace_id: "4bf92f3577b34da6a3ce929d0e0e4736" '
     'span_id: "00f067aa0ba902b7"',
     '{:timestamp #inst "2023-11-14T22:13:20.123456789Z" :level "warn" :message "m" :service "auth" '
     ':host "h1" :logger "a.B" :thread "main" :trace_id "4bf92f3577b34da6a3ce929d0e0e4736" '
     ':span_id "00f067aa0ba902b7"}', True),
    ("the epoch", 'timestamp_unix_nanos: 0 message: "m"',
     '{:timestamp #inst "1970-01-01T00:00:00Z" :message "m"}', True),
    ("no trailing zeros in a fraction", 'timestamp_unix_nanos: 1700000000120000000 message: "m"',
     '{:timestamp #inst "2023-11-14T22:13:20.12Z" :message "m"}', True),
    ("typed keys stand before fields", field("a", "int_value: 1") + ' level: "info"',
     '{:level "info" :a 1}', True),
    ("nil", field("a", ""), "{:a nil}", True),
    ("booleans", field("a", "bool_value: true") + field("b", "bool_value: false"),
     "{:a true :b false}", True),
    ("small integers", field("a", "int_value: 0") + field("b", "int_value: -1") +
     field("c", "int_value: 63") + field("d", "int_value: -65"), "{:a 0 :b -1 :c 63 :d -65}", True),
    ("64-bit integers", field("a", "int_value: 9223372036854775807") +
     field("b", "int_value: -9223372036854775808"),
     "{:a 9223372036854775807 :b -9223372036854775808}", True),
    ("integers over 64 bits", field("a", 'number: "9223372036854775808"'),
     "{:a 9223372036854775808}", True),
    ("numbers by their digits", field("a", 'number: "12N"') + field("b", 'number: "1.50M"') +
     field("c", 'number: "1/3"') + field("d", 'number: "1.50"') + field("e", 'number: "1.0E+10"'),
     "{:a 12N :b 1.50M :c 1/3 :d 1.50 :e 1.0E+10}", True),
    ("doubles", field("a", "double_value: 0.1") + field("b", "double_value: -2.5"),
     "{:a 0.1 :b -2.5}", False),
    ("doubles without a fraction stay floats", field("a", "double_value: 3"), "{:a 3.0}", False),
    ("not finite", field("a", "double_value: inf") + field("b", "double_value: -inf") +
     field("c", "double_value: nan"), "{:a ##Inf :b ##-Inf :c ##NaN}", True),
    ("text with escapes", field("a", r'string_value: "q\" b\\ n\n t\t"'),
     r'{:a "q\" b\\ n\n t\t"}', True),
    ("text beyond ASCII", field("a", 'string_value: "\u00e4 \u65e5 \U0001f600"'),
     '{:a "\u00e4 \u65e5 \U0001f600"}', True),
    ("text with a NUL", field("a", r'string_value: "a\000b"'), r'{:a "a\u0000b"}', True),
    ("keywords", field("a", 'keyword: "ok"') + field("b", 'keyword: "http/status"'),
     "{:a :ok :b :http/status}", True),
    ("symbols", field("a", 'symbol: "x/y"') + field("b", 'symbol: "+"'), "{:a x/y :b +}", True),
    ("characters", field("a", "character: 97") + field("b", "character: 10") +
     field("c", "character: 8364"), "{:a \\a :b \\newline :c \\\u20ac}", True),
    ("instants", field("a", "inst_unix_nanos: 1") + field("b", 'inst: "2026-11"') +
     field("c", 'inst: "2026-11-23T12:00:00.50+01:30"'),
     '{:a #inst "1970-01-01T00:00:00.000000001Z" :b #inst "2026-11" '
     ':c #inst "2026-11-23T12:00:00.50+01:30"}', True),
    ("uuids keep their case", field("a", 'uuid: "F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"'),
     '{:a #uuid "F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"}', True),
    ("collections", field("a", "list { items { int_value: 1 } }") + field("b", "vector { }") +
     field("c", 'set { items { keyword: "x" } items { keyword: "y" } }') +
     field("d", 'map { entries { key: "k" value { string_value: "v" } } }'),
     '{:a (1) :b [] :c #{:x :y} :d {:k "v"}}', True),
    ("nested deep", field("a", "vector { items { vector { items { map { entries { key: \"b\" "
                               "value { list { } } } } } } } }"), "{:a [[{:b ()}]]}", True),
    ("keys that are not keywords",
     'fields { other_key { string_value: "@timestamp" } value { int_value: 1 } }'
     'fields { other_key { vector { items { int_value: 1 } } } value { int_value: 2 } }'
     'fields { other_key { } value { int_value: 3 } }', '{"@timestamp" 1 [1] 2 nil 3}', True),
    ("tagged values", field("a", 'tagged { tag: "my/tag" value { string_value: "x" } }') +
     field("b", 'tagged { tag: "t" value { } }'), '{:a #my/tag "x" :b #t nil}', True),
    ("a typed key out of order is a field", 'message: "m"' + field("level", 'string_value: "info"'),
     '{:message "m" :level "info"}', True),
    ("a known key with another type is a field",
     'message: "m"' + field("level", 'keyword: "error"'), '{:message "m" :level :error}', True),
    ("a long text", field("a", 'string_value: "%s"' % ("x" * 300)), '{:a "%s"}' % ("x" * 300), True),
    ("an exception", 'message: "boom"' + field("exception",
     'map { entries { key: "type" value { string_value: "E" } } entries { key: "frames" '
     'value { vector { items { map { entries { key: "line" value { int_value: 7 } } } } } } } }'),
     '{:message "boom" :exception {:type "E" :frames [{:line 7}]}}', True),
    ("tags", field("tags", 'set { items { string_value: "a" } items { string_value: "b" } }'),
     '{:tags #{"a" "b"}}', True),
]

REFUSED = [
    ("the same key typed and as a field", 'message: "a"' + field("message", "int_value: 1"),
     "clogs/duplicate-key"),
    ("the same key twice", field("a", "int_value: 1") + field("a", "int_value: 2"),
     "clogs/duplicate-key"),
    ("the same key twice in a map", field("a", 'map { entries { key: "k" } entries { key: "k" } }'),
     "clogs/duplicate-key"),
    ("the same element twice", field("a", "set { items { int_value: 1 } items { int_value: 1 } }"),
     "clogs/duplicate-element"),
    ("a key that is no keyword", field("a b", "int_value: 1"), "clogs/bad-value"),
    ("an empty key", field("", "int_value: 1"), "clogs/bad-value"),
    ("a field without a name", "fields { value { int_value: 1 } }", "clogs/bad-protobuf"),
    ("a number that is none", field("a", 'number: "1.2.3"'), "clogs/bad-value"),
    ("a surrogate", field("a", "character: 55296"), "clogs/bad-value"),
    ("an inst that is none", field("a", 'inst: "today"'), "clogs/bad-value"),
    ("a uuid that is none", field("a", 'uuid: "1234"'), "clogs/bad-value"),
    ("a keyword that is none", field("a", 'keyword: ":a"'), "clogs/bad-value"),
    ("a symbol that is a literal", field("a", 'symbol: "nil"'), "clogs/bad-value"),
    ("a tag with a kind of its own", field("a", 'tagged { tag: "uuid" value { } }'),
     "clogs/bad-value"),
]

# Bytes that no encoder of ours writes.
RAW = [
    ("unknown fields are skipped", "98060a" + "1a026869" + "ba0602ffff", '{:message "hi"}', None),
    ("cut in a length", "1a056869", None, "clogs/bad-protobuf"),
    ("text that is not UTF-8", "1a026be9", None, "clogs/bad-utf8"),
    ("a typed key twice", "1a01611a0162", None, "clogs/duplicate-key"),
    ("the wrong wire type", "1801", None, "clogs/bad-protobuf"),
    ("two kinds in a value", "8201090a01611a0410022200", None, "clogs/bad-protobuf"),
]


def main():
    lines: list[dict[str, object]] = []
    line: dict[str, object]
    for name, text, edn, canonical in ACCEPTED:
        line = {"name": name, "hex": encode(text).hex(), "edn": edn}
        if canonical:
            line["canonical"] = True
        lines.append(line)
    for name, text, code in REFUSED:
        lines.append({"name": name, "hex": encode(text).hex(), "code": code})
    for name, hex_text, wanted, refusal in RAW:
        line = {"name": name, "hex": hex_text}
        line["edn" if wanted else "code"] = wanted or refusal
        lines.append(line)
    out = pathlib.Path(__file__).with_name("records.jsonl")
    out.write_text("".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines))


if __name__ == "__main__":
    main()
