#include "core/encode/detectors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace clogs::encode {
namespace {

constexpr size_t npos = std::string_view::npos;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool word(char c) { return letter(c) || digit(c); }
bool white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool base64url(char c) { return word(c) || c == '-' || c == '_'; }
bool token_byte(char c) {
  return base64url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

template <typename Is>
size_t run_end(std::string_view text, size_t at, Is is) {
  while (at < text.size() && is(text[at])) ++at;
  return at;
}

class CreditCard final : public Detector {
 public:
  // Where each group of digits begins a bounded number of bytes is looked at.
  Span find(std::string_view text, size_t from) const override {
    for (size_t at = from; at < text.size();) {
      if (!digit(text[at])) {
        ++at;
        continue;
      }
      // Numbers inside of words are ids.
      const bool apart = at == 0 || !word(text[at - 1]);
      const size_t end = apart ? number_at(text, at) : npos;
      if (end != npos) return {at, end};
      at = run_end(text, at, digit);
    }
    return {};
  }

 private:
  static constexpr size_t digits_min = 13;
  static constexpr size_t digits_max = 19;

  // The end of the longest number whose groups, with one space or dash between them, begin at
  // `start`; more groups may stand before and behind it.
  static size_t number_at(std::string_view text, size_t start) {
    // Cards begin with 2 to 6.
    if (text[start] < '2' || text[start] > '6') return npos;
    std::array<uint8_t, digits_max> digits{};
    size_t count = 0;
    size_t found = npos;
    for (size_t at = start;; ++at) {
      const bool more = at < text.size();
      if (more && digit(text[at])) {
        if (count == digits_max) return found;
        digits[count++] = static_cast<uint8_t>(text[at] - '0');
        continue;
      }
      const bool apart = !more || !word(text[at]);
      if (apart && count >= digits_min && luhn(digits, count)) found = at;
      const bool joined = more && (text[at] == ' ' || text[at] == '-');
      if (!joined || at + 1 == text.size() || !digit(text[at + 1])) return found;
    }
  }

  static bool luhn(const std::array<uint8_t, digits_max>& digits, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; ++i) {
      const unsigned value = digits[count - 1 - i];
      sum += i % 2 == 0 ? value : (value * 2) / 10 + (value * 2) % 10;
    }
    return sum % 10 == 0;
  }
};

class Jwt final : public Detector {
 public:
  Span find(std::string_view text, size_t from) const override {
    constexpr std::string_view head = "eyJ";  // base64 of {"
    for (size_t at = from; (at = text.find(head, at)) != npos;) {
      const size_t first = run_end(text, at, base64url);
      if (first == text.size() || text[first] != '.' || text.substr(first + 1, 3) != head) {
        at = first;
        continue;
      }
      const size_t second = run_end(text, first + 1, base64url);
      if (second == text.size() || text[second] != '.') {
        at = second;
        continue;
      }
      return {at, run_end(text, second + 1, base64url)};
    }
    return {};
  }
};

class Bearer final : public Detector {
 public:
  Span find(std::string_view text, size_t from) const override {
    constexpr std::string_view scheme = "bearer";
    for (size_t at = from; at + scheme.size() < text.size(); ++at) {
      if ((text[at] | 0x20) != 'b' || (at > 0 && word(text[at - 1]))) continue;
      size_t same = 1;
      while (same < scheme.size() && (text[at + same] | 0x20) == scheme[same]) ++same;
      if (same < scheme.size() || text[at + same] != ' ') continue;
      const size_t begin = run_end(text, at + same, [](char c) { return c == ' '; });
      const size_t end = run_end(text, begin, token_byte);
      // "the bearer of this letter" has no token.
      if (end - begin >= token_bytes_min) return {begin, end};
      at = std::max(at, end - 1);
    }
    return {};
  }

 private:
  static constexpr size_t token_bytes_min = 16;
};

class Email final : public Detector {
 public:
  Span find(std::string_view text, size_t from) const override {
    for (size_t at = from; (at = text.find('@', at)) != npos; ++at) {
      size_t begin = at;
      while (begin > from && at - begin < local_bytes_max && local_byte(text[begin - 1])) --begin;
      if (begin == at) continue;
      const size_t end = domain_end(text, at + 1);
      if (end != npos) return {begin, end};
    }
    return {};
  }

 private:
  static constexpr size_t local_bytes_max = 64;    // RFC 5321
  static constexpr size_t domain_bytes_max = 255;  // RFC 5321

  static bool local_byte(char c) {
    return word(c) || static_cast<uint8_t>(c) >= 0x80 || std::string_view("._%+-").find(c) != npos;
  }

  // A domain has a dot, and letters behind its last one.
  static size_t domain_end(std::string_view text, size_t at) {
    const std::string_view rest = text.substr(at, domain_bytes_max);
    std::string_view domain =
        rest.substr(0, run_end(rest, 0, [](char c) { return word(c) || c == '.' || c == '-'; }));
    while (!domain.empty() && !word(domain.back())) domain.remove_suffix(1);
    const size_t dot = domain.rfind('.');
    if (dot == npos || dot == 0 || domain.size() - dot < 3) return npos;
    return std::ranges::all_of(domain.substr(dot + 1), letter) ? at + domain.size() : npos;
  }
};

class Wildcard final : public Detector {
 public:
  explicit Wildcard(std::string_view pattern)
      : open_begin_(pattern.starts_with('*')), open_end_(pattern.ends_with('*')) {
    while (!pattern.empty()) {
      const size_t star = std::min(pattern.find('*'), pattern.size());
      if (star > 0) literals_.emplace_back(pattern.substr(0, star));
      pattern.remove_prefix(std::min(star + 1, pattern.size()));
    }
  }

  bool empty() const { return literals_.empty(); }

  Span find(std::string_view text, size_t from) const override {
    for (size_t at = from; (at = text.find(literals_[0], at)) != npos; ++at) {
      size_t end = at + literals_[0].size();
      for (size_t i = 1; i < literals_.size() && end != npos; ++i) end = after(text, end, i);
      if (end == npos) continue;
      size_t begin = at;
      while (open_begin_ && begin > from && !white(text[begin - 1])) --begin;
      if (open_end_) end = run_end(text, end, [](char c) { return !white(c); });
      return {begin, end};
    }
    return {};
  }

 private:
  static constexpr size_t star_bytes_max = 256;

  // Behind the next literal, which begins within what a star may stand for; npos if there is none.
  size_t after(std::string_view text, size_t from, size_t literal) const {
    const std::string& wanted = literals_[literal];
    const std::string_view rest = text.substr(from, star_bytes_max);
    const size_t gap_max = run_end(rest, 0, [](char c) { return !white(c); });
    const size_t found = text.substr(from, gap_max + wanted.size()).find(wanted);
    return found == npos ? npos : from + found + wanted.size();
  }

  bool open_begin_;
  bool open_end_;
  std::vector<std::string> literals_;
};

}  // namespace

std::unique_ptr<Detector> make_detector(std::string_view pattern) {
  if (pattern == "credit_card") return std::make_unique<CreditCard>();
  if (pattern == "jwt") return std::make_unique<Jwt>();
  if (pattern == "bearer") return std::make_unique<Bearer>();
  if (pattern == "email") return std::make_unique<Email>();
  auto wildcard = std::make_unique<Wildcard>(pattern);
  if (wildcard->empty()) return nullptr;
  return wildcard;
}

}  // namespace clogs::encode
