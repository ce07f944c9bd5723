// Rows of equal steps along the numbers: the buckets of :bucket and :histogram.
#pragma once

#include <cstdint>
#include <optional>

#include "core/edn/tape.h"
#include "core/edn/value.h"
#include "server/query/eval/number.h"

namespace clogs::query {

// Step k covers [offset + k * width, offset + (k + 1) * width). Computed on decimal digits where
// value, width and offset have at most 18 of them, so that 0.3 is in the step that starts at 0.3.
class Steps {
 public:
  // `width` > 0; an offset of nil is 0.
  Steps(const edn::Value& width, const edn::Value& offset);

  // Empty for numbers that no step of 64 bits reaches (infinities, NaN).
  std::optional<int64_t> step_of(const Number& number) const;
  // Where a step starts: an integer where width and offset are, else a float.
  void write_start(int64_t step, edn::Tape& out) const;

 private:
  struct Decimal {  // mantissa * 10^exponent
    int64_t mantissa = 0;
    int32_t exponent = 0;
  };
  static std::optional<Decimal> decimal_of(const Number& number);

  double width_ = 1;
  double offset_ = 0;
  bool integral_ = true;
  std::optional<Decimal> width_digits_;
  std::optional<Decimal> offset_digits_;
};

}  // namespace clogs::query
