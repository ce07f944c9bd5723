// Text as the language searches it: words, phrases, parts; with or without case.
//
// A word is a maximal run of letters, digits (Unicode L and Nd) and '_'. Without case means Unicode
// simple case folding, character by character. Nothing here allocates after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/tape.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// The text of a string or keyword; empty optional-like: `ok` is false for all else.
struct TextOf {
  bool ok = false;
  std::string_view text;
};
TextOf text_of(edn::View view);

// One character from the front of `text`; `text` moves on. Bytes that are no UTF-8 come one by one.
int32_t take_character(std::string_view& text);
int32_t fold_character(int32_t character);
std::string fold(std::string_view text);
size_t character_count(std::string_view text);
bool is_word_character(int32_t character);

// Walks the words of a text.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  // The next word; false at the end.
  bool next(std::string_view& word);
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// `needle` is folded where `insensitive`.
bool starts_with(std::string_view text, std::string_view needle, bool insensitive);
bool ends_with(std::string_view text, std::string_view needle, bool insensitive);
bool contains(std::string_view text, std::string_view needle, bool insensitive);

// A query of words over one text.
class WordQuery {
 public:
  WordQuery(std::string_view words, TextMode mode, int64_t slop, bool insensitive);

  bool matches(std::string_view text) const;
  // For a phrase: finds it and leaves in `text` what follows it.
  bool take_phrase(std::string_view& text) const;

 private:
  bool same(std::string_view word, const std::string& wanted) const;
  bool all(std::string_view text, bool prefix) const;
  bool has_word(std::string_view text, const std::string& wanted, bool prefix) const;

  std::vector<std::string> wanted_;  // folded where insensitive
  TextMode mode_;
  int64_t slop_;
  bool insensitive_;
};

}  // namespace clogs::query
