#include "server/query/language/lexical.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "core/base/instant.h"
#include "core/edn/json_reader.h"
#include "core/edn/token.h"
#include "server/query/language/limits.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {

using edn::Kind;
using edn::Value;

std::optional<std::string_view> keyword_name(const Context& context, const Value& value) {
  std::string_view text = value.text();
  if (value.is(Kind::keyword)) return text;
  if (!context.json || !value.is(Kind::string)) return std::nullopt;
  if (text.size() > 1 && text[0] == ':') text.remove_prefix(1);
  return text;
}

std::optional<std::string_view> head_of(const Context& context, const Value& value) {
  if (!value.is(Kind::vector) || value.size() == 0) return std::nullopt;
  return keyword_name(context, value[0]);
}

std::optional<std::string_view> key_name(const Context& context, const Value& key) {
  if (key.is(Kind::string) && !context.json) return std::string_view(key.text());
  return keyword_name(context, key);
}

Value name_value(std::string_view name) {
  return edn::is_keyword_name(name) && name != "*" ? Value::keyword(name) : Value::string(name);
}

bool is_param(const Value& value) {
  return value.is(Kind::symbol) && value.text().size() > 1 && value.text()[0] == '?';
}

const Value* bound(Context& context, const Value& value) {
  if (!value.is(Kind::symbol)) return &value;
  if (!is_param(value)) {
    // A symbol such as / is no name of a keyword.
    std::vector<Value> meant;
    if (edn::is_keyword_name(value.text())) meant.push_back(Value::keyword(value.text()));
    context.fail(
        "wrong-type",
        fmt::format("{} is a symbol, and only parameters (?name) may be symbols", shown(value)),
        value, std::move(meant));
    return nullptr;
  }
  std::string_view name = std::string_view(value.text()).substr(1);
  for (const auto& [param, to] : context.params) {
    if (param != name) continue;
    context.used_params.emplace_back(name);
    if (!to.is(Kind::symbol)) return &to;
    context.fail("unbound-param",
                 fmt::format("parameter ?{} is bound to the symbol {}", name, shown(to)), to);
    return nullptr;
  }
  std::vector<std::string> known;
  for (const auto& [param, to] : context.params) known.push_back(param);
  std::vector<Value> near;
  for (const Value& it : suggest(name, known)) near.push_back(Value::symbol("?" + it.text()));
  context.fail("unbound-param", fmt::format("parameter ?{} is not bound", name), value,
               std::move(near));
  return nullptr;
}

bool read_literal(Context& context, const Value& value, Value& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (it->is(Kind::inst)) {
    Result<Instant> instant = parse_inst(it->text());
    if (!instant.ok()) return context.fail("bad-time", instant.status().message(), *it);
    out = Value::inst(format_rfc3339(*instant));
    return true;
  }
  out = *it;
  if (!edn::is_collection(it->kind()) && !it->is(Kind::tagged)) return true;
  bool is_map = it->is(Kind::map);
  for (size_t i = 0; i < it->items().size(); ++i) {
    At at(context, is_map ? (i % 2 == 0 ? Value() : it->items()[i - 1])
                          : Value::integer(static_cast<int64_t>(i)));
    Value element;
    if (!read_literal(context, it->items()[i], element)) return false;
    out.items()[i] = std::move(element);
  }
  return true;
}

bool read_string(Context& context, const Value& value, std::string& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (!it->is(Kind::string)) return context.wrong_type("a string", *it);
  out = it->text();
  return true;
}

bool read_bool(Context& context, const Value& value, bool& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (!it->is(Kind::boolean)) return context.wrong_type("true or false", *it);
  out = it->truth();
  return true;
}

bool read_int(Context& context, const Value& value, int64_t min, int64_t max, int64_t& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  std::optional<int64_t> number = it->as_int64();
  bool whole = it->is(Kind::integer) || it->is(Kind::big_integer);
  if (!whole) return context.wrong_type("an integer", *it);
  if (!number || *number < min || *number > max) {
    std::string range = max == std::numeric_limits<int64_t>::max()
                            ? fmt::format("{} or more", min)
                            : fmt::format("{} to {}", min, max);
    return context.fail("bad-value", fmt::format("expected {}, got {}", range, shown(*it)), *it);
  }
  out = *number;
  return true;
}

bool read_number(Context& context, const Value& value, Value& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  std::optional<double> number = edn::is_number(it->kind()) ? it->as_double() : std::nullopt;
  if (!number || std::isnan(*number)) return context.wrong_type("a number", *it);
  out = *it;
  return true;
}

bool read_choice(Context& context, const Value& value, std::string_view what,
                 std::span<const std::string_view> known, std::string_view& out) {
  std::optional<std::string_view> name = keyword_name(context, value);
  if (!name) {
    std::vector<Value> near;
    if (value.is(Kind::string) || value.is(Kind::symbol)) near = suggest(value.text(), known);
    return context.wrong_type(fmt::format("a keyword that names the {}", what), value,
                              std::move(near));
  }
  for (std::string_view it : known) {
    if (it != *name) continue;
    out = it;
    return true;
  }
  return context.fail("bad-value", fmt::format("unknown {} :{}", what, *name), value,
                      suggest(*name, known));
}

bool read_name(Context& context, const Value& value, std::string& out) {
  std::optional<std::string_view> name = key_name(context, value);
  if (!name) return context.wrong_type("a name (a keyword)", value);
  if (name->empty()) return context.fail("bad-value", "a column's name is empty", value);
  out = *name;
  return true;
}

bool check_columns(Context& context, const Value& list) {
  if (list.size() <= max_columns) return true;
  return context.fail("too-large", fmt::format("there are {} columns, over the limit of {}",
                                               list.size(), max_columns));
}

bool check_keys(Context& context, const Value& value, std::string_view what,
                std::span<const std::string_view> known) {
  if (!value.is(Kind::map)) return context.wrong_type(fmt::format("a map of {}", what), value);
  bool fine = true;
  std::vector<std::string_view> seen;
  for (size_t i = 0; i < value.items().size() && !context.full(); i += 2) {
    const Value& key = value[i];
    At at(context, key);
    std::optional<std::string_view> name = keyword_name(context, key);
    bool twice = name && std::find(seen.begin(), seen.end(), *name) != seen.end();
    if (twice) {
      fine = context.fail_key("unknown-key", fmt::format("the key :{} stands twice", *name), key);
    } else if (!name || std::find(known.begin(), known.end(), *name) == known.end()) {
      std::string_view text = name ? *name : std::string_view(key.text());
      fine = context.fail_key("unknown-key", fmt::format("unknown key {} of {}", shown(key), what),
                              key, suggest(text, known));
    } else {
      seen.push_back(*name);
    }
  }
  return fine && !context.full();
}

const Value* entry(const Context& context, const Value& map, std::string_view key) {
  for (size_t i = 0; i < map.items().size(); i += 2) {
    std::optional<std::string_view> name = keyword_name(context, map[i]);
    if (name && *name == key) return &map[i + 1];
  }
  return nullptr;
}

}  // namespace clogs::query::language
