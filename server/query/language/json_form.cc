#include "server/query/language/json_form.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "server/query/language/limits.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view wrappers[] = {"$kw",    "$set",   "$inst", "$uuid",
                                         "$param", "$field", "$edn"};

bool is_uuid(std::string_view text) {
  constexpr size_t uuid_bytes = 36;
  if (text.size() != uuid_bytes) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool hex =
        (text[i] >= '0' && text[i] <= '9') || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'f');
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

bool read_edn(Context& context, const std::string& text, Value& out) {
  edn::ReadLimits limits;
  limits.max_depth = max_query_depth;
  Result<Value> read = edn::read_value(text, limits);
  if (!read.ok()) return context.fail("unreadable", read.status().message());
  out = std::move(read).value();
  return true;
}

bool expand_text(Context& context, std::string_view key, std::string text, Value& out) {
  if (key == "$kw" || key == "$param") {
    char sign = key == "$kw" ? ':' : '?';
    if (text.starts_with(sign)) text.erase(0, 1);
    if (text.empty())
      return context.fail("bad-value", fmt::format("{{\"{}\": \"\"}} names nothing", key));
    out = key == "$kw" ? Value::keyword(text) : Value::symbol("?" + text);
    return true;
  }
  if (key == "$edn") return read_edn(context, text, out);
  if (key == "$inst") {
    if (!parse_inst(text).ok()) {
      return context.fail("bad-time", fmt::format("bad instant \"{}\"", text), Value::string(text));
    }
    out = Value::inst(text);
    return true;
  }
  if (!is_uuid(text)) {
    return context.fail("bad-value", fmt::format("bad uuid \"{}\"", text), Value::string(text));
  }
  out = Value::uuid(text);
  return true;
}

bool expand_set(Context& context, Value inner, Value& out) {
  if (!inner.is(Kind::vector)) return context.wrong_type("an array", inner);
  std::vector<Value> items;
  std::unordered_set<std::string> seen;
  for (Value& item : inner.items()) {
    if (!expand_json(context, item)) return false;
    if (seen.insert(edn::print_canonical(item)).second) items.push_back(std::move(item));
  }
  out = Value::set(std::move(items));
  return true;
}

// {"$x": inner}
bool expand_wrapper(Context& context, std::string_view key, Value& value) {
  At at(context, value[0]);
  Value inner = value[1];
  if (std::find(std::begin(wrappers), std::end(wrappers), key) == std::end(wrappers)) {
    return context.fail_key("unknown-key", fmt::format("unknown form {{\"{}\": ..}}", key),
                            value[0], suggest(key, wrappers));
  }
  if (key == "$set") return expand_set(context, std::move(inner), value);
  if (key == "$field") {
    if (!expand_json(context, inner)) return false;
    value = Value::vector({Value::keyword("field"), std::move(inner)});
    return true;
  }
  if (!inner.is(Kind::string)) return context.wrong_type("a string", inner);
  return expand_text(context, key, inner.text(), value);
}

}  // namespace

bool expand_json(Context& context, Value& value) {
  bool is_map = value.is(Kind::map);
  if (is_map && value.size() == 1 && value[0].text().starts_with('$')) {
    return expand_wrapper(context, value[0].text(), value);
  }
  bool fine = true;
  for (size_t i = is_map ? 1 : 0; i < value.items().size(); i += is_map ? 2 : 1) {
    At at(context, is_map ? value[i - 1] : Value::integer(static_cast<int64_t>(i)));
    fine = expand_json(context, value.items()[i]) && fine;
  }
  return fine;
}

}  // namespace clogs::query::language
