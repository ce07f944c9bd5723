// Lines that carry their own sum: `#clogs/<tag> {... :sum "<16 hex>"}`, as docs/format.md describes
// them. The lines of log files and of the deletion log are made of these.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/tape.h"

namespace clogs::store {

// XXH3-64 with seed 0.
uint64_t checksum(std::string_view text);

// Appends the sum of `line`, a map that is not closed yet, its end, and '\n'.
void seal(std::string& line);

// The map of the sealed line `#<tag> {...}`, without its '\n', on `tape`; data_loss with the
// reason.
Result<edn::View> read_sealed(std::string_view line, std::string_view tag, edn::Tape& tape);

// Readers of its values; false where the value is of another kind or out of range.
template <typename Number>
bool read_number(edn::View view, Number& into) {
  if (!view.is(edn::Kind::integer)) return false;
  std::string_view text = view.text();
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}
bool read_text(edn::View view, std::string& into);
bool read_truth(edn::View view);  // false where there is none
bool read_sum(edn::View view, uint64_t& into);

bool is_lower_hex(std::string_view text);
void print_string(std::string_view text, std::string& out);

}  // namespace clogs::store
