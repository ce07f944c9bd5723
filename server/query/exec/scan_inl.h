// The loop of BlockReader::read().
#pragma once

#include "core/edn/reader.h"
#include "server/query/exec/scan.h"

namespace clogs::query {

template <typename Visit>
uint64_t BlockReader::read(const store::Block& block, Visit&& visit) {
  edn::Reader reader(block.lines);
  uint64_t records = 0;
  for (uint32_t index = 0;; ++index) {
    tape_.clear();
    const auto outcome = reader.next(tape_);
    if (outcome == edn::Reader::Outcome::end) return records;
    if (outcome == edn::Reader::Outcome::error) {
      ++unreadable_;
      reader.skip_line();
      continue;
    }
    const size_t from = reader.form_offset();
    if (!fill(block, index, block.lines.substr(from, reader.offset() - from))) {
      ++unreadable_;
      continue;
    }
    ++records;
    visit(static_cast<const Entry&>(entry_));
  }
}

}  // namespace clogs::query
