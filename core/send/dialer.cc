#include "core/send/dialer.h"

#include <utility>

namespace clogs::send {
namespace {

// The recommended time before the next address is tried beside one that does not answer.
constexpr std::chrono::milliseconds attempt_delay{250};

}  // namespace

Dialer::Dialer(std::vector<Address> addresses) : addresses_(std::move(addresses)) {
  interleave_families(addresses_);
}

void Dialer::watch(std::vector<pollfd>& sockets) const {
  for (const Attempt& attempt : attempts_) {
    sockets.push_back(pollfd{attempt.socket.fd(), POLLOUT, 0});
  }
}

void Dialer::note(const std::string& problem) {
  if (!problem_.empty()) problem_ += "; ";
  problem_ += problem;
}

void Dialer::begin_attempt(TimePoint now) {
  const Address& address = addresses_[tried_++];
  auto socket = Socket::connect(address);
  if (!socket.ok()) {
    note(socket.status().message());
    return;
  }
  attempts_.push_back(Attempt{std::move(*socket), address.text()});
  next_attempt_ = now + attempt_delay;
}

Dialer::State Dialer::turn(TimePoint now, const Polled& polled) {
  for (size_t i = 0; i < attempts_.size();) {
    Attempt& attempt = attempts_[i];
    if (polled.events(attempt.socket.fd()) == 0) {
      ++i;
      continue;
    }
    const Status status = attempt.socket.connected();
    if (status.ok()) {
      winner_ = std::move(attempt.socket);
      attempts_.clear();
      return State::connected;
    }
    note(attempt.address + ": " + status.message());
    attempts_.erase(attempts_.begin() + static_cast<ptrdiff_t>(i));
  }
  while (tried_ < addresses_.size() && (attempts_.empty() || now >= next_attempt_)) {
    begin_attempt(now);
  }
  return attempts_.empty() ? State::failed : State::dialing;
}

TimePoint Dialer::next_turn() const {
  return tried_ < addresses_.size() ? next_attempt_ : TimePoint::max();
}

}  // namespace clogs::send
