// The gRPC methods without gRPC: bytes in, bytes out. The gRPC server and the gRPC-Web translator
// of the HTTP server both call these, so that a method behaves the same on either port.
//
// Messages are the wire bytes of proto/clogs/v1, without the five bytes of framing. Those of gRPC
// may be compressed with gzip: they are expanded here, after the caller was authorized, within the
// budget for bodies.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "server/api/auth.h"
#include "server/api/metrics.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

// How a call ended, ready for the trailers.
struct CallStatus {
  Code code = Code::ok;
  std::string message;  // one sentence, for grpc-message (percent-encoded by the transport)
  std::string
      details_bin;  // serialised google.rpc.Status for grpc-status-details-bin; may be empty

  bool ok() const { return code == Code::ok; }
};

struct CallContext {
  Transport transport = Transport::grpc;
  std::string authorization;  // the header or metadata of that name; empty if there was none
  std::string tenant;         // clogs-tenant; empty: the key's own
  // The transport ends the call at the deadline by itself; what has not begun by then is not begun.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  // Set when a unary call's client is gone or its deadline has passed: its work ends early.
  std::shared_ptr<std::atomic<bool>> cancel;
};

struct CallLimits {
  size_t expanded_bytes = size_t{256} << 20;  // of one message, after decompression
};

// Where a server-streaming call puts its messages; implemented by the transport. Used by one thread
// at a time.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;

  // Takes the next message; waits while the client has not read the ones before (the transport
  // bounds what is unsent). False: the client is gone, or reads nothing for too long.
  virtual bool write(std::string message) = 0;
  // The same without waiting.
  enum class Offer : uint8_t { taken, full, gone };
  virtual Offer offer(std::string message) = 0;
  // The end. Called once, last; everything written before is sent first.
  virtual void finish(CallStatus status) = 0;
};

// A running server-streaming call. Destroying it cancels it.
class StreamCall {
 public:
  virtual ~StreamCall() = default;
  // Ends the work at its next block, because the client went away or the server stops. finish() of
  // the writer still comes (with CANCELLED), from another thread or from within. Thread-safe,
  // repeatable; not to be called from within a call of the writer.
  virtual void cancel() = 0;
};

// Thread-safe. What it is given outlives it; callbacks may come after its end as long as that
// lives.
class Calls {
 public:
  // Queries run on `workers`, a job each.
  Calls(const Services& services, WorkerPool& workers, CallLimits limits = {});
  ~Calls();

  // What a method is, by its path "/clogs.v1.IngestLog/Ingest". `none`: answer UNIMPLEMENTED.
  enum class Kind : uint8_t { none, unary, server_stream };
  static Kind kind(std::string_view full_method);

  // IngestLog/Ingest, QueryLogs/Explain, QueryLogs/Fields. `done` is called once, from any thread,
  // perhaps at once; the response is empty unless the status is OK. Unknown methods: UNIMPLEMENTED.
  using Done = std::function<void(CallStatus, std::string response)>;
  void unary(std::string_view full_method, const CallContext& context, std::string request,
             Done done);

  // QueryLogs/Query and QueryLogs/Tail. Never null. Failures come by writer->finish(), perhaps at
  // once.
  std::shared_ptr<StreamCall> server_stream(std::string_view full_method,
                                            const CallContext& context, std::string request,
                                            std::shared_ptr<StreamWriter> writer);

  // IngestLog/IngestStream in its parts: who calls, then each message. The response is an
  // IngestStreamResponse, also where the batch was refused.
  CallStatus open_ingest_stream(const CallContext& context, Principal& principal) const;
  using Answer = std::function<void(std::string response)>;
  void ingest_stream_batch(const Principal& principal, Transport transport, std::string request,
                           Answer answer);

 private:
  CallStatus authorize(const CallContext& context, Rights needed, Principal& principal) const;

  Services services_;
  WorkerPool& workers_;
  const CallLimits limits_;
};

// The status as gRPC sees it, with google.rpc details: a query's path becomes BadRequest, its code
// ErrorInfo. `retry_after` adds RetryInfo.
CallStatus call_status(const Status& status,
                       std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

}  // namespace clogs::api
