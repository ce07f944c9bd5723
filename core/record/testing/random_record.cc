#include "core/record/testing/random_record.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/base/instant.h"

namespace clogs::record::testing {

using edn::Kind;
using edn::Value;

std::string RandomRecord::text(size_t max_characters) {
  constexpr std::array<std::string_view, 20> characters = {"a",
                                                           "Z",
                                                           "0",
                                                           " ",
                                                           "\"",
                                                           "\\",
                                                           "\n",
                                                           "\t",
                                                           "\r",
                                                           "\x01",
                                                           ";",
                                                           "{",
                                                           "}",
                                                           "#",
                                                           ",",
                                                           "ä",
                                                           "\u2028",
                                                           "\xE6\x97\xA5",
                                                           "\xF0\x9F\x98\x80",
                                                           "\x7F"};
  std::string out;
  for (size_t left = below(max_characters + 1); left > 0; --left) {
    out += characters[below(characters.size())];
  }
  return out;
}

std::string RandomRecord::name() {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyzABCDEFXYZ_*!";
  constexpr std::string_view rest = "abcxyz0189-_.*+!?<>=";
  std::string out(1, first[below(first.size())]);
  for (size_t left = below(10); left > 0; --left) out += rest[below(rest.size())];
  if (below(6) == 0) out += "/" + std::string(1, first[below(first.size())]);
  return out;
}

std::string RandomRecord::digits(size_t max_digits) {
  std::string out(1, static_cast<char>('1' + below(9)));
  for (size_t left = below(max_digits); left > 0; --left) {
    out += static_cast<char>('0' + below(10));
  }
  return below(3) == 0 ? "-" + out : out;
}

Value RandomRecord::number() {
  const std::string whole = digits(25);
  switch (below(kinds_ == Kinds::json ? 3 : 7)) {
    case 0:
      return Value::integer(static_cast<int64_t>(random_()) >> below(64));
    case 1:
      return Value::number(Kind::floating, whole + ".50");
    case 2:
      return Value::number(Kind::floating, digits(3) + ".0e" + std::to_string(below(300)));
    case 3:
      return Value::number(Kind::big_integer, whole);
    case 4:
      return Value::number(Kind::decimal, whole + ".500");
    case 5:
      return Value::number(Kind::ratio, digits(3) + "/1000003");
    default: {
      constexpr std::array<std::string_view, 2> odd = {"##Inf", "##-Inf"};
      return Value::number(Kind::floating, std::string(odd[below(odd.size())]));
    }
  }
}

Value RandomRecord::json_atom() {
  switch (below(4)) {
    case 0:
      return Value::nil();
    case 1:
      return Value::boolean(below(2) == 0);
    case 2:
      return number();
    default:
      return Value::string(text(20));
  }
}

Value RandomRecord::edn_atom() {
  switch (below(7)) {
    case 0:
      return Value::character(below(2) == 0 ? "x" : "\xE6\x97\xA5");
    case 1:
      return Value::keyword(name());
    case 2:
      return Value::symbol(name());
    case 3:
      return Value::inst_nanos(static_cast<int64_t>(random_() >> 2));
    case 4:
      return Value::inst("2026-11-23T20:25:57.120+01:30");
    case 5:
      return Value::uuid("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6");
    default:
      return json_atom();
  }
}

Value RandomRecord::map(int depth, size_t entries) {
  Value map = Value::map();
  for (; entries > 0; --entries) {
    Value key = kinds_ == Kinds::json || below(4) != 0 ? Value::keyword(name()) : value(depth - 1);
    std::vector<Value>& items = map.items();
    bool there = false;
    for (size_t i = 0; i < items.size(); i += 2) there = there || items[i] == key;
    if (there) continue;
    items.push_back(std::move(key));
    items.push_back(value(depth - 1));
  }
  return map;
}

Value RandomRecord::collection(int depth) {
  const size_t size = below(5);
  const size_t kind = below(kinds_ == Kinds::json ? 2 : 5);
  if (kind == 0) return map(depth, size);
  if (kind == 4) return Value::tagged("my/" + name().substr(0, 1), value(depth - 1));
  std::vector<Value> items;
  for (size_t i = 0; i < size; ++i) {
    Value item = value(depth - 1);
    if (kind == 2 && std::find(items.begin(), items.end(), item) != items.end()) continue;
    items.push_back(std::move(item));
  }
  if (kind == 2) return Value::set(std::move(items));
  return kind == 3 ? Value::list(std::move(items)) : Value::vector(std::move(items));
}

Value RandomRecord::value(int depth) {
  if (depth > 0 && below(3) == 0) return collection(depth);
  return kinds_ == Kinds::json ? json_atom() : edn_atom();
}

void RandomRecord::known_keys(Value& record) {
  constexpr std::array<std::string_view, 8> texts = {"message", "service",  "host",     "logger",
                                                     "thread",  "trace_id", "trace-id", "spanId"};
  if (below(2) == 0) {
    const auto nanos = static_cast<int64_t>(random_() >> 1) % 9'000'000'000'000'000'000;
    record.set_key("timestamp", kinds_ == Kinds::edn && below(2) == 0
                                    ? Value::inst_nanos(nanos)
                                    : Value::string(format_rfc3339(Instant::from_nanos(nanos))));
  }
  if (below(2) == 0) record.set_key("level", Value::string("warn"));
  for (std::string_view key : texts) {
    if (below(4) == 0) record.set_key(key, Value::string(text(30)));
  }
}

Value RandomRecord::record() {
  Value record = Value::map();
  if (below(2) == 0) known_keys(record);
  Value others = map(4, 1 + below(20));
  for (size_t i = 0; i < others.items().size(); i += 2) {
    // A random name may be a known key by chance; its value would have to be of its type.
    const Value& key = others.items()[i];
    if ((key.is(Kind::keyword) || key.is(Kind::string)) && record.find(key.text()) != nullptr) {
      continue;
    }
    record.push_back(key);
    record.push_back(others.items()[i + 1]);
  }
  if (record.size() == 0) record.set_key("n", Value::integer(1));
  if (kinds_ == Kinds::edn && below(2) == 0) known_keys(record);
  return record;
}

}  // namespace clogs::record::testing
