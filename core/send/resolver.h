// Names to addresses, on a helper thread: getaddrinfo() blocks for as long as the DNS takes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "clogs/result.h"
#include "core/send/address.h"

namespace clogs::send {

// One lookup at a time. Everything but the helper runs under its owner's lock.
class Resolver {
 public:
  // Blocking; runs on the helper thread. Tests give their own.
  using Answer = Result<std::vector<Address>>;
  using Lookup = std::function<Answer(const std::string& host, uint16_t port)>;
  static Answer ask_system(const std::string& host, uint16_t port);

  // `wake` runs on the helper thread when there is an answer.
  explicit Resolver(std::function<void()> wake, Lookup lookup = &ask_system);
  ~Resolver() { abandon(); }

  // Addresses and localhost are answered at once, without the helper.
  void start(const std::string& host, uint16_t port);
  // The answer, once, when it is there.
  std::optional<Answer> poll();
  // The answer is not wanted any more. A helper inside getaddrinfo(), which nothing can interrupt,
  // is left to finish by itself: it owns all that it touches, and `wake` is not called.
  void abandon() noexcept;

  void lock_for_fork() noexcept;
  void unlock_after_fork() noexcept;
  void reset_in_child() noexcept;

 private:
  struct Question;
  std::function<void()> wake_;
  Lookup lookup_;
  std::optional<Answer> known_;
  std::shared_ptr<Question> question_;
  std::thread helper_;
};

}  // namespace clogs::send
