// A set of key names to be found whatever their case and separators: api_key, apiKey, API-KEY.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace clogs::encode {

// ASCII in lower case; 0 for what separates the words of a name: _ - . / and the space.
constexpr std::array<char, 256> make_folded_bytes() {
  std::array<char, 256> folded{};
  for (size_t c = 0; c < folded.size(); ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    folded[c] = static_cast<char>(upper ? c + ('a' - 'A') : c);
  }
  for (char c : std::string_view("_-./ ")) folded[static_cast<uint8_t>(c)] = 0;
  return folded;
}
inline constexpr std::array<char, 256> folded_bytes = make_folded_bytes();

std::string folded(std::string_view name);

class KeyNames {
 public:
  void add(std::string_view name);

  // Whether the key as a whole, or its last part behind a dot or a slash, is one of the names.
  bool has(std::string_view key) const { return may_have(key) && has_exactly(key); }

 private:
  static constexpr size_t tail_bytes = 3;
  static constexpr size_t tails = 4096;

  static size_t tail_slot(char last, char second, char third) {
    const unsigned mixed = static_cast<uint8_t>(last) * 5u ^ static_cast<uint8_t>(second) * 67u ^
                           static_cast<uint8_t>(third) * 389u;
    return mixed % tails;
  }

  // By the last three letters, which few keys share with a name; never wrongly false.
  bool may_have(std::string_view key) const {
    std::array<char, tail_bytes> tail{};
    size_t found = 0;
    for (size_t at = key.size(); at > 0 && found < tail_bytes; --at) {
      const char c = folded_bytes[static_cast<uint8_t>(key[at - 1])];
      tail[found] = c;
      found += c != 0 ? 1 : 0;
    }
    if (found < tail_bytes) return short_names_;
    return short_names_ || tails_.test(tail_slot(tail[0], tail[1], tail[2]));
  }
  bool has_exactly(std::string_view key) const;

  std::unordered_set<std::string> names_;
  std::bitset<tails> tails_;
  bool short_names_ = false;  // a name of fewer letters than a tail
};

}  // namespace clogs::encode
