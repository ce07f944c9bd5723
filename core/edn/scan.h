// Looks at 16 bytes of text at once (SSE4.2 is the floor of every build; elsewhere byte by byte).
#pragma once

#include <bit>
#include <cstdint>

#include "core/edn/token.h"

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace clogs::edn {

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

}  // namespace clogs::edn
