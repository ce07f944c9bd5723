// Records in memory with their sort keys, packed into few large pieces so that what they take is
// known to the byte.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "server/query/exec/packed_row.h"
#include "server/query/exec/row_rank.h"

namespace clogs::query {

class RowBuffer {
 public:
  // `piece_bytes`: the most that is asked of the allocator at once, but for a longer row.
  RowBuffer(size_t key_size, size_t piece_bytes) : key_size_(key_size), piece_bytes_(piece_bytes) {}

  // Copies the row and its key.
  void add(const PackedRow& row, KeyView key);
  // Puts another row in the place of row i, whose bytes stay taken until a copy is made.
  void replace(size_t i, const PackedRow& row, KeyView key);
  void sort(const RowRank& rank);
  // A copy of the first `rows`, without what is not used.
  RowBuffer compacted(size_t rows) const;

  size_t size() const { return rows_.size(); }
  size_t bytes() const { return bytes_ + rows_.capacity() * sizeof(Row); }
  const Place& place(size_t i) const { return rows_[i].place; }
  KeyView key(size_t i) const { return {rows_[i].key, key_size_}; }
  PackedRow row(size_t i) const { return unpack(rows_[i].packed); }
  std::string_view packed(size_t i) const {
    return {rows_[i].packed, packed_bytes(unpack(rows_[i].packed))};
  }

 private:
  struct Row {
    Place place;
    const char* packed;
    const edn::View* key;
  };
  Row copy(const PackedRow& row, KeyView key);
  char* allocate(size_t bytes, size_t alignment);
  edn::View copy(edn::View view, std::string_view line, const char* new_line);

  size_t key_size_;
  size_t piece_bytes_;
  std::vector<Row> rows_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  size_t bytes_ = 0;     // of all pieces
  size_t capacity_ = 0;  // of the last piece
  size_t used_ = 0;      // of the last piece
};

}  // namespace clogs::query
