#include "core/edn/utf8.h"

#include <simdjson.h>

namespace clogs::edn {

bool is_valid_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

size_t valid_utf8_prefix(std::string_view text) {
  if (is_valid_utf8(text)) return text.size();
  // The longest valid prefix is within three bytes of the longest prefix whose complete characters
  // are valid, so halving works once cuts inside a character are moved to its start.
  size_t good = 0;
  size_t bad = text.size();
  auto character_start = [&](size_t at) {
    size_t moved = at;
    while (moved > good && at - moved < 3 && (text[moved] & 0xC0) == 0x80) --moved;
    return moved;
  };
  while (bad - good > 8) {
    size_t middle = character_start(good + (bad - good) / 2);
    if (middle <= good) break;
    if (is_valid_utf8(text.substr(good, middle - good))) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  // What is left is a few characters: take them one by one.
  for (size_t width = 1; width <= 4 && good + width <= text.size();) {
    if (is_valid_utf8(text.substr(good, width))) {
      good += width;
      width = 1;
    } else {
      ++width;
    }
  }
  return good;
}

}  // namespace clogs::edn
