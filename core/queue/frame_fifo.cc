#include "core/queue/frame_fifo.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace clogs::queue {
namespace {

// Field 5 of clogs.v1.Batch, length-delimited.
constexpr char records_tag = 5 << 3 | 2;
constexpr size_t varint_bytes_max = 10;

size_t varint_bytes(uint64_t value) noexcept {
  size_t count = 1;
  for (; value >= 0x80; value >>= 7) ++count;
  return count;
}

}  // namespace

size_t frame_bytes(size_t size) noexcept { return 1 + varint_bytes(size) + size; }

FrameFifo::~FrameFifo() {
  clear();
  if (head_ != nullptr) free_chunk(std::exchange(head_, nullptr));
  while (spare_ != nullptr) source_.put(std::exchange(spare_, spare_->next));
}

bool FrameFifo::push(std::string_view record) noexcept {
  std::array<char, 1 + varint_bytes_max> head;
  size_t length = 0;
  head[length++] = records_tag;
  uint64_t value = record.size();
  for (; value >= 0x80; value >>= 7) head[length++] = static_cast<char>(value | 0x80);
  head[length++] = static_cast<char>(value);

  if (!provide(length + record.size())) return false;
  write(head.data(), length);
  write(record.data(), record.size());
  ++frames_;
  bytes_ += length + record.size();
  return true;
}

size_t FrameFifo::front_bytes() const noexcept {
  if (frames_ == 0) return 0;
  const Chunk* chunk = head_;
  size_t at = read_;
  auto next_byte = [&]() -> uint8_t {
    if (at == capacity) {
      chunk = chunk->next;
      at = 0;
    }
    return static_cast<uint8_t>(reinterpret_cast<const char*>(chunk + 1)[at++]);
  };
  size_t length = 1;
  next_byte();
  uint64_t size = 0;
  uint8_t byte = 0x80;
  for (int shift = 0; (byte & 0x80) != 0; shift += 7, ++length) {
    byte = next_byte();
    size |= uint64_t{byte & 0x7Fu} << shift;
  }
  return length + size;
}

void FrameFifo::pop(std::string& out) noexcept {
  leave(front_bytes(), &out);
  --frames_;
}

void FrameFifo::drop() noexcept {
  leave(front_bytes(), nullptr);
  --frames_;
}

void FrameFifo::clear() noexcept {
  leave(bytes_, nullptr);
  frames_ = 0;
}

void FrameFifo::trim() noexcept {
  if (spares_min_ > 0) {
    source_.put(std::exchange(spare_, spare_->next));
    --spares_;
  }
  spares_min_ = spares_;
}

std::chrono::steady_clock::time_point FrameFifo::oldest() const noexcept {
  if (frames_ == 0) return std::chrono::steady_clock::time_point::min();
  // The oldest frame may begin exactly behind the end of the head.
  return (read_ == capacity ? head_->next : head_)->begun;
}

bool FrameFifo::provide(size_t size) noexcept {
  if (tail_ != nullptr && bytes_ == 0) {
    // Nothing waits, so head_ is tail_: an almost empty queue uses the same, cached bytes again.
    read_ = written_ = 0;
    tail_->begun = std::chrono::steady_clock::now();
  }
  size_t room = tail_ == nullptr ? 0 : capacity - written_;
  if (size <= room) return true;

  Chunk* first = nullptr;
  Chunk* last = nullptr;
  auto now = std::chrono::steady_clock::now();
  for (; room < size; room += capacity) {
    void* memory = spare_;
    if (memory != nullptr) {
      spare_ = spare_->next;
      spares_min_ = std::min(spares_min_, --spares_);
    } else {
      memory = source_.get();
    }
    if (memory == nullptr) {
      while (first != nullptr) free_chunk(std::exchange(first, first->next));
      return false;
    }
    Chunk* chunk = std::construct_at(static_cast<Chunk*>(memory), Chunk{nullptr, now});
    if (first == nullptr) {
      first = chunk;
    } else {
      last->next = chunk;
    }
    last = chunk;
  }
  if (tail_ == nullptr) {
    head_ = tail_ = first;
    read_ = written_ = 0;
  } else {
    tail_->next = first;
  }
  return true;
}

void FrameFifo::write(const char* from, size_t size) noexcept {
  while (size > 0) {
    if (written_ == capacity) {
      tail_ = tail_->next;
      written_ = 0;
    }
    size_t count = std::min(size, capacity - written_);
    std::memcpy(data(tail_) + written_, from, count);
    written_ += count;
    from += count;
    size -= count;
  }
}

void FrameFifo::leave(size_t size, std::string* out) noexcept {
  bytes_ -= size;
  while (size > 0) {
    if (read_ == capacity) {
      free_chunk(std::exchange(head_, head_->next));
      read_ = 0;
    }
    size_t count = std::min(size, capacity - read_);
    if (out != nullptr) out->append(data(head_) + read_, count);
    read_ += count;
    size -= count;
  }
}

void FrameFifo::free_chunk(Chunk* chunk) noexcept {
  if (spares_ == spare_chunks_max) {
    source_.put(chunk);
    return;
  }
  chunk->next = std::exchange(spare_, chunk);
  ++spares_;
}

}  // namespace clogs::queue
