// A byte stream to one client: plain TCP or TLS. All calls and call-backs are on the thread of the
// worker that owns the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace clogs::api {

enum class WireError : uint8_t { none, end, failed };

// The connection, as its wire sees it.
class WireOwner {
 public:
  virtual ~WireOwner() = default;
  virtual void on_open(bool ok) = 0;
  virtual void on_read(WireError error, size_t bytes) = 0;
  virtual void on_written(WireError error) = 0;
};

// Each start is followed by its call-back, never from within the start; one read and one write may
// run at a time.
class Wire {
 public:
  virtual ~Wire() = default;
  // TLS handshake; on_open follows.
  virtual void open() = 0;
  virtual void start_read(char* into, size_t bytes) = 0;
  // At most four pieces, which stay where they are until on_written.
  virtual void start_write(std::span<const std::string_view> pieces) = 0;
  // Nothing more will be sent.
  virtual void shutdown_send() = 0;
  // What runs fails. `reset` throws away what was not sent yet, so that a client that does not read
  // holds no memory; else the kernel goes on sending it.
  virtual void close(bool reset) = 0;
  // "127.0.0.1:54321", for logs.
  virtual std::string peer() const = 0;
};

}  // namespace clogs::api
