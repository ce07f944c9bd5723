#include "server/api/http/exchange.h"

#include <utility>

namespace clogs::api {
namespace {

// A whole answer below this fits into a packet or two as it is.
constexpr size_t encode_min_bytes = size_t{1} << 10;
constexpr std::string_view vary_field = "Vary: Accept-Encoding\r\n";

std::string encoding_field(Coding coding) {
  return "Content-Encoding: " + std::string(coding_name(coding)) + "\r\n";
}

}  // namespace

Exchange::Exchange(Request asked, std::shared_ptr<Waker> waker, std::weak_ptr<void> connection,
                   size_t buffer_bytes)
    : request(std::move(asked)),
      waker_(std::move(waker)),
      connection_(std::move(connection)),
      buffer_bytes_(buffer_bytes) {}

void Exchange::signal() { waker_->wake(shared_from_this()); }

void Exchange::encode_whole(Answer& answer) const {
  if (negotiated) answer.fields.append(vary_field);
  if (coding == Coding::identity || answer.text().size() < encode_min_bytes) return;
  const std::unique_ptr<Encoder> encoder = make_encoder(coding);
  std::string encoded;
  if (encoder == nullptr || !encoder->feed(answer.text(), encoded).ok() ||
      !encoder->finish(encoded).ok() || encoded.size() >= answer.text().size()) {
    return;
  }
  answer.body = std::move(encoded);
  answer.fields.append(encoding_field(coding));
}

void Exchange::respond(Answer answer) {
  encode_whole(answer);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    outgoing_.whole = std::move(answer);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

void Exchange::begin(Answer head) {
  if (negotiated) head.fields.append(vary_field);
  encoder_ = make_encoder(coding);
  if (encoder_ != nullptr) head.fields.append(encoding_field(coding));
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    outgoing_.head = std::move(head);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
}

Status Exchange::write(std::string_view bytes) {
  std::string encoded;
  if (encoder_ != nullptr) {
    CLOGS_RETURN_IF_ERROR(encoder_->feed(bytes, encoded));
    bytes = encoded;
  }
  bool wake = false;
  {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [this] { return gone_ || ended_ || outgoing_.data.size() < buffer_bytes_; });
    if (gone_) return Status(Code::cancelled, "The client went away");
    if (ended_) return Status(Code::cancelled, "The answer has ended");
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
    if (gone_ || ended_) return Offer::gone;
    const size_t pending = outgoing_.data.size();
    if (pending > 0 && pending + bytes.size() > limit_bytes) return Offer::full;
    outgoing_.data.append(bytes);
    wake = std::exchange(waiting_, false);
  }
  if (wake) signal();
  return Offer::taken;
}

void Exchange::finish(std::string trailers) {
  std::string last;
  if (encoder_ != nullptr && !encoder_->finish(last).ok()) return abort();
  finish_with(last, std::move(trailers));
}

void Exchange::finish_with(std::string_view last, std::string trailers) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    outgoing_.data.append(last);
    outgoing_.finished = true;
    outgoing_.trailers = std::move(trailers);
    wake = std::exchange(waiting_, false);
  }
  space_.notify_all();
  if (wake) signal();
}

void Exchange::abort() {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    outgoing_.aborted = true;
    wake = std::exchange(waiting_, false);
  }
  space_.notify_all();
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
