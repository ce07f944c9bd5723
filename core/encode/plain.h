// The quick look at a record: whether it can be sent as it came.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/encode/redactor.h"
#include "core/record/limits.h"

namespace clogs::encode {

// For one record. False only means that a closer look is needed.
class PlainCheck {
 public:
  PlainCheck(const record::Limits& limits, const Redactor& redactor, uint32_t censored_typed)
      : limits_(limits), redactor_(redactor), censored_typed_(censored_typed) {}

  bool record(std::string_view bytes);

 private:
  // Keys of all maps that are open at one time; more of them are a case for the closer look.
  static constexpr size_t prints_max = 96;

  bool typed(unsigned number, std::string_view text);
  bool field(const char* at, const char* end, size_t depth);
  // `known_fits`: the value has the type that the key must have, if it is a known one.
  bool key(std::string_view name, size_t depth, bool known_fits);
  bool value(const char* at, const char* end, size_t depth);
  bool text_value(unsigned char tag, std::string_view text) const;
  bool elements(std::string_view bytes, size_t depth, bool map);

  const record::Limits& limits_;
  const Redactor& redactor_;
  uint32_t censored_typed_;
  uint32_t seen_ = 0;  // bit n: typed field n was there
  size_t keys_ = 0;
  size_t base_ = 0;  // where the fingerprints of the innermost map begin
  size_t used_ = 0;
  std::array<uint64_t, prints_max> prints_;
};

}  // namespace clogs::encode
