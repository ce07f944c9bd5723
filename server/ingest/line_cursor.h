// Takes a line of text apart from the left.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clogs::ingest {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A function that returns false leaves the cursor anywhere; the
// caller begins again with a copy.
class Cursor {
 public:
  explicit Cursor(std::string_view line, size_t at = 0) : line_(line), at_(at) {}

  size_t at() const { return at_; }
  bool done() const { return at_ >= line_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
  }
  void move(size_t bytes) { at_ = std::min(at_ + bytes, line_.size()); }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take_any(std::string_view choices) {
    if (done() || choices.find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  bool take_text(std::string_view text) {
    if (line_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }
  // `from` to `to` digits, as many as there are; false if another digit follows.
  bool number(size_t from, size_t to, int64_t& value) {
    value = 0;
    size_t digits = 0;
    while (digits < to && is_digit(peek())) {
      value = value * 10 + (peek() - '0');
      ++at_;
      ++digits;
    }
    return digits >= from && !is_digit(peek());
  }
  // Exactly so many, whatever follows.
  bool digits(size_t count, int64_t& value) {
    value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(peek())) return false;
      value = value * 10 + (peek() - '0');
      ++at_;
    }
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool space() {
    if (peek() != ' ' && peek() != '\t') return false;
    skip_spaces();
    return true;
  }
  // A token that is not a space, and the spaces behind it.
  bool token(std::string_view& text) {
    const size_t from = at_;
    while (!done() && peek() != ' ' && peek() != '\t') ++at_;
    text = line_.substr(from, at_ - from);
    skip_spaces();
    return !text.empty();
  }

 private:
  std::string_view line_;
  size_t at_;
};

}  // namespace clogs::ingest
