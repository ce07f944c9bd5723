// IngestLog/IngestStream: batches in, one after the other; answers out as the store gives them.
#pragma once

#include <chrono>
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
#include "server/api/grpc/answers.h"
#include "server/api/grpc/limits.h"

namespace clogs::api {

// A batch is read when the ones before were handed to the store, so they are stored in the order
// sent; answers come in any order. Alive by itself until gRPC and the store have done with it.
class IngestStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public Drainable,
                           public std::enable_shared_from_this<IngestStream> {
 public:
  IngestStream(const GrpcLimits& limits, const Services& services, Calls& calls,
               ActiveCalls& active, Answers& answers)
      : limits_(limits), services_(services), calls_(calls), active_(active), answers_(answers) {}

  // Once, right after construction.
  void open(const CallContext& context);

  void drain() override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void take(std::string request);
  void answer(std::string response, size_t batch_bytes);
  // Reads, writes or ends, whatever is next; takes the lock away.
  void go_on(std::unique_lock<std::mutex> lock);
  bool may_read() const;
  CallStatus ending() const;

  const GrpcLimits& limits_;
  const Services& services_;
  Calls& calls_;
  ActiveCalls& active_;
  Answers& answers_;
  Principal principal_;  // constant after open()
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  // All guarded by mutex_, but incoming_ belongs to gRPC while reading_, outgoing_ while writing_.
  std::shared_ptr<IngestStream> self_;
  std::deque<std::string> unsent_;
  size_t in_flight_ = 0;  // batches whose answer is not written
  size_t bytes_in_flight_ = 0;
  bool taking_ = false;  // a batch is on its way to the store
  bool reading_ = false;
  bool writing_ = false;
  bool half_closed_ = false;  // the client sends no more
  bool gone_ = false;         // nothing can be sent any more
  bool draining_ = false;
  std::optional<CallStatus> refused_;
  bool finished_ = false;
  CallStatus final_;
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
};

}  // namespace clogs::api
