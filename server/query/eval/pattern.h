// Wildcards and regular expressions over one value.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clogs::query {

// '*' stands for any run of characters, '?' for one, '\' takes the next one as it is. The whole
// text must fit.
class Wildcard {
 public:
  Wildcard(std::string_view pattern, bool insensitive);
  bool matches(std::string_view text) const;

 private:
  struct Piece {
    enum class Kind : uint8_t { literal, one, run } kind;
    int32_t character = 0;
  };
  std::vector<Piece> pieces_;
  bool insensitive_;
};

// RE2 syntax, found anywhere in the text.
class Regex {
 public:
  Regex(std::string_view pattern, bool insensitive);
  ~Regex();
  bool matches(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::query
