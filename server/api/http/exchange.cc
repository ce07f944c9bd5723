#include "server/api/http/exchange.h"

#include <utility>

namespace clogs::api {

Exchange::Exchange(Request asked, std::shared_ptr<Waker> waker, std::weak_ptr<void> connection,
                   size_t buffer_bytes)
    : request(std::move(asked)),
      waker_(std::move(waker)),
      connection_(std::move(connection)),
      buffer_bytes_(buffer_bytes) {}

void Exchange::signal() { waker_->wake(shared_from_this()); }

void Exchange::respond(Answer answer) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    outgoing_.whole = std::move(answer);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

void Exchange::begin(Answer head) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    outgoing_.head = std::move(head);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

Status Exchange::write(std::string_view bytes) {
  bool wake = false;
  {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [this] { return gone_ || outgoing_.data.size() < buffer_bytes_; });
    if (gone_) return Status(Code::cancelled, "The client went away");
    outgoing_.data.append(bytes);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
  return ok_status();
}

Exchange::Offer Exchange::offer(std::string_view bytes, size_t limit_bytes) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (gone_) return Offer::gone;
    const size_t pending = outgoing_.data.size();
    if (pending > 0 && pending + bytes.size() > limit_bytes) return Offer::full;
    outgoing_.data.append(bytes);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
  return Offer::taken;
}

void Exchange::finish(std::string trailers) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    outgoing_.finished = true;
    outgoing_.trailers = std::move(trailers);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

void Exchange::abort() {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    outgoing_.aborted = true;
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

void Exchange::on_gone(std::function<void()> call_back) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      on_gone_ = std::move(call_back);
      return;
    }
  }
  call_back();
}

bool Exchange::gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

Outgoing Exchange::take() {
  Outgoing out;
  {
    const std::lock_guard lock(mutex_);
    out = std::exchange(outgoing_, Outgoing());
    waiting_ = out.empty();
  }
  if (!out.data.empty()) space_.notify_all();
  return out;
}

void Exchange::leave() {
  std::function<void()> call_back;
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    waiting_ = false;
    call_back = std::exchange(on_gone_, nullptr);
  }
  space_.notify_all();
  if (call_back) call_back();
}

}  // namespace clogs::api
