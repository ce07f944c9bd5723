#include "server/query/eval/text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <utf8proc.h>

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

constexpr auto ascii_word = [] {
  std::array<bool, 128> table{};
  for (size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (size_t c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (size_t c = 'A'; c <= 'Z'; ++c) table[c] = true;
  table['_'] = true;
  return table;
}();

// Moves both on while they agree; true if all of `needle` was found at the front of `text`.
bool take_prefix(std::string_view& text, std::string_view needle, bool insensitive) {
  if (!insensitive) {
    if (!text.starts_with(needle)) return false;
    text.remove_prefix(needle.size());
    return true;
  }
  while (!needle.empty()) {
    if (text.empty()) return false;
    if (fold_character(take_character(text)) != take_character(needle)) return false;
  }
  return true;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

TextOf text_of(View view) {
  if (view.is(Kind::string) || view.is(Kind::keyword)) return {true, view.text()};
  return {};
}

int32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  utf8proc_int32_t character = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto used = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &character);
  if (used <= 0) {
    text.remove_prefix(1);
    return -static_cast<int32_t>(first);
  }
  text.remove_prefix(static_cast<size_t>(used));
  return character;
}

int32_t fold_character(int32_t character) {
  if (character < 0x80) {
    return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
  }
  std::array<utf8proc_int32_t, 4> folded{};
  int boundary = UTF8PROC_BOUNDCLASS_START;
  const auto count = utf8proc_decompose_char(character, folded.data(), folded.size(),
                                             UTF8PROC_CASEFOLD, &boundary);
  if (count == 1) return folded[0];
  return utf8proc_tolower(character);
}

std::string fold(std::string_view text) {
  std::string folded;
  while (!text.empty()) {
    const std::string_view before = text;
    const int32_t character = take_character(text);
    if (character < 0) {
      folded.push_back(before[0]);
      continue;
    }
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(fold_character(character), bytes.data());
    folded.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(length));
  }
  return folded;
}

size_t character_count(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

bool is_word_character(int32_t character) {
  if (character < 0) return false;
  if (character < 0x80) return ascii_word[static_cast<size_t>(character)];
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

bool Words::next(std::string_view& word) {
  const char* start = nullptr;
  while (!rest_.empty()) {
    const char* at = rest_.data();
    const auto byte = static_cast<unsigned char>(*at);
    bool in_word = false;
    if (byte < 0x80) {
      in_word = ascii_word[byte];
      rest_.remove_prefix(1);
    } else {
      in_word = is_word_character(take_character(rest_));
    }
    if (in_word && start == nullptr) start = at;
    if (!in_word && start != nullptr) {
      word = {start, static_cast<size_t>(at - start)};
      return true;
    }
  }
  if (start == nullptr) return false;
  word = {start, static_cast<size_t>(rest_.data() - start)};
  return true;
}

bool starts_with(std::string_view text, std::string_view needle, bool insensitive) {
  return take_prefix(text, needle, insensitive);
}

bool ends_with(std::string_view text, std::string_view needle, bool insensitive) {
  if (!insensitive) return text.ends_with(needle);
  const size_t wanted = character_count(needle);
  size_t at = text.size();
  for (size_t i = 0; i < wanted; ++i) {
    if (at == 0) return false;
    --at;
    while (at > 0 && is_continuation(text[at])) --at;
  }
  std::string_view tail = text.substr(at);
  return take_prefix(tail, needle, true) && tail.empty();
}

bool contains(std::string_view text, std::string_view needle, bool insensitive) {
  if (needle.empty()) return true;
  if (!insensitive)
    return memmem(text.data(), text.size(), needle.data(), needle.size()) != nullptr;
  while (!text.empty()) {
    if (starts_with(text, needle, true)) return true;
    take_character(text);
  }
  return false;
}

WordQuery::WordQuery(std::string_view words, TextMode mode, int64_t slop, bool insensitive)
    : mode_(mode), slop_(slop), insensitive_(insensitive) {
  Words walk(words);
  for (std::string_view word; walk.next(word);) {
    wanted_.push_back(insensitive ? fold(word) : std::string(word));
  }
}

bool WordQuery::same(std::string_view word, const std::string& wanted) const {
  return take_prefix(word, wanted, insensitive_) && word.empty();
}

bool WordQuery::has_word(std::string_view text, const std::string& wanted, bool prefix) const {
  Words walk(text);
  for (std::string_view word; walk.next(word);) {
    if (prefix ? starts_with(word, wanted, insensitive_) : same(word, wanted)) return true;
  }
  return false;
}

bool WordQuery::all(std::string_view text, bool prefix) const {
  return std::all_of(wanted_.begin(), wanted_.end(),
                     [&](const std::string& wanted) { return has_word(text, wanted, prefix); });
}

bool WordQuery::matches(std::string_view text) const {
  switch (mode_) {
    case TextMode::all:
      return all(text, false);
    case TextMode::prefix:
      return all(text, true);
    case TextMode::any:
      return std::any_of(wanted_.begin(), wanted_.end(),
                         [&](const std::string& wanted) { return has_word(text, wanted, false); });
    case TextMode::phrase:
      return take_phrase(text);
  }
  return false;
}

bool WordQuery::take_phrase(std::string_view& text) const {
  if (wanted_.empty()) return true;
  Words walk(text);
  for (std::string_view word; walk.next(word);) {
    if (!same(word, wanted_[0])) continue;
    // From a given first word the earliest next ones leave the least between.
    Words follow = walk;
    size_t found = 1;
    int64_t between = 0;
    while (found < wanted_.size() && between <= slop_ && follow.next(word)) {
      if (same(word, wanted_[found])) {
        ++found;
      } else {
        ++between;
      }
    }
    if (found == wanted_.size()) {
      text = follow.rest();
      return true;
    }
  }
  return false;
}

}  // namespace clogs::query
