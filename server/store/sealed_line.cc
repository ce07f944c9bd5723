#include "server/store/sealed_line.h"

#include <iterator>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::store {
namespace {

// A sealed line ends in ` :sum "<16 hex>"}`; the sum is that of the text before it.
constexpr std::string_view sum_lead = " :sum \"";
constexpr std::string_view sum_end = "\"}";
constexpr size_t sum_digits = 16;
constexpr size_t seal_bytes = sum_lead.size() + sum_digits + sum_end.size();

Status check_seal(std::string_view line) {
  if (line.size() < seal_bytes) return data_loss("the line is cut short");
  std::string_view text = line.substr(0, line.size() - seal_bytes);
  std::string_view tail = line.substr(text.size());
  std::string_view digits = tail.substr(sum_lead.size(), sum_digits);
  if (!tail.starts_with(sum_lead) || !tail.ends_with(sum_end) || !is_lower_hex(digits)) {
    return data_loss("the line has no sum");
  }
  uint64_t sum = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), sum, 16);
  if (sum != checksum(text)) return data_loss("the sum of the line is wrong");
  return ok_status();
}

}  // namespace

uint64_t checksum(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void seal(std::string& line) {
  uint64_t sum = checksum(line);
  fmt::format_to(std::back_inserter(line), "{}{:016x}{}\n", sum_lead, sum, sum_end);
}

Result<edn::View> read_sealed(std::string_view line, std::string_view tag, edn::Tape& tape) {
  CLOGS_RETURN_IF_ERROR(check_seal(line));
  Status read = edn::read_one(line, tape);
  edn::View root = read.ok() ? tape.root() : edn::View();
  if (!root.is(edn::Kind::tagged) || root.text() != tag ||
      !root.tagged_value().is(edn::Kind::map)) {
    return data_loss("the line is not a #" + std::string(tag) + " map");
  }
  return root.tagged_value();
}

bool read_text(edn::View view, std::string& into) {
  if (!view.is(edn::Kind::string)) return false;
  into = view.text();
  return true;
}

bool read_truth(edn::View view) { return view.is(edn::Kind::boolean) && view.truth(); }

bool read_sum(edn::View view, uint64_t& into) {
  if (!view.is(edn::Kind::string)) return false;
  std::string_view text = view.text();
  if (text.size() != sum_digits || !is_lower_hex(text)) return false;
  std::from_chars(text.data(), text.data() + text.size(), into, 16);
  return true;
}

void print_string(std::string_view text, std::string& out) {
  edn::print_atom(edn::Kind::string, text, out);
}

}  // namespace clogs::store
