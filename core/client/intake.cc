#include "core/client/intake.h"

#include <utility>

#include "core/queue/frame_fifo.h"

namespace clogs::client {
namespace {

queue::QueueOptions queue_options(const Options& options) {
  queue::QueueOptions queue;
  queue.max_records = options.queue_max_records;
  queue.max_bytes = options.queue_max_bytes;
  queue.batch_records = options.batch_max_records;
  queue.batch_bytes = options.batch_max_bytes;
  return queue;
}

queue::WhenFull when_full(OnFull on_full) {
  switch (on_full) {
    case OnFull::drop_newest:
      return queue::WhenFull::drop_newest;
    case OnFull::drop_oldest:
      return queue::WhenFull::drop_oldest;
    // The sender moves what waits to the disk, server or not, so a wait is short.
    case OnFull::block:
    case OnFull::spool:
      return queue::WhenFull::block;
  }
  return queue::WhenFull::drop_newest;
}

}  // namespace

Intake::Intake(const Options& options, std::function<void()> wake)
    : when_full_(when_full(options.on_full)),
      block_timeout_(options.block_timeout),
      max_bytes_(options.queue_max_bytes),
      queue_(queue_options(options), std::move(wake)) {}

bool Intake::push(std::string_view record, bool may_wait) noexcept {
  submitted_.fetch_add(1, std::memory_order_acq_rel);
  if (closed()) {
    after_close_.fetch_add(1, std::memory_order_acq_rel);
    return false;
  }
  if (queue::frame_bytes(record.size()) > max_bytes_) {
    too_large_.fetch_add(1, std::memory_order_acq_rel);
    return false;
  }
  const queue::Pushed pushed =
      queue_.push(record, may_wait ? when_full_ : queue::WhenFull::drop_newest, block_timeout_);
  if (pushed.dropped_oldest > 0) {
    dropped_oldest_.fetch_add(pushed.dropped_oldest, std::memory_order_acq_rel);
  }
  if (pushed.accepted) return true;
  Count& reason = closed() ? after_close_ : dropped_newest_;
  reason.fetch_add(1, std::memory_order_acq_rel);
  return false;
}

void Intake::count_dropped_before_send() noexcept {
  submitted_.fetch_add(1, std::memory_order_acq_rel);
  before_send_.fetch_add(1, std::memory_order_acq_rel);
}

void Intake::count_refused() noexcept {
  submitted_.fetch_add(1, std::memory_order_acq_rel);
  malformed_.fetch_add(1, std::memory_order_acq_rel);
}

Intake::Counts Intake::counts() const noexcept {
  Counts counts;
  counts.dropped_oldest = dropped_oldest();
  const uint64_t newest = dropped_newest_.load(std::memory_order_acquire);
  counts.queue_full = newest + counts.dropped_oldest;
  counts.too_large = too_large_.load(std::memory_order_acquire);
  counts.closed = after_close_.load(std::memory_order_acquire);
  counts.before_send = before_send_.load(std::memory_order_acquire);
  counts.malformed = malformed_.load(std::memory_order_acquire);
  counts.submitted = submitted_.load(std::memory_order_acquire);
  counts.accepted = counts.submitted - newest - counts.too_large - counts.closed -
                    counts.before_send - counts.malformed;
  return counts;
}

uint64_t Intake::position() const noexcept { return counts().accepted; }

void Intake::close() noexcept {
  closed_.store(true, std::memory_order_release);
  queue_.close();
}

void Intake::reset_in_child() noexcept {
  queue_.reset_in_child();
  for (Count* count : {&submitted_, &dropped_newest_, &dropped_oldest_, &too_large_, &after_close_,
                       &before_send_, &malformed_}) {
    count->store(0, std::memory_order_relaxed);
  }
}

}  // namespace clogs::client
