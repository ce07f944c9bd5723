#include "core/record/refusal.h"

#include <algorithm>

#include "core/edn/printer.h"
#include "core/edn/value.h"

namespace clogs::record {
namespace {

// Bytes of a sender's value that a message repeats.
constexpr size_t max_shown = 80;

edn::Value code_value(std::string_view code) {
  return edn::Value::keyword("clogs/" + std::string(code));
}

// Cut at a character boundary.
std::string cut(std::string text) {
  if (text.size() <= max_shown) return text;
  size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

}  // namespace

std::string shown(edn::View value) {
  std::string text;
  // A long text or a large collection is not printed whole only to be cut.
  if (!edn::is_collection(value.kind()) && value.kind() != edn::Kind::tagged) {
    std::string_view part = value.text();
    if (value.kind() == edn::Kind::nil || value.kind() == edn::Kind::boolean) part = {};
    if (part.size() > max_shown) {
      size_t end = max_shown;
      while (end > 0 && (static_cast<unsigned char>(part[end]) & 0xC0) == 0x80) --end;
      edn::print_atom(value.kind(), part.substr(0, end), text);
      return text + "...";
    }
  } else if (edn::is_collection(value.kind()) && value.size() > max_shown) {
    return std::string(edn::kind_name(value.kind())) + " of " + std::to_string(value.size());
  }
  edn::print(value, text);
  return cut(std::move(text));
}

Status refusal(std::string_view code, std::string_view key, edn::View got, std::string_view problem,
               std::string_view expected) {
  const std::string value = shown(got);
  const std::string_view type = edn::kind_name(got.kind());
  std::string sentence = ":" + std::string(key) + " ";
  if (problem.empty()) {
    sentence += "is the " + std::string(type) + " " + value;
  } else {
    sentence += value + " " + std::string(problem);
  }
  sentence += ", expected " + std::string(expected);
  return invalid_argument(std::move(sentence), edn::print(edn::Value::map_of({
                                                   {"code", code_value(code)},
                                                   {"key", edn::Value::keyword(key)},
                                                   {"got", edn::Value::string(value)},
                                                   {"got-type", edn::Value::keyword(type)},
                                                   {"expected", edn::Value::string(expected)},
                                               })));
}

Status not_a_map(edn::View got) {
  const std::string value = shown(got);
  const std::string_view type = edn::kind_name(got.kind());
  std::string sentence = "a record is a map, not ";
  sentence += got.kind() == edn::Kind::nil ? value : "the " + std::string(type) + " " + value;
  return invalid_argument(std::move(sentence), edn::print(edn::Value::map_of({
                                                   {"code", code_value("not-a-map")},
                                                   {"got", edn::Value::string(value)},
                                                   {"got-type", edn::Value::keyword(type)},
                                                   {"expected", edn::Value::string("a map")},
                                               })));
}

Status over_limit(std::string_view code, std::string_view sentence, size_t got, size_t limit) {
  return invalid_argument(std::string(sentence),
                          edn::print(edn::Value::map_of({
                              {"code", code_value(code)},
                              {"got", edn::Value::integer(static_cast<int64_t>(got))},
                              {"limit", edn::Value::integer(static_cast<int64_t>(limit))},
                          })));
}

Status plain_refusal(std::string_view code, std::string_view sentence, std::string_view key) {
  edn::Value details = edn::Value::map_of({{"code", code_value(code)}});
  if (!key.empty()) details.set_key("key", edn::Value::string(key));
  return invalid_argument(std::string(sentence), edn::print(details));
}

}  // namespace clogs::record
