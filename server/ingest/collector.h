// Gathers the records of one body: the good ones as EDN lines, the bad ones with their reasons.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/tape.h"
#include "core/record/limits.h"
#include "core/record/record.h"
#include "server/ingest/service.h"

namespace clogs::ingest {

class Collector {
 public:
  Collector(const record::Limits& limits, record::MetaKeys meta) : limits_(limits), meta_(meta) {}

  // Makes room for the lines of a body of this size.
  void reserve(size_t body_bytes);
  // The next record of the body.
  void add(edn::View record);
  // The same where `source` is the EDN text that the record was read from: it is taken over as it
  // stands where it is one plain line.
  void add(edn::View record, std::string_view source);
  // The next record of the body could not be read.
  void reject(const Status& reason);

  // Whether reject() still keeps its reason: if not, it need not be worded well.
  bool describes() const { return rejected_.size() < max_described_rejections; }

  // Source text of a record that is longer than this is refused unread: no printed form of
  // max_bytes is that much shorter, unless it is padded with white space.
  size_t max_source_bytes() const { return 8 * limits_.max_bytes; }
  Status check_source_bytes(size_t bytes) const;

  uint64_t seen() const { return seen_; }
  uint32_t count() const { return count_; }
  std::string take_lines() { return std::move(lines_); }
  // Moves the rejections into `outcome`; their sentences say which record unless the body is one.
  void report(Outcome& outcome);

 private:
  bool valid(edn::View record);

  const record::Limits& limits_;
  record::MetaKeys meta_;
  std::string lines_;
  uint64_t seen_ = 0;
  uint32_t count_ = 0;
  uint64_t rejected_total_ = 0;
  std::vector<Rejection> rejected_;
};

}  // namespace clogs::ingest
