// Looks at 16 bytes of text at once (SSE4.2 is the floor of every build; elsewhere byte by byte).
#pragma once

#include <bit>
#include <cstdint>

#include "core/edn/token.h"

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace clogs::edn {

constexpr std::array<uint8_t, 16> make_token_stop_rows() {
  std::array<uint8_t, 16> rows{};
  for (unsigned c = 0; c < 128; ++c) {
    if (byte_classes[c] & ~byte_digit) rows[c & 15] |= static_cast<uint8_t>(1u << (c >> 4));
  }
  return rows;
}
alignas(16) inline constexpr std::array<uint8_t, 16> token_stop_rows = make_token_stop_rows();

// The first quote or backslash from `at` on, or `end`.
inline const char* find_quote_or_backslash(const char* at, const char* end) {
#if defined(__SSSE3__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && *at != '"' && *at != '\\') ++at;
  return at;
}

// The first quote, backslash or control character (below U+0020) from `at` on, or `end`.
inline const char* find_json_string_stop(const char* at, const char* end) {
#if defined(__SSSE3__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control_max = _mm_set1_epi8(0x1F);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    hits = _mm_or_si128(hits, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control_max), bytes));
    unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && *at != '"' && *at != '\\' && static_cast<uint8_t>(*at) >= 0x20) ++at;
  return at;
}

// The first byte from `at` on that a printed string escapes (quote, backslash, control character,
// delete), or `end`.
inline const char* find_escaped(const char* at, const char* end) {
#if defined(__SSSE3__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control_max = _mm_set1_epi8(0x1F);
  const __m128i deletion = _mm_set1_epi8(0x7F);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    hits = _mm_or_si128(hits, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control_max), bytes));
    hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, deletion));
    unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && static_cast<uint8_t>(*at) >= 0x20 && *at != '"' && *at != '\\' &&
         *at != 0x7F) {
    ++at;
  }
  return at;
}

// The end of the token that `at` is in: the first white space or terminator from `at` on, or `end`.
// `plain` says whether all before it is ASCII without slashes, colons and illegal bytes, so that
// nothing more has to be checked of a name.
inline const char* find_token_end(const char* at, const char* end, bool& plain) {
  plain = true;
#if defined(__SSSE3__)
  // Bit h of rows[l] says whether the byte of high half h and low half l is to be looked at.
  const __m128i rows = _mm_load_si128(reinterpret_cast<const __m128i*>(token_stop_rows.data()));
  const __m128i bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i low_half = _mm_set1_epi8(0x0F);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i row = _mm_shuffle_epi8(rows, _mm_and_si128(bytes, low_half));
    __m128i bit = _mm_shuffle_epi8(bits, _mm_and_si128(_mm_srli_epi16(bytes, 4), low_half));
    __m128i miss = _mm_cmpeq_epi8(_mm_and_si128(row, bit), _mm_setzero_si128());
    unsigned stops = ~static_cast<unsigned>(_mm_movemask_epi8(miss)) & 0xFFFF;
    stops |= static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (stops == 0) continue;
    at += std::countr_zero(stops);
    if (ends_token(*at)) return at;
    break;
  }
#endif
  for (; at != end && !ends_token(*at); ++at) {
    plain &= (byte_classes[static_cast<uint8_t>(*at)] & ~byte_digit) == 0;
  }
  return at;
}

}  // namespace clogs::edn
