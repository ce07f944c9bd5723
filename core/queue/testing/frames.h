// The records in what RecordQueue::take() wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/record/wire.h"

namespace clogs::queue {

inline std::vector<std::string> records_of(std::string_view batch) {
  std::vector<std::string> records;
  record::wire::Walker walker(batch);
  while (!walker.done()) {
    record::wire::Tag tag;
    std::string_view record;
    if (!walker.read_tag(tag) || tag.field != 5 || tag.type != record::wire::bytes ||
        !walker.read_bytes(record)) {
      ADD_FAILURE() << "no batch: malformed behind record " << records.size();
      break;
    }
    records.emplace_back(record);
  }
  return records;
}

}  // namespace clogs::queue
