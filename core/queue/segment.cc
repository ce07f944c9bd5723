#include "core/queue/segment.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace clogs::queue {
namespace {

// Read at once while the next batch is looked for behind damage.
constexpr size_t window_bytes = size_t{64} << 10;

}  // namespace

Result<std::unique_ptr<Segment>> Segment::create(std::unique_ptr<File> file, SegmentHead head) {
  std::unique_ptr<Segment> segment(new Segment(std::move(file)));
  CLOGS_RETURN_IF_ERROR(write_all(*segment->file_, print_segment_head(head), {}, 0));
  segment->size_ = head.bytes;
  segment->head_ = std::move(head);
  return segment;
}

Result<std::unique_ptr<Segment>> Segment::load(std::unique_ptr<File> file) {
  std::unique_ptr<Segment> segment(new Segment(std::move(file)));
  CLOGS_ASSIGN_OR_RETURN(segment->size_, segment->file_->size());
  std::string bytes(segment_head_bytes_max, '\0');
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*segment->file_, bytes.data(), bytes.size(), 0));
  bytes.resize(got);
  CLOGS_ASSIGN_OR_RETURN(segment->head_, parse_segment_head(bytes));
  CLOGS_RETURN_IF_ERROR(segment->count(true));
  return segment;
}

Result<uint64_t> Segment::append(BatchHead head, std::string_view body, bool sync) {
  const uint64_t offset = size_;
  head.body_bytes = static_cast<uint32_t>(body.size());
  head.body_sum = body_sum(body);
  Status written = write_all(*file_, print_batch_head(head, head_.sum, offset), body, offset);
  if (written.ok() && sync) written = file_->sync();
  if (!written.ok()) {
    // The caller keeps the batch: it may not be found here as well.
    if (!file_->truncate(offset).ok()) {
      broken_ = true;
      const char done = static_cast<char>(BatchState::done);
      (void)write_all(*file_, {&done, 1}, {}, offset + batch_state_offset);
    }
    return written;
  }
  size_ += batch_head_bytes + body.size();
  ++batches_;
  records_ += head.records;
  return offset;
}

Result<std::optional<Segment::Batch>> Segment::next(uint64_t from) {
  uint64_t at = std::max<uint64_t>(from, head_.bytes);
  while (at < size_) {
    CLOGS_ASSIGN_OR_RETURN(Found found, find(at));
    if (found.offset > at && !damage_.contains(at)) {
      add_damage(at, found.offset);
      CLOGS_RETURN_IF_ERROR(count(false));
    }
    if (!found.head) break;
    Batch batch{found.offset, *found.head, {}};
    at = found.offset + batch_head_bytes + batch.head.body_bytes;
    if (is_done(batch.offset, batch.head)) continue;
    try {
      batch.body.resize(batch.head.body_bytes);
    } catch (const std::bad_alloc&) {
      return resource_exhausted("no memory for a batch of the spool");
    }
    CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*file_, batch.body.data(), batch.body.size(),
                                                 batch.offset + batch_head_bytes));
    if (got == batch.body.size() && body_sum(batch.body) == batch.head.body_sum) {
      return std::optional(std::move(batch));
    }
    add_damage(batch.offset, at);
    (void)mark(batch.offset, BatchState::done);  // in memory if not on disk
  }
  return std::optional<Batch>();
}

uint64_t Segment::behind(uint64_t offset) {
  auto head = head_at(offset);
  if (!head.ok() || !head->has_value()) return offset + 1;
  return offset + batch_head_bytes + (*head)->body_bytes;
}

Status Segment::mark(uint64_t offset, BatchState state, uint32_t endpoint) {
  CLOGS_ASSIGN_OR_RETURN(std::optional<BatchHead> head, head_at(offset));
  if (!head) return count(false);  // damaged since it was read: it does not wait any more
  if (is_done(offset, *head)) return ok_status();
  if (head->state == state && head->endpoint == endpoint) return ok_status();
  Status written =
      write_all(*file_, print_batch_state(state, endpoint), {}, offset + batch_state_offset);
  if (state != BatchState::done) return written;
  if (!written.ok()) done_in_memory_.insert(offset);
  --batches_;
  records_ -= head->records;
  return written;
}

Result<Segment::Found> Segment::find(uint64_t from) {
  Found found;
  found.offset = from;
  while (true) {
    if (size_ - found.offset < batch_head_bytes) {
      found.torn = true;
      return found;
    }
    CLOGS_ASSIGN_OR_RETURN(std::optional<BatchHead> head, head_at(found.offset));
    if (head && size_ - found.offset - batch_head_bytes < head->body_bytes) {
      found.torn = true;
      return found;
    }
    if (head) {
      found.head = head;
      return found;
    }
    CLOGS_ASSIGN_OR_RETURN(found.offset, find_magic(found.offset + 1));
    if (found.offset == size_) return found;
  }
}

Result<uint64_t> Segment::find_magic(uint64_t from) {
  std::array<char, window_bytes> window;
  while (from + batch_magic.size() <= size_) {
    const size_t size = static_cast<size_t>(std::min<uint64_t>(window.size(), size_ - from));
    CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*file_, window.data(), size, from));
    const size_t at = std::string_view(window.data(), got).find(batch_magic);
    if (at != std::string_view::npos) return from + at;
    if (got < batch_magic.size()) break;
    from += got - batch_magic.size() + 1;
  }
  return size_;
}

Result<std::optional<BatchHead>> Segment::head_at(uint64_t offset) {
  std::array<char, batch_head_bytes> bytes;
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*file_, bytes.data(), bytes.size(), offset));
  return parse_batch_head({bytes.data(), got}, head_.sum, offset);
}

bool Segment::is_done(uint64_t offset, const BatchHead& head) const {
  return head.state == BatchState::done || done_in_memory_.contains(offset);
}

Status Segment::count(bool cut_torn_end) {
  batches_ = records_ = 0;
  for (uint64_t at = head_.bytes; at < size_;) {
    CLOGS_ASSIGN_OR_RETURN(Found found, find(at));
    if (found.offset > at) add_damage(at, found.offset);
    if (!found.head) {
      if (found.torn && cut_torn_end) {
        size_ = found.offset;
        (void)file_->truncate(size_);  // only tidier: nobody reads beyond size_
      }
      break;
    }
    at = found.offset + batch_head_bytes + found.head->body_bytes;
    if (is_done(found.offset, *found.head)) continue;
    ++batches_;
    records_ += found.head->records;
  }
  return ok_status();
}

void Segment::add_damage(uint64_t from, uint64_t to) {
  if (damage_.insert(from).second) damaged_ += to - from;
}

}  // namespace clogs::queue
