// A server-streaming call as a StreamWriter: a bounded queue between the thread that makes messages
// and the connection that takes them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "server/api/calls.h"
#include "server/api/grpc/active_calls.h"

namespace clogs::api {

// Owned by whoever writes to it, and by itself until gRPC has done with it.
class MessageStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                            public StreamWriter,
                            public Drainable,
                            public std::enable_shared_from_this<MessageStream> {
 public:
  struct Bounds {
    size_t buffer_bytes;  // unsent; one message may exceed it
    std::chrono::milliseconds write_timeout;
  };
  MessageStream(Bounds bounds, ActiveCalls& active) : bounds_(bounds), active_(active) {}

  // Once, right after construction: keeps itself alive until OnDone. A call that is to end when the
  // server drains is told to `active`.
  void open(bool ends_on_drain);
  // What to cancel when the client goes away.
  void attach(const std::shared_ptr<StreamCall>& call);

  bool write(std::string message) override;
  Offer offer(std::string message) override;
  void finish(CallStatus status) override;

  void drain() override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  bool room(size_t bytes) const {
    return unsent_.empty() || unsent_bytes_ + bytes <= bounds_.buffer_bytes;
  }
  void push(std::string message);
  // Hands the next message, or the end, to gRPC; takes the lock away.
  void go_on(std::unique_lock<std::mutex> lock);
  void give_up(std::unique_lock<std::mutex> lock);

  const Bounds bounds_;
  ActiveCalls& active_;

  std::mutex mutex_;
  std::condition_variable taken_;
  // All guarded by mutex_.
  std::shared_ptr<MessageStream> self_;
  std::shared_ptr<StreamCall> call_;
  std::deque<std::string> unsent_;
  size_t unsent_bytes_ = 0;
  bool writing_ = false;  // gRPC has `current_`
  bool gone_ = false;     // nothing can be sent any more
  bool draining_ = false;
  bool done_ = false;      // OnDone has run
  bool finished_ = false;  // Finish() was called
  std::optional<CallStatus> end_;
  grpc::ByteBuffer current_;
};

// How calls end that a stopping server ends.
CallStatus stopping_status();

}  // namespace clogs::api
