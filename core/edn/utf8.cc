#include "core/edn/utf8.h"

#include <cstdint>
#include <cstring>

#if !defined(CLOGS_CLIENT_ONLY)
#include <simdjson.h>
#endif

namespace clogs::edn {
namespace {

// Up to here a loop over words beats the vector code's start for ASCII, which most text is. From
// `vector_bytes_min` on the vector code is the faster one for anything else.
// (build/bin/utf8_bench)
constexpr size_t short_bytes = 64;
constexpr size_t vector_bytes_min = 24;

// A lead byte's sequence: its length and what its second byte may be (table 3-7 of the Unicode
// standard); length 0 for a byte that leads nothing.
struct Lead {
  size_t length;
  uint8_t low;
  uint8_t high;
};

Lead lead_of(uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// Bytes of the sequence at `at` that are well formed: its whole length if `whole` becomes true,
// else the maximal part of it that could have begun one (at least 1).
size_t sequence(std::string_view text, size_t at, bool& whole) {
  const Lead lead = lead_of(static_cast<uint8_t>(text[at]));
  whole = false;
  if (lead.length == 0) return 1;
  for (size_t i = 1; i < lead.length; ++i) {
    if (at + i == text.size()) return i;
    const auto byte = static_cast<uint8_t>(text[at + i]);
    const bool fits = i == 1 ? byte >= lead.low && byte <= lead.high : (byte & 0xC0) == 0x80;
    if (!fits) return i;
  }
  whole = true;
  return lead.length;
}

constexpr uint64_t high_bits = 0x8080808080808080;

size_t skip_ascii(std::string_view text, size_t at) {
  for (; at + 16 <= text.size(); at += 16) {
    uint64_t words[2];
    std::memcpy(words, text.data() + at, sizeof(words));
    if (((words[0] | words[1]) & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

// Bytes of the valid UTF-8 that `text` begins with, found in one pass that ends there.
size_t well_formed(std::string_view text) {
  size_t at = 0;
  while ((at = skip_ascii(text, at)) < text.size()) {
    bool whole = false;
    const size_t bytes = sequence(text, at, whole);
    if (!whole) return at;
    at += bytes;
  }
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  if (text.size() <= short_bytes) {
    text.remove_prefix(skip_ascii(text, 0));
    if (text.size() < vector_bytes_min) return well_formed(text) == text.size();
  }
#if defined(CLOGS_CLIENT_ONLY)
  return well_formed(text) == text.size();
#else
  return simdjson::validate_utf8(text.data(), text.size());
#endif
}

size_t valid_utf8_prefix(std::string_view text) {
  return is_valid_utf8(text) ? text.size() : well_formed(text);
}

size_t append_repaired_utf8(std::string_view text, std::string& out) {
  size_t replaced = 0;
  while (true) {
    const size_t good = well_formed(text);
    out.append(text.substr(0, good));
    if (good == text.size()) return replaced;
    bool whole = false;
    const size_t bad = sequence(text, good, whole);
    out.append("\xEF\xBF\xBD");
    ++replaced;
    text.remove_prefix(good + bad);
  }
}

}  // namespace clogs::edn
