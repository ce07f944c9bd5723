// Connects to the first of several addresses that answers (RFC 8305, "happy eyeballs").
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/send/loop.h"
#include "core/send/polled.h"
#include "core/send/socket.h"

namespace clogs::send {

class Dialer {
 public:
  enum class State : uint8_t { dialing, connected, failed };

  // In the order of preference; not empty.
  explicit Dialer(std::vector<Address> addresses);

  void watch(std::vector<pollfd>& sockets) const;
  State turn(TimePoint now, const Polled& polled);
  // When the next attempt begins if none has succeeded.
  TimePoint next_turn() const;

  Socket take_socket() { return std::move(winner_); }
  // "127.0.0.1: Connection refused", of all attempts so far.
  const std::string& problem() const { return problem_; }
  // The address that was tried last.
  std::string trying() const { return addresses_[tried_ == 0 ? 0 : tried_ - 1].text(); }

 private:
  struct Attempt {
    Socket socket;
    std::string address;
  };

  void begin_attempt(TimePoint now);
  void note(const std::string& problem);

  std::vector<Address> addresses_;
  size_t tried_ = 0;
  TimePoint next_attempt_ = TimePoint::min();
  std::vector<Attempt> attempts_;
  Socket winner_;
  std::string problem_;
};

}  // namespace clogs::send
