#include "server/ingest/collector.h"

#include <utility>

#include "server/ingest/rejections.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace clogs::ingest {
namespace {

// JSON becomes a little shorter as EDN; what is printed with escapes a little longer.
constexpr size_t spare_bytes = 4096;

// `end` is that of the whole text: a '#' is judged by the byte behind it.
bool plain_bytes(const char* at, const char* stop, const char* end) {
  for (; at != stop; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte < 0x20 || byte == '\\' || byte == 0x7F) return false;
    if (byte == '#' && at + 1 != end && (at[1] == '_' || at[1] == ':')) return false;
  }
  return true;
}

// Whether EDN text can be stored as it was sent: one line without comments, and nothing that is
// printed in another way by us (escapes, discarded forms, namespaced maps), so that a search for a
// value's printed text in the stored bytes finds it.
bool storable_as_sent(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  const __m128i control_max = _mm_set1_epi8(0x1F);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')),
                                  _mm_cmpeq_epi8(_mm_min_epu8(bytes, control_max), bytes)));
    if (_mm_movemask_epi8(hits) != 0 && !plain_bytes(at, at + 16, end)) return false;
  }
#endif
  return plain_bytes(at, end, end);
}

}  // namespace

void Collector::reserve(size_t body_bytes) { lines_.reserve(body_bytes + spare_bytes); }

Status Collector::check_source_bytes(size_t bytes) const {
  return bytes <= max_source_bytes() ? ok_status() : record::check_line_bytes(bytes, limits_);
}

bool Collector::valid(edn::View record) {
  const Result<record::Facts> facts = record::validate(record, limits_, meta_);
  if (facts.ok()) return true;
  reject(facts.status());
  return false;
}

void Collector::add(edn::View record) {
  if (!valid(record)) return;
  const size_t before = lines_.size();
  record::print_line(record, lines_);
  const size_t bytes = lines_.size() - before;
  if (bytes > limits_.max_bytes) {
    lines_.resize(before);
    return reject(record::check_line_bytes(bytes, limits_));
  }
  ++seen_;
  ++count_;
}

void Collector::add(edn::View record, std::string_view source) {
  if (source.size() >= limits_.max_bytes || !storable_as_sent(source)) return add(record);
  if (!valid(record)) return;
  lines_.append(source).push_back('\n');
  ++seen_;
  ++count_;
}

void Collector::reject(const Status& reason) {
  ++rejected_total_;
  if (describes()) {
    rejected_.push_back(
        {.index = seen_, .error = reason.message(), .details_edn = rejection_details(reason)});
  }
  ++seen_;
}

void Collector::report(Outcome& outcome) {
  outcome.rejected = std::move(rejected_);
  outcome.rejected_total = rejected_total_;
  if (outcome.single) return;
  for (Rejection& rejection : outcome.rejected) {
    rejection.error = "record " + std::to_string(rejection.index) + ": " + rejection.error;
  }
}

}  // namespace clogs::ingest
