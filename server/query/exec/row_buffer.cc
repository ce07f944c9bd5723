#include "server/query/exec/row_buffer.h"

#include <algorithm>
#include <functional>
#include <memory>

namespace clogs::query {
namespace {

// Enough for a page of short records.
constexpr size_t first_piece_bytes = size_t{16} << 10;

bool lies_in(std::string_view text, std::string_view whole) {
  const std::less_equal<const char*> at_most;
  return at_most(whole.data(), text.data()) &&
         at_most(text.data() + text.size(), whole.data() + whole.size());
}

}  // namespace

char* RowBuffer::allocate(size_t bytes, size_t alignment) {
  used_ = (used_ + alignment - 1) / alignment * alignment;
  if (pieces_.empty() || used_ > capacity_ || capacity_ - used_ < bytes) {
    const size_t wanted = pieces_.empty() ? first_piece_bytes : capacity_ * 2;
    capacity_ = std::max(bytes, std::min(wanted, piece_bytes_));
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(capacity_));
    bytes_ += capacity_;
    used_ = 0;
  }
  char* at = pieces_.back().get() + used_;
  used_ += bytes;
  return at;
}

// Text that lies in the row's line points into the line's copy.
edn::View RowBuffer::copy(edn::View view, std::string_view line, const char* new_line) {
  if (!view) return {};
  const auto count = static_cast<size_t>(view.next() - view.node());
  auto* nodes =
      reinterpret_cast<edn::Node*>(allocate(count * sizeof(edn::Node), alignof(edn::Node)));
  std::memcpy(nodes, view.node(), count * sizeof(edn::Node));
  for (size_t i = 0; i < count; ++i) {
    if (edn::is_collection(nodes[i].kind)) continue;
    const std::string_view text = edn::View(nodes + i).text();
    if (text.empty()) continue;
    if (lies_in(text, line)) {
      nodes[i].text = new_line + (text.data() - line.data());
      continue;
    }
    char* kept = allocate(text.size(), 1);
    std::memcpy(kept, text.data(), text.size());
    nodes[i].text = kept;
  }
  return edn::View(nodes);
}

RowBuffer::Row RowBuffer::copy(const PackedRow& row, KeyView key) {
  char* packed = allocate(packed_bytes(row), 1);
  const char* line = pack(row, packed);
  if (key_size_ == 0) return {row.place, packed, nullptr};
  auto* views =
      reinterpret_cast<edn::View*>(allocate(key_size_ * sizeof(edn::View), alignof(edn::View)));
  for (size_t i = 0; i < key_size_; ++i) {
    std::construct_at(views + i, copy(key[i], row.line, line));
  }
  return {row.place, packed, views};
}

void RowBuffer::add(const PackedRow& row, KeyView key) { rows_.push_back(copy(row, key)); }

void RowBuffer::replace(size_t i, const PackedRow& row, KeyView key) { rows_[i] = copy(row, key); }

void RowBuffer::sort(const RowRank& rank) {
  std::sort(rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) {
    return rank.before({a.key, key_size_}, a.place, {b.key, key_size_}, b.place);
  });
}

RowBuffer RowBuffer::compacted(size_t rows) const {
  RowBuffer copy(key_size_, piece_bytes_);
  for (size_t i = 0; i < std::min(rows, size()); ++i) copy.add(row(i), key(i));
  return copy;
}

}  // namespace clogs::query
