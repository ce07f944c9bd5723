#include "server/query/exec/cursor.h"

#include <array>

#include <fmt/core.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::Value;

// Of "sha256:<64 hex>", enough to tell queries apart.
constexpr size_t hash_chars = 7 + 16;
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int held = 0;
  for (char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    held += 8;
    for (; held >= 6; held -= 6) text.push_back(alphabet[(bits >> (held - 6)) & 63U]);
  }
  if (held > 0) text.push_back(alphabet[(bits << (6 - held)) & 63U]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    const size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>((bits >> held) & 255U));
    }
  }
  return bytes;
}

Status bad_cursor(std::string_view clause, std::string_view why) {
  Value details = Value::map_of({{"code", Value::keyword("clogs/bad-cursor")},
                                 {"path", Value::vector({Value::keyword(clause)})}});
  return invalid_argument(fmt::format("Invalid query: the cursor at [:{}] {}", clause, why),
                          edn::print(details));
}

// nullopt where the form is not one that encode_cursor() makes.
std::optional<Cursor> cursor_of(const Value& form) {
  if (!form.is(Kind::vector) || (form.size() != 2 && form.size() != 4)) return std::nullopt;
  if (!form[0].is(Kind::string) || !form[1].is(Kind::vector)) return std::nullopt;
  Cursor cursor;
  cursor.key = form[1].items();
  if (form.size() == 4) {
    const auto timestamp = form[2].as_int64();
    if (!timestamp || !form[3].is(Kind::string)) return std::nullopt;
    Result<record::Id> id = record::Id::parse(form[3].text());
    if (!id.ok()) return std::nullopt;
    cursor.place = Place{*timestamp, *id};
  }
  return cursor;
}

}  // namespace

std::string encode_cursor(const Cursor& cursor, std::string_view page_hash) {
  std::vector<Value> items;
  items.push_back(Value::string(page_hash.substr(0, hash_chars)));
  items.push_back(Value::vector(cursor.key));
  if (cursor.place) {
    items.push_back(Value::integer(cursor.place->timestamp));
    items.push_back(Value::string(cursor.place->id.to_string()));
  }
  return base64url(edn::print(Value::vector(std::move(items))));
}

Result<Cursor> decode_cursor(std::string_view text, std::string_view page_hash,
                             std::string_view clause) {
  const auto bytes = from_base64url(text);
  if (!bytes) return bad_cursor(clause, "is not one that an answer gave");
  Result<Value> form = edn::read_value(*bytes);
  if (!form.ok()) return bad_cursor(clause, "is not one that an answer gave");
  auto cursor = cursor_of(*form);
  if (!cursor) return bad_cursor(clause, "is not one that an answer gave");
  if ((*form)[0].text() != page_hash.substr(0, hash_chars)) {
    return bad_cursor(clause, "is of another query");
  }
  return *std::move(cursor);
}

}  // namespace clogs::query
