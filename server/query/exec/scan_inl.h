// The loop of BlockReader::read().
#pragma once

#include <type_traits>

#include "core/edn/reader.h"
#include "server/query/exec/scan.h"
#include "server/store/holes.h"

namespace clogs::query {

template <typename Visit>
uint64_t BlockReader::read(const store::Block& block, Visit&& visit) {
  if (!block.has_holes) return read_run(block, block.lines, 0, visit);
  uint64_t records = 0;
  store::for_each_run(block.lines, [&](std::string_view lines, uint32_t position) {
    records += read_run(block, lines, position, visit);
  });
  return records;
}

// Record lines without holes between them, the first of them at `position` of the block.
template <typename Visit>
uint64_t BlockReader::read_run(const store::Block& block, std::string_view lines, uint32_t position,
                               Visit& visit) {
  edn::Reader reader(lines);
  uint64_t records = 0;
  for (;; ++position) {
    tape_.clear();
    const auto outcome = reader.next(tape_);
    if (outcome == edn::Reader::Outcome::end) return records;
    if (outcome == edn::Reader::Outcome::error) {
      ++unreadable_;
      reader.skip_line();
      continue;
    }
    const size_t from = reader.form_offset();
    if (!fill(block, position, lines.substr(from, reader.offset() - from))) {
      ++unreadable_;
      continue;
    }
    ++records;
    const Entry& entry = entry_;
    if constexpr (std::is_invocable_v<Visit&, const Entry&, uint32_t>) {
      visit(entry, position);
    } else {
      visit(entry);
    }
  }
}

}  // namespace clogs::query
