// The EDN line of a record, printed as edn::print() prints it, in bulk: text is copied sixteen
// bytes at a time while it is searched for what needs an escape.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/edn/escape.h"
#include "core/edn/printer.h"
#include "core/record/record.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace clogs::record {
namespace {

using edn::Kind;
using edn::View;

constexpr uint64_t each_byte = 0x0101010101010101;

// Whether a byte of the eight is a control character, DEL, a quote or a backslash; may say yes
// where a byte beyond ASCII follows one of them.
bool may_need_escape(uint64_t bytes) {
  const auto has_zero = [](uint64_t x) { return (x - each_byte) & ~x & (each_byte << 7); };
  const uint64_t control = (bytes - each_byte * 0x20) & ~bytes & (each_byte << 7);
  return (control | has_zero(bytes ^ each_byte * '"') | has_zero(bytes ^ each_byte * '\\') |
          has_zero(bytes ^ each_byte * 0x7F)) != 0;
}

#if defined(__SSE2__)
bool needs_escape(__m128i bytes) {
  const __m128i hits =
      _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                   _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes),
                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))));
  return _mm_movemask_epi8(hits) != 0;
}
#endif

// Copies text that needs no escape; false, with nothing of use copied, if it may need one. Room for
// 16 bytes more than the text is there.
bool copy_plain(std::string_view text, char* to) {
  const char* from = text.data();
  const size_t size = text.size();
#if defined(__SSE2__)
  if (size >= 16) {
    const auto step = [&](size_t at) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), bytes);
      return !needs_escape(bytes);
    };
    for (size_t at = 0; at + 16 < size; at += 16) {
      if (!step(at)) return false;
    }
    return step(size - 16);  // overlaps what is copied already
  }
#endif
  uint64_t word = 0;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::memcpy(&word, from + at, 8);
    std::memcpy(to + at, &word, 8);
    if (may_need_escape(word)) return false;
  }
  if (at == size) return true;
  word = each_byte * 'x';  // what fills up needs no escape
  std::memcpy(&word, from + at, size - at);
  std::memcpy(to + at, &word, 8);
  return !may_need_escape(word);
}

// Gathers output on the stack and appends it to the string in large pieces.
class LinePrinter {
 public:
  explicit LinePrinter(std::string& out) : out_(out) {}

  void print(View view) {
    switch (view.kind()) {
      case Kind::map:
        return collection(view, '{', '}');
      case Kind::vector:
        return collection(view, '[', ']');
      case Kind::list:
        return collection(view, '(', ')');
      case Kind::set:
        put('#');
        return collection(view, '{', '}');
      case Kind::keyword:
        put(':');
        return put(view.text());
      case Kind::string:
        return quoted(view.text());
      case Kind::integer:
      case Kind::floating:
        return put(view.text());
      case Kind::boolean:
        return put(view.truth() ? std::string_view("true") : std::string_view("false"));
      case Kind::inst:
        put("#inst ");
        return quoted(view.text());
      default:
        return rare(view);
    }
  }

  void put(char c) {
    if (at_ == end_) flush();
    *at_++ = c;
  }

  void flush() {
    out_.append(buffer_, static_cast<size_t>(at_ - buffer_));
    at_ = buffer_;
  }

 private:
  // copy_plain() writes that much further than its text.
  static constexpr size_t slack = 16;

  bool fits(size_t bytes) {
    if (static_cast<size_t>(end_ - at_) >= bytes) return true;
    flush();
    return static_cast<size_t>(end_ - at_) >= bytes;
  }

  void put(std::string_view text) {
    if (!fits(text.size())) {
      out_.append(text);
      return;
    }
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }

  void quoted(std::string_view text) {
    if (fits(text.size() + 2) && copy_plain(text, at_ + 1)) {
      *at_ = '"';
      at_ += text.size() + 1;
      *at_++ = '"';
      return;
    }
    flush();
    edn::append_quoted(text, out_);
  }

  void collection(View view, char open, char close) {
    put(open);
    bool first = true;
    for (View item : view) {
      if (!first) put(' ');
      first = false;
      print(item);
    }
    put(close);
  }

  void rare(View view) {
    flush();
    edn::print_atom(view.kind(), view.text(), out_);
    if (view.kind() != Kind::tagged) return;
    put(' ');
    print(view.tagged_value());
  }

  std::string& out_;
  char buffer_[4096 + slack];
  char* at_ = buffer_;
  char* const end_ = buffer_ + sizeof(buffer_) - slack;
};

}  // namespace

void print_line(View record, std::string& out) {
  LinePrinter printer(out);
  printer.print(record);
  printer.put('\n');
  printer.flush();
}

}  // namespace clogs::record
