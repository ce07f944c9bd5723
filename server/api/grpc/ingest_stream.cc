#include "server/api/grpc/ingest_stream.h"

#include <utility>

#include "server/api/grpc/bytes.h"
#include "server/api/grpc/message_stream.h"

namespace clogs::api {

void IngestStream::open(const CallContext& context) {
  CallStatus status = calls_.open_ingest_stream(context, principal_);
  active_.add(shared_from_this());
  std::unique_lock lock(mutex_);
  self_ = shared_from_this();
  if (!status.ok()) refused_ = std::move(status);
  go_on(std::move(lock));
}

void IngestStream::drain() {
  std::unique_lock lock(mutex_);
  draining_ = true;
  // Before open() has finished it goes on by itself.
  if (self_) go_on(std::move(lock));
}

void IngestStream::OnReadDone(bool ok) {
  std::string request;
  {
    std::unique_lock lock(mutex_);
    reading_ = false;
    if (!ok) half_closed_ = true;
    // What came after the end was decided stays without an answer: the client sends it again.
    if (!ok || gone_ || draining_ || finished_) return go_on(std::move(lock));
    request = bytes_of(incoming_);
    incoming_.Clear();
    ++in_flight_;
    bytes_in_flight_ += request.size();
    taking_ = true;
  }
  take(std::move(request));
  std::unique_lock lock(mutex_);
  taking_ = false;
  go_on(std::move(lock));
}

void IngestStream::take(std::string request) {
  const size_t bytes = request.size();
  calls_.ingest_stream_batch(
      principal_, Transport::grpc, std::move(request),
      [self = shared_from_this(), bytes](std::string response) {
        self->answers_.post([self, bytes, response = std::move(response)]() mutable {
          self->answer(std::move(response), bytes);
        });
      });
}

void IngestStream::answer(std::string response, size_t batch_bytes) {
  std::unique_lock lock(mutex_);
  bytes_in_flight_ -= batch_bytes;
  if (gone_) {
    --in_flight_;
  } else {
    unsent_.push_back(std::move(response));
  }
  go_on(std::move(lock));
}

bool IngestStream::may_read() const {
  return !reading_ && !taking_ && !half_closed_ && !gone_ && !draining_ && !refused_ &&
         in_flight_ < limits_.batches_in_flight && bytes_in_flight_ < limits_.batch_bytes_in_flight;
}

CallStatus IngestStream::ending() const {
  if (refused_) return *refused_;
  if (gone_) return {Code::cancelled, "The call was cancelled", {}};
  if (draining_ && !half_closed_) return stopping_status();
  return {};
}

void IngestStream::go_on(std::unique_lock<std::mutex> lock) {
  if (finished_) return;
  const std::shared_ptr<IngestStream> keep = self_;
  const bool read = may_read();
  if (read) reading_ = true;
  const bool write = !writing_ && !unsent_.empty();
  if (write) {
    writing_ = true;
    outgoing_ = buffer_of(std::move(unsent_.front()));
    unsent_.pop_front();
  }
  const bool ended = half_closed_ || gone_ || draining_ || refused_;
  const bool finish = ended && in_flight_ == 0 && !writing_ && !taking_ && !read;
  if (finish) {
    finished_ = true;
    final_ = ending();
  }
  lock.unlock();
  if (read) StartRead(&incoming_);
  if (write) StartWrite(&outgoing_);
  if (finish) Finish(grpc_status(final_));
}

void IngestStream::OnWriteDone(bool ok) {
  std::unique_lock lock(mutex_);
  writing_ = false;
  --in_flight_;
  if (!ok) {
    gone_ = true;
    in_flight_ -= unsent_.size();
    unsent_.clear();
  }
  go_on(std::move(lock));
}

void IngestStream::OnCancel() {
  std::unique_lock lock(mutex_);
  gone_ = true;
  in_flight_ -= unsent_.size();
  unsent_.clear();
  go_on(std::move(lock));
}

void IngestStream::OnDone() {
  active_.remove(this);
  if (services_.metrics != nullptr) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
    services_.metrics->request(Transport::grpc, "IngestLog/IngestStream",
                               static_cast<unsigned>(final_.code), took.count());
  }
  std::shared_ptr<IngestStream> self;
  const std::lock_guard lock(mutex_);
  self.swap(self_);
}

}  // namespace clogs::api
