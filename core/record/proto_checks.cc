#include "core/record/proto_checks.h"

#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::record {

bool reads_as_symbol(std::string_view text) {
  edn::Tape tape;
  edn::Reader reader(text);
  return reader.next(tape) == edn::Reader::Outcome::form && tape.root().is(edn::Kind::symbol) &&
         tape.root().text() == text;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

bool read_wire_number(std::string_view text, edn::Number& number) {
  const size_t first_digit = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.size() <= edn::ReadLimits{}.max_digits && first_digit < text.size() &&
         edn::is_digit(text[first_digit]) && edn::read_number(text, number).empty() &&
         number.base == 0;
}

bool is_tag(std::string_view tag) {
  const bool letter =
      !tag.empty() && (static_cast<unsigned char>(tag[0]) >= 0x80 ||
                       (tag[0] >= 'a' && tag[0] <= 'z') || (tag[0] >= 'A' && tag[0] <= 'Z'));
  return letter && tag != "inst" && tag != "uuid" && reads_as_symbol(tag);
}

namespace schema {

wire::Type wire_type_of(ValueField kind) {
  switch (kind) {
    case ValueField::boolean:
    case ValueField::integer:
    case ValueField::character:
      return wire::varint;
    case ValueField::floating:
    case ValueField::inst_nanos:
      return wire::fixed64;
    default:
      return wire::bytes;
  }
}

}  // namespace schema
}  // namespace clogs::record
