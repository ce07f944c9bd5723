#include "core/queue/record_queue.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>

#include "core/queue/frame_fifo.h"

namespace clogs::queue {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// take() copies this much under the lock, some 3 us, before it lets callers in.
constexpr size_t take_piece_bytes = size_t{16} << 10;
// Longer waits are cut to this, so that no sum of times overflows.
constexpr std::chrono::hours block_max{24 * 365};

}  // namespace

struct RecordQueue::Impl {
  Impl(const QueueOptions& the_options, std::function<void()> the_wake, ChunkSource& source)
      : options(the_options), wake(std::move(the_wake)), fifo(source) {}

  bool has_room(size_t frame) const {
    return fifo.frames() < options.max_records && frame <= options.max_bytes - fifo.bytes();
  }
  bool batch_is_full() const {
    return fifo.frames() >= options.batch_records || fifo.bytes() >= options.batch_bytes;
  }
  // For those who look without the lock.
  void publish() {
    records.store(fifo.frames(), std::memory_order_relaxed);
    bytes.store(fifo.bytes(), std::memory_order_relaxed);
  }
  void publish_oldest() { oldest.store(fifo.oldest(), std::memory_order_relaxed); }

  // Makes room or says why not; with `lock` held, which `block` lets go of while it waits.
  bool make_room(std::unique_lock<std::mutex>& lock, size_t frame, WhenFull when_full,
                 std::chrono::nanoseconds timeout, uint32_t& dropped);

  const QueueOptions options;
  const std::function<void()> wake;

  std::mutex mutex;
  std::condition_variable freed;
  // Guarded by mutex.
  FrameFifo fifo;
  size_t blocked = 0;  // threads that wait for `freed`
  bool closed = false;
  bool wake_first = true;  // by the next record
  bool wake_full = true;   // by the record that fills a batch

  // Written with the mutex held, read without.
  std::atomic<size_t> records{0};
  std::atomic<size_t> bytes{0};
  std::atomic<SteadyTime> oldest{SteadyTime::min()};
};

RecordQueue::RecordQueue(const QueueOptions& options, std::function<void()> wake,
                         ChunkSource& source)
    : impl_(std::make_unique<Impl>(options, std::move(wake), source)) {}
RecordQueue::~RecordQueue() = default;

bool RecordQueue::Impl::make_room(std::unique_lock<std::mutex>& lock, size_t frame,
                                  WhenFull when_full, std::chrono::nanoseconds timeout,
                                  uint32_t& dropped) {
  if (closed || options.max_records == 0 || frame > options.max_bytes) return false;
  if (has_room(frame)) return true;
  if (when_full == WhenFull::drop_newest) return false;
  if (when_full == WhenFull::drop_oldest) {
    for (; !has_room(frame); ++dropped) fifo.drop();
    return true;
  }
  auto until =
      std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(timeout, block_max);
  ++blocked;
  freed.wait_until(lock, until, [&] { return closed || has_room(frame); });
  --blocked;
  return !closed && has_room(frame);
}

Pushed RecordQueue::push(std::string_view record, WhenFull when_full,
                         std::chrono::nanoseconds block_timeout) noexcept {
  Impl& queue = *impl_;
  const size_t frame = frame_bytes(record.size());
  Pushed pushed;
  bool wake = false;
  {
    std::unique_lock lock(queue.mutex);
    if (!queue.make_room(lock, frame, when_full, block_timeout, pushed.dropped_oldest)) {
      return pushed;
    }
    const bool first = queue.fifo.frames() == 0;
    pushed.accepted = queue.fifo.push(record);
    if (first || pushed.dropped_oldest > 0) queue.publish_oldest();
    queue.publish();
    if (pushed.accepted) {
      wake = std::exchange(queue.wake_first, false);
      if (queue.wake_full && queue.batch_is_full()) {
        queue.wake_full = false;
        wake = true;
      }
    } else if (queue.fifo.frames() == 0) {
      queue.wake_first = true;  // what the sender was woken for made room and is gone
    }
  }
  if (wake) queue.wake();
  return pushed;
}

size_t RecordQueue::take(size_t max_records, size_t max_bytes, std::string& out) {
  Impl& queue = *impl_;
  const size_t begin = out.size();
  size_t taken = 0;
  size_t needed = std::min(max_bytes, queue.bytes.load(std::memory_order_relaxed));
  for (bool more = true; more;) {
    // Memory is found with no lock held, and before anything leaves the queue.
    try {
      if (out.capacity() - out.size() < needed) out.reserve(out.size() + needed);
    } catch (const std::bad_alloc&) {
      return taken;
    } catch (const std::length_error&) {
      return taken;
    }
    std::unique_lock lock(queue.mutex);
    const size_t piece_end = out.size() + take_piece_bytes;
    needed = 0;
    more = false;
    for (size_t frame = queue.fifo.front_bytes(); frame > 0; frame = queue.fifo.front_bytes()) {
      if (taken > 0 && (taken >= max_records || out.size() - begin + frame > max_bytes)) break;
      const bool short_of_room = out.capacity() - out.size() < frame;
      if (short_of_room) needed = std::max(frame, take_piece_bytes);
      more = short_of_room || out.size() >= piece_end;
      if (more) break;
      queue.fifo.pop(out);
      ++taken;
    }
    if (queue.fifo.frames() == 0) {
      queue.wake_first = true;
      queue.fifo.trim();
    }
    if (!queue.batch_is_full()) queue.wake_full = true;
    queue.publish();
    queue.publish_oldest();
    if (queue.blocked > 0) queue.freed.notify_all();
  }
  return taken;
}

size_t RecordQueue::records() const noexcept {
  return impl_->records.load(std::memory_order_relaxed);
}
size_t RecordQueue::bytes() const noexcept { return impl_->bytes.load(std::memory_order_relaxed); }
SteadyTime RecordQueue::oldest() const noexcept {
  return impl_->oldest.load(std::memory_order_relaxed);
}

void RecordQueue::close() noexcept {
  std::lock_guard lock(impl_->mutex);
  impl_->closed = true;
  impl_->freed.notify_all();
}

void RecordQueue::lock_for_fork() noexcept { impl_->mutex.lock(); }
void RecordQueue::unlock_after_fork() noexcept { impl_->mutex.unlock(); }

void RecordQueue::reset_in_child() noexcept {
  // The threads that waited or would have unlocked do not exist here, so nothing is destroyed.
  std::construct_at(&impl_->mutex);
  std::construct_at(&impl_->freed);
  impl_->blocked = 0;
  impl_->fifo.clear();
  impl_->wake_first = impl_->wake_full = true;
  impl_->publish();
  impl_->publish_oldest();
}

}  // namespace clogs::queue
