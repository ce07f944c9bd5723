#include "server/query/exec/row_run.h"

#include <utility>

#include "core/edn/reader.h"

namespace clogs::query {

Status RunWriter::add(std::string_view packed) {
  if (!block_.empty() && block_.size() + packed.size() > block_bytes_) {
    CLOGS_RETURN_IF_ERROR(flush());
  }
  block_.append(packed);
  ++run_.rows;
  return ok_status();
}

Status RunWriter::flush() {
  if (block_.empty()) return ok_status();
  CLOGS_ASSIGN_OR_RETURN(const SpilledBlock block, spill_.write(block_, codec_));
  run_.blocks.push_back(block);
  block_.clear();
  return ok_status();
}

Result<RowRun> RunWriter::finish() {
  CLOGS_RETURN_IF_ERROR(flush());
  return std::exchange(run_, {});
}

Result<const Entry*> RowReader::read(const PackedRow& row) {
  tape_.clear();
  edn::Reader reader(row.line);
  if (reader.next(tape_) != edn::Reader::Outcome::form || !tape_.root().is(edn::Kind::map)) {
    return internal_error("a record that was read once does not read again");
  }
  entry_.reset();
  entry_.map = tape_.root();
  entry_.id = row.place.id;
  entry_.timestamp = row.place.timestamp;
  entry_.stream = row.stream;
  entry_.line = row.line;
  return &entry_;
}

Result<const Entry*> RowCursor::entry() {
  if (entry_ == nullptr) {
    CLOGS_ASSIGN_OR_RETURN(entry_, reader_.read(row_));
  }
  return entry_;
}

Result<bool> BufferCursor::next() {
  if (next_ == buffer_.size()) return false;
  row_ = buffer_.row(next_);
  key_ = buffer_.key(next_);
  ++next_;
  forget();
  return true;
}

Result<bool> RunCursor::next() {
  if (at_ == block_.size()) {
    if (next_block_ == run_.blocks.size()) return false;
    CLOGS_RETURN_IF_ERROR(spill_.read(run_.blocks[next_block_++], codec_, block_));
    at_ = 0;
  }
  row_ = unpack(block_.data() + at_);
  at_ += packed_bytes(row_);
  forget();
  if (rank_.key_size() == 0) return true;
  CLOGS_ASSIGN_OR_RETURN(const Entry* read, entry());
  rank_.read(*read, scratch_, views_);
  key_ = views_;
  return true;
}

}  // namespace clogs::query
