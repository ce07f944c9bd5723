// What stands for records that were removed: `#_N` on a line of its own in place of N records, so
// that those behind it keep their positions, and with them their ids. An EDN reader passes over it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clogs::store {

// N of the hole line at the start of `text`, where one is (a record line begins with '{').
std::optional<uint32_t> hole_at(std::string_view text);
void print_hole(uint32_t positions, std::string& out);

// Calls visit(lines, position) for each run of record lines between holes; `position` is that of
// its first record, counted from the block's first.
template <typename Visit>
void for_each_run(std::string_view lines, Visit&& visit) {
  uint32_t position = 0;
  while (!lines.empty()) {
    if (auto hole = hole_at(lines)) {
      position += *hole;
      lines.remove_prefix(lines.find('\n') + 1);
      continue;
    }
    const size_t end = lines.find("\n#_");
    const std::string_view run = end == std::string_view::npos ? lines : lines.substr(0, end + 1);
    visit(run, position);
    for (char c : run) position += c == '\n' ? 1 : 0;
    lines.remove_prefix(run.size());
  }
}

struct Positions {
  uint64_t all = 0;      // records and removed ones
  uint64_t removed = 0;  // of them
};
// Of a whole block.
Positions count_positions(std::string_view lines);

}  // namespace clogs::store
