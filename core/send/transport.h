// Calls to one gRPC server. An implementation speaks HTTP/2 (core/send/http2_transport.h) or plays
// the server in memory (core/testing).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/result.h"
#include "clogs/status.h"
#include "core/send/loop.h"

namespace clogs::send {

// gRPC's frame of a message: a flag byte, then the length as four bytes, big-endian
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
constexpr size_t message_prefix_bytes = 5;

struct Request {
  std::string_view method;  // "/clogs.v1.IngestLog/Ingest"; static storage
  // The framed message; shared, because a call may be repeated with the same bytes. Compressed with
  // gzip where its flag byte says so (core/send/gzip.h).
  std::shared_ptr<const std::string> message;
  TimePoint deadline = TimePoint::max();
};

struct Outcome {
  // The server's status, or the transport's: unavailable (no connection, or it broke),
  // deadline_exceeded, cancelled, resource_exhausted (an answer over the limit), internal, unknown.
  Status status;
  // The server has certainly not acted on the call: it may be repeated anywhere.
  bool unprocessed = false;
  // The status is the transport's own finding, not the server's word. Such an `internal` is a
  // broken connection (a proxy that reset the stream) and may be tried again like unavailable.
  bool by_transport = false;
  // How long the server asked to wait (google.rpc.RetryInfo).
  std::optional<std::chrono::milliseconds> retry_delay;
  // The message of an OK answer, without its prefix, decompressed.
  std::string response;
};

// Rows of a server-streaming call. One reader; cancel() from any thread.
class MessageStream {
 public:
  virtual ~MessageStream() = default;  // cancels
  // Blocks until there is a message (true), the end of an OK answer (false), a failure, or `until`
  // (deadline_exceeded; the stream goes on). The server is slowed down while nobody reads.
  virtual Result<bool> next(std::string& message, TimePoint until) = 0;
  virtual void cancel() noexcept = 0;
};

enum class ConnectionState : uint8_t { idle, connecting, ready, failing };

class Transport {
 public:
  using Done = std::function<void(Outcome)>;
  using CallId = uint64_t;

  virtual ~Transport() = default;  // every open call is cancelled, its `done` not called
  // Any thread. `done` runs once, on the loop's thread, with no lock held, and may start calls.
  // Without a connection the call waits for one until its deadline or the first failed attempt. A
  // call that the server refused unseen is tried once more before it is reported as unprocessed.
  virtual CallId start(Request request, Done done) = 0;
  // `done` gets `cancelled`, unless it already ran.
  virtual void cancel(CallId call) = 0;
  virtual std::unique_ptr<MessageStream> open(Request request) = 0;
  virtual ConnectionState state() const = 0;
  // "localhost:9090", for diagnostics.
  virtual const std::string& endpoint() const = 0;
};

// Headers that go with every call, e.g. {"authorization", "Bearer ..."}; names in lower case.
using Metadata = std::vector<std::pair<std::string, std::string>>;

}  // namespace clogs::send
