// Finds what looks like a secret inside a text. Every detector looks at a byte a bounded number of
// times, whatever the text.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace clogs::encode {

// Bytes of a text; none found: begin is npos.
struct Span {
  size_t begin = std::string_view::npos;
  size_t end = std::string_view::npos;
};

class Detector {
 public:
  virtual ~Detector() = default;
  // The first finding that begins at `from` or later. The byte before `from` may be looked at.
  virtual Span find(std::string_view text, size_t from) const = 0;
};

// "credit_card": 13 to 19 digits, with single spaces or dashes, whose last one checks (Luhn).
// "jwt": eyJ....eyJ....signature. "bearer": the token behind the word. "email": an address.
// Anything else is text in which a * stands for at most 256 bytes without white space, at either
// end of it for all of them. Null for a pattern that is nothing but stars.
std::unique_ptr<Detector> make_detector(std::string_view pattern);

}  // namespace clogs::encode
