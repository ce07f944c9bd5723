// Realistic sample records: a small shop of nine services over some hours. Requests walk through
// several services under one trace; at two thirds of the time a new version of `payments` goes out
// and card payments begin to time out until it is rolled back, so that there is something to find.
#pragma once

#include <cstdint>
#include <memory>

#include "core/edn/tape.h"

namespace clogs::app {

struct SamplePlan {
  uint64_t rows = 50'000;
  uint64_t seed = 1;        // the same plan gives the same records
  int64_t begin_nanos = 0;  // Unix; the records' timestamps lie in [begin, end)
  int64_t end_nanos = 0;
};

class SampleGenerator {
 public:
  explicit SampleGenerator(SamplePlan plan);
  ~SampleGenerator();

  // Replaces what is on `tape` by the next record, in the order of time; false when all were given.
  bool next(edn::Tape& tape);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::app
