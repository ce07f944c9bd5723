// Sums that come out the same in whatever order the numbers came, to the last digit.
#pragma once

#include <cstdint>
#include <vector>

#include "core/edn/tape.h"
#include "server/query/eval/number.h"

namespace clogs::query {

// The exact sum of doubles, as a list of doubles without common bits (Shewchuk 1997).
class DoubleSum {
 public:
  void add(double value);
  void merge(const DoubleSum& other);
  double rounded() const;  // correctly
  bool empty() const { return partials_.empty() && specials_ == 0; }
  // The parts, least first; their sum is exact. Not for sums with infinities.
  const std::vector<double>& partials() const { return partials_; }
  // The sum of infinities and NaN that came; 0 where none did.
  double specials() const { return specials_; }

 private:
  std::vector<double> partials_;
  double specials_ = 0;
};

// Integers of 64 bits and decimals of up to 18 digits, not below 1e-12 and under 1e15, are added
// as decimal digits (0.1 + 0.2 is 0.3); all other numbers as doubles, exactly, so that only the
// result is rounded. The result is an integer where all were, a decimal where at least one was and
// no float, else a float; integers beyond 64 bits and ratios count as floats.
class ExactSum {
 public:
  void add(const Number& number);
  void merge(const ExactSum& other);
  uint64_t count() const { return count_; }
  double to_double() const;
  void write(edn::Tape& out) const;

 private:
  __extension__ typedef __int128 Int128;

  uint64_t count_ = 0;
  bool any_float_ = false;
  bool any_decimal_ = false;
  Int128 integers_ = 0;
  Int128 scaled_ = 0;  // units of 1e-12
  DoubleSum doubles_;
};

}  // namespace clogs::query
