// The door of the client: what submit() does to a record's bytes on the caller's thread.
//
// Bindings write the bytes themselves, so they are input like any other. What leaves here is stored
// by every server: a record that is not fit is mended (docs/sdk-records.md says how), and only one
// that is no clogs.v1.Record at all, or has no entry, is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/options.h"
#include "core/encode/redactor.h"
#include "core/record/limits.h"

namespace clogs::encode {

// What was mended, as clogs::Stats counts it.
struct Mended {
  uint64_t renamed_fields = 0;
  uint64_t duplicate_fields = 0;
  uint64_t repaired_text = 0;
  uint64_t shortened = 0;  // 1 if anything of the record was cut or left out
  uint64_t redacted = 0;
};

enum class Verdict : uint8_t {
  as_is,    // send the bytes that came
  mended,   // send the other ones
  refused,  // malformed, or empty
};

// Immutable: for every thread.
class Admission {
 public:
  // `limits` are what the server leaves after the keys that the batch gives to every record.
  explicit Admission(const Options& options, const record::Limits& limits = {});

  // Never throws but for want of memory. `out` is overwritten and holds the record if it is mended;
  // give the same one again, so that its memory is reused. `counts` are added to.
  Verdict admit(std::string_view record, std::string& out, Mended& counts) const;

 private:
  bool fits(std::string_view record) const;

  record::Limits limits_;
  Redactor redactor_;
  uint32_t censored_typed_ = 0;  // bit n: the typed key of field n is censored
};

}  // namespace clogs::encode
