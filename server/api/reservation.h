// Memory of the server's budget that a body holds while it is read.
#pragma once

#include <cstddef>
#include <utility>

#include "server/ingest/sink.h"

namespace clogs::api {

// Gives back what it holds when it ends. Not thread-safe.
class Reservation {
 public:
  Reservation() = default;
  explicit Reservation(ingest::Sink* sink) : sink_(sink) {}
  Reservation(Reservation&& other) noexcept
      : sink_(other.sink_), bytes_(std::exchange(other.bytes_, 0)) {}
  Reservation& operator=(Reservation&& other) noexcept {
    if (this != &other) {
      release();
      sink_ = other.sink_;
      bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
  }
  ~Reservation() { release(); }

  size_t bytes() const { return bytes_; }
  // Holds at least `bytes`; false, and unchanged, if the budget has no room.
  bool grow_to(size_t bytes) {
    if (bytes <= bytes_ || sink_ == nullptr) return true;
    if (!sink_->try_reserve(bytes - bytes_)) return false;
    bytes_ = bytes;
    return true;
  }
  void release() {
    if (bytes_ > 0) sink_->release(std::exchange(bytes_, 0));
  }

 private:
  ingest::Sink* sink_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace clogs::api
