#include "core/encode/admission.h"

#include "core/edn/tape.h"
#include "core/encode/mender.h"
#include "core/encode/plain.h"
#include "core/record/proto_codec.h"
#include "core/record/proto_schema.h"
#include "core/record/record.h"

namespace clogs::encode {
namespace {

// An EDN line has at most this many bytes for one of the wire, and these more: a typed key of two
// bytes prints as `:trace_id "", `, a control character as \u0001.
constexpr size_t line_bytes_per_wire_byte = 8;
constexpr size_t line_bytes_more = 64;

bool surely_fits(size_t wire_bytes, const record::Limits& limits) {
  return limits.max_bytes > line_bytes_more &&
         wire_bytes <= (limits.max_bytes - line_bytes_more) / line_bytes_per_wire_byte;
}

// Texts that the options may name; level and message are never censored by their key.
uint32_t censored_typed_keys(const Options& options) {
  uint32_t bits = 0;
  KeyNames names;
  for (const std::string& name : options.redact_keys) names.add(name);
  for (uint32_t number = 1; number <= record::schema::typed_keys.size(); ++number) {
    const std::string_view key = record::schema::typed_keys[number - 1];
    if (key == "timestamp" || key == "level" || key == "message") continue;
    bool censored = names.has(key);
    for (const std::string& path : options.redact_paths) censored |= path == key;
    if (censored) bits |= 1u << number;
  }
  return bits;
}

}  // namespace

Admission::Admission(const Options& options, const record::Limits& limits)
    : limits_(limits), redactor_(options), censored_typed_(censored_typed_keys(options)) {}

// Whether the record's line is short enough, exactly.
bool Admission::fits(std::string_view record) const {
  if (surely_fits(record.size(), limits_)) return true;
  edn::Tape tape;
  if (!record::decode_record(record, tape).ok()) return false;
  std::string line;
  record::print_line(tape.root(), line);
  return line.size() <= limits_.max_bytes;
}

Verdict Admission::admit(std::string_view record, std::string& out, Mended& counts) const {
  if (surely_fits(record.size(), limits_) &&
      PlainCheck(limits_, redactor_, censored_typed_).record(record)) {
    return Verdict::as_is;
  }
  // The whole record first; then less and less, so that the last one fits even if every byte of it
  // prints as six.
  const size_t budgets[] = {SIZE_MAX, limits_.max_bytes, limits_.max_bytes / 2,
                            limits_.max_bytes / 4, limits_.max_bytes / 8};
  for (size_t budget : budgets) {
    Mended mended;
    out.clear();
    Mender mender({limits_, redactor_, censored_typed_}, budget, mended);
    if (!mender.record(record, out)) return Verdict::refused;
    if (!fits(out)) continue;
    counts.renamed_fields += mended.renamed_fields;
    counts.duplicate_fields += mended.duplicate_fields;
    counts.repaired_text += mended.repaired_text;
    counts.shortened += mended.shortened;
    counts.redacted += mended.redacted;
    return Verdict::mended;
  }
  return Verdict::refused;
}

}  // namespace clogs::encode
