#include "server/query/exec/row_sorter.h"

#include <algorithm>
#include <utility>

namespace clogs::query {
namespace {

// Runs that are merged at once: few passes, and blocks that are not too small.
constexpr size_t fan_in = 64;
// Where a smaller block would cost more than the memory it saves, and a larger one gains nothing.
constexpr size_t block_bytes_min = size_t{4} << 10;
constexpr size_t block_bytes_max = size_t{256} << 10;
constexpr size_t piece_bytes_max = size_t{1} << 20;
// Of a query's memory: a half for rows, an eighth for blocks. Room is left for the copy, of half
// the rows at most, that cutting and compacting make, and for what is not counted, such as the
// lists of blocks.
constexpr size_t rows_share = 2;
constexpr size_t blocks_share = 8;
// A kind's node and its part of the table of an unordered_map.
constexpr size_t index_entry_bytes = 64;
// Rows replaced by better ones leave bytes behind; so many are no reason to copy.
constexpr size_t unused_bytes_fine = size_t{1} << 20;

size_t piece_bytes(const SortMemory& memory) {
  return std::clamp(memory.rows_bytes / 16, block_bytes_min, piece_bytes_max);
}

// Rows beyond the wanted ones that may gather before they are sorted out.
uint64_t cut_at(uint64_t wanted) {
  constexpr uint64_t few = 256;
  return wanted > all_rows / 2 - few ? all_rows : 2 * wanted + few;
}

}  // namespace

SortMemory SortMemory::of(size_t budget_bytes, unsigned sorters) {
  SortMemory memory;
  memory.rows_bytes = budget_bytes / rows_share / sorters;
  memory.block_bytes =
      std::clamp(budget_bytes / blocks_share / fan_in / sorters, block_bytes_min, block_bytes_max);
  return memory;
}

RowSorter::RowSorter(const SortContext& context, const RowRank& rank, uint64_t wanted)
    : context_(context),
      rank_(rank),
      wanted_(wanted),
      distinct_(rank.by() == RowRank::By::distinct),
      rows_(rank.key_size(), piece_bytes(context.memory)),
      last_(rank.key_size(), piece_bytes(context.memory)) {}

void RowSorter::take(const PackedRow& row, KeyView key) {
  if (distinct_) {
    take_distinct(row, key);
  } else {
    if (last_.size() != 0 && !rank_.before(key, row.place, last_.key(0), last_.place(0))) return;
    rows_.add(row, key);
  }
  if (is_full()) make_room();
}

void RowSorter::take_distinct(const PackedRow& row, KeyView key) {
  const auto at = index_.find(key[0].text());
  if (at == index_.end()) {
    rows_.add(row, key);
    index_.emplace(rows_.key(rows_.size() - 1)[0].text(), rows_.size() - 1);
    return;
  }
  const size_t i = at->second;
  if (!rank_.before(key, row.place, rows_.key(i), rows_.place(i))) return;
  unused_bytes_ += rows_.packed(i).size() + index_entry_bytes;
  rows_.replace(i, row, key);
}

bool RowSorter::is_full() const {
  if (!distinct_ && rows_.size() >= cut_at(wanted_)) return true;
  const size_t bytes = rows_.bytes() + index_.size() * index_entry_bytes;
  if (unused_bytes_ > unused_bytes_fine && unused_bytes_ > bytes / 2) return true;
  return bytes > context_.memory.rows_bytes && !spilling_failed_;
}

void RowSorter::make_room() {
  if (!distinct_ && rows_.size() >= cut_at(wanted_)) {
    cut();
  } else if (unused_bytes_ > rows_.bytes() / 2) {
    compact();
  }
  // What is nearly full again would be copied again and again.
  const size_t bytes = rows_.bytes() + index_.size() * index_entry_bytes;
  if (bytes > context_.memory.rows_bytes / 4 * 3 && !spilling_failed_) spill();
}

void RowSorter::compact() {
  index_.clear();
  rows_ = rows_.compacted(rows_.size());
  unused_bytes_ = 0;
  index_rows();
}

void RowSorter::index_rows() {
  for (size_t i = 0; i < rows_.size(); ++i) index_.emplace(rows_.key(i)[0].text(), i);
}

// Leaves the first `wanted` rows.
void RowSorter::cut() {
  rows_.sort(rank_);
  rows_ = rows_.compacted(wanted_);
  if (wanted_ == 0) return;
  last_ = RowBuffer(rank_.key_size(), piece_bytes(context_.memory));
  last_.add(rows_.row(rows_.size() - 1), rows_.key(rows_.size() - 1));
}

void RowSorter::spill() {
  rows_.sort(rank_);
  Result<RowRun> run = write_run();
  if (!run.ok()) {
    spilling_failed_ = true;
    if (distinct_) {
      index_.clear();
      index_rows();
    }
    context_.control.fail_spilling(run.status());
    return;
  }
  runs_.push_back(*std::move(run));
  index_.clear();
  rows_ = RowBuffer(rank_.key_size(), piece_bytes(context_.memory));
  unused_bytes_ = 0;
  uint64_t spilled = 0;
  for (const RowRun& one : runs_) spilled += one.rows;
  if (runs_.size() >= fan_in || (!distinct_ && spilled >= cut_at(wanted_))) merge_runs();
}

Result<RowRun> RowSorter::write_run() {
  CLOGS_RETURN_IF_ERROR(context_.spill.check_room(rows_.bytes()));
  RunWriter writer(context_.spill, codec_, context_.memory.block_bytes);
  const size_t rows = distinct_ ? rows_.size() : std::min<uint64_t>(rows_.size(), wanted_);
  for (size_t i = 0; i < rows; ++i) {
    if (context_.control.cancelled()) return Status(Code::cancelled, "the query was cancelled");
    CLOGS_RETURN_IF_ERROR(writer.add(rows_.packed(i)));
  }
  return writer.finish();
}

// Makes one run of all. Where that fails they stay as they are, which is right and only slower.
void RowSorter::merge_runs() {
  RowMerge merge(rank_);
  for (const RowRun& run : runs_) {
    const Status added =
        merge.add(std::make_unique<RunCursor>(run, context_.spill, codec_, rank_, context_.tenant));
    if (!added.ok()) return context_.control.fail(added);
  }
  SpillCodec codec;
  RunWriter writer(context_.spill, codec, context_.memory.block_bytes);
  Result<RowRun> run = merged(writer, merge);
  if (!run.ok()) return context_.control.fail_spilling(run.status());
  for (const RowRun& old : runs_) {
    for (const SpilledBlock& block : old.blocks) context_.spill.discard(block);
  }
  runs_.clear();
  runs_.push_back(*std::move(run));
}

Result<RowRun> RowSorter::merged(RunWriter& writer, RowMerge& merge) {
  std::string packed;
  RowBuffer last(rank_.key_size(), piece_bytes(context_.memory));
  std::string kind;
  for (uint64_t rows = 0; rows < wanted_;) {
    if (context_.control.cancelled()) return Status(Code::cancelled, "the query was cancelled");
    CLOGS_ASSIGN_OR_RETURN(RowCursor * cursor, merge.next());
    if (cursor == nullptr) return writer.finish();
    if (distinct_) {
      if (rows != 0 && cursor->key()[0].text() == kind) continue;
      kind = cursor->key()[0].text();
    }
    packed.resize(packed_bytes(cursor->row()));
    pack(cursor->row(), packed.data());
    CLOGS_RETURN_IF_ERROR(writer.add(packed));
    if (++rows == wanted_) last.add(cursor->row(), cursor->key());
  }
  last_ = std::move(last);
  return writer.finish();
}

void RowSorter::finish() {
  index_.clear();
  rows_.sort(rank_);
}

Status RowSorter::open(RowMerge& merge, SpillCodec& codec) const {
  CLOGS_RETURN_IF_ERROR(merge.add(std::make_unique<BufferCursor>(rows_, context_.tenant)));
  for (const RowRun& run : runs_) {
    CLOGS_RETURN_IF_ERROR(
        merge.add(std::make_unique<RunCursor>(run, context_.spill, codec, rank_, context_.tenant)));
  }
  return ok_status();
}

}  // namespace clogs::query
