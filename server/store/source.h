// What a scan reads: blocks of EDN lines, from a store's snapshot or from plain files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/record/id.h"
#include "server/store/deletion.h"

namespace clogs::store {

// Consecutive records of one stream. Line i has the id `first` with its index + i, unless the lines
// carry their own :clogs/id (`has_meta`).
struct Block {
  std::string_view lines;  // EDN maps, one a line, each ending in '\n'
  record::Id first;
  std::string_view stream;
  bool has_meta = false;
  // Some of the lines stand for records that were removed (holes.h): then "line i" is position i.
  bool has_holes = false;
};

// One thread's memory for the block it works on; reused from block to block.
struct BlockBuffer {
  std::string bytes;
};

struct Damage {
  std::string file;
  uint64_t offset = 0;
  std::string reason;
};

class Source {
 public:
  virtual ~Source() = default;
  // The next block, in no order; false at the end. Thread-safe. `block` points into `buffer` and
  // lives until the next call with it.
  virtual Result<bool> next(BlockBuffer& buffer, Block& block) = 0;
  // Every record of this source arrived at or before this (Unix nanoseconds).
  virtual int64_t as_of_nanos() const = 0;
  // What could not be read so far; the answer is partial if there is any.
  virtual std::vector<Damage> damage() const = 0;
  virtual uint64_t files() const = 0;
  // What the reader has to leave out: those records that one of these concerns. They hold for every
  // as_of, so that an earlier one brings nothing back.
  virtual DeletionList deletions() const { return nullptr; }
};

// Opens sources: the store does, and so does a list of plain files.
class SourceProvider {
 public:
  virtual ~SourceProvider() = default;
  // What is committed now; `as_of_nanos` cuts it at an arrival time (INT64_MAX: all).
  virtual Result<std::unique_ptr<Source>> open(std::string_view tenant, int64_t as_of_nanos) = 0;
};

}  // namespace clogs::store
