#include "server/api/grpc/message_stream.h"

#include <utility>

#include "server/api/grpc/bytes.h"
#include "server/api/grpc/limits.h"
#include "server/api/rpc/limits.h"

namespace clogs::api {

CallStatus stopping_status() {
  return call_status(unavailable("The server is stopping; call again later"),
                     rpc::retry_when_unavailable);
}

void MessageStream::open(bool ends_on_drain) {
  {
    const std::lock_guard lock(mutex_);
    self_ = shared_from_this();
  }
  if (ends_on_drain) active_.add(shared_from_this());
}

void MessageStream::attach(const std::shared_ptr<StreamCall>& call) {
  bool too_late = false;
  {
    const std::lock_guard lock(mutex_);
    if (!done_) call_ = call;
    too_late = done_ || gone_ || draining_;
  }
  if (too_late) call->cancel();
}

bool MessageStream::write(std::string message) {
  std::unique_lock lock(mutex_);
  const bool in_time =
      taken_.wait_for(lock, bounds_.write_timeout, [&] { return gone_ || room(message.size()); });
  if (gone_ || !in_time) return false;
  push(std::move(message));
  go_on(std::move(lock));
  return true;
}

StreamWriter::Offer MessageStream::offer(std::string message) {
  std::unique_lock lock(mutex_);
  if (gone_) return Offer::gone;
  if (!room(message.size())) return Offer::full;
  push(std::move(message));
  go_on(std::move(lock));
  return Offer::taken;
}

void MessageStream::finish(CallStatus status) {
  std::unique_lock lock(mutex_);
  end_ = draining_ && status.code == Code::cancelled ? stopping_status() : std::move(status);
  go_on(std::move(lock));
}

void MessageStream::drain() {
  std::shared_ptr<StreamCall> call;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    call = call_;
  }
  if (call) call->cancel();
}

void MessageStream::push(std::string message) {
  unsent_bytes_ += message.size();
  unsent_.push_back(std::move(message));
}

void MessageStream::go_on(std::unique_lock<std::mutex> lock) {
  if (writing_ || finished_) return;
  if (!unsent_.empty()) {
    writing_ = true;
    unsent_bytes_ -= unsent_.front().size();
    grpc::WriteOptions how;
    if (unsent_.front().size() < compress_min_bytes) how.set_no_compression();
    current_ = buffer_of(std::move(unsent_.front()));
    unsent_.pop_front();
    lock.unlock();
    taken_.notify_one();
    StartWrite(&current_, how);
  } else if (end_) {
    finished_ = true;
    const grpc::Status status = grpc_status(*end_);
    lock.unlock();
    Finish(status);
  }
}

void MessageStream::OnWriteDone(bool ok) {
  std::unique_lock lock(mutex_);
  writing_ = false;
  if (!ok) return give_up(std::move(lock));
  go_on(std::move(lock));
}

void MessageStream::OnCancel() { give_up(std::unique_lock(mutex_)); }

void MessageStream::give_up(std::unique_lock<std::mutex> lock) {
  gone_ = true;
  unsent_.clear();
  unsent_bytes_ = 0;
  const std::shared_ptr<StreamCall> call = call_;
  const std::shared_ptr<MessageStream> keep = self_;
  go_on(std::move(lock));
  taken_.notify_all();
  if (call) call->cancel();
}

void MessageStream::OnDone() {
  active_.remove(this);
  std::shared_ptr<MessageStream> self;
  std::shared_ptr<StreamCall> call;
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
    gone_ = true;
    self = std::move(self_);
    call = std::move(call_);
  }
  taken_.notify_all();
}

}  // namespace clogs::api
