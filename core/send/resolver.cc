#include "core/send/resolver.h"

#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

#include <netdb.h>

#include "core/send/thread.h"

namespace clogs::send {

// Shared by the owner and the helper.
struct Resolver::Question {
  std::mutex mutex;
  std::function<void()> wake;  // null: abandoned
  std::optional<Result<std::vector<Address>>> answer;
};

Result<std::vector<Address>> Resolver::ask_system(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return unavailable("Cannot resolve '" + host + "': " + ::gai_strerror(error));
  std::vector<Address> out;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
    Address address;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    out.push_back(address);
  }
  ::freeaddrinfo(found);
  if (out.empty()) return unavailable("'" + host + "' has no address");
  return out;
}

Resolver::Resolver(std::function<void()> wake, Lookup lookup)
    : wake_(std::move(wake)), lookup_(std::move(lookup)) {}

void Resolver::start(const std::string& host, uint16_t port) {
  abandon();
  if (auto addresses = known_addresses(host, port); !addresses.empty()) {
    known_ = std::move(addresses);
    return;
  }
  question_ = std::make_shared<Question>();
  question_->wake = wake_;
  auto started = start_thread("clogs-dns", [question = question_, lookup = lookup_, host, port] {
    auto answer = lookup(host, port);
    const std::lock_guard lock(question->mutex);
    question->answer = std::move(answer);
    if (question->wake) question->wake();
  });
  if (started.ok()) {
    helper_ = std::move(*started);
  } else {
    question_.reset();
    known_ = started.status();
  }
}

std::optional<Result<std::vector<Address>>> Resolver::poll() {
  if (known_) return std::exchange(known_, std::nullopt);
  if (!question_) return std::nullopt;
  {
    const std::lock_guard lock(question_->mutex);
    if (!question_->answer) return std::nullopt;
  }
  helper_.join();
  const auto question = std::exchange(question_, nullptr);
  return std::move(question->answer);
}

void Resolver::abandon() noexcept {
  known_.reset();
  if (!question_) return;
  bool over = false;
  {
    const std::lock_guard lock(question_->mutex);
    question_->wake = nullptr;
    over = question_->answer.has_value();
  }
  question_.reset();
  if (over) {
    helper_.join();
  } else {
    helper_.detach();  // tidy-ok: it cannot be interrupted, and owns all that it touches
  }
}

void Resolver::lock_for_fork() noexcept {
  if (question_) question_->mutex.lock();
}

void Resolver::unlock_after_fork() noexcept {
  if (question_) question_->mutex.unlock();
}

void Resolver::reset_in_child() noexcept {
  known_.reset();
  std::construct_at(&helper_);
  // The helper's own share of the question is never given back in the child; nothing is destroyed.
  question_.reset();
}

}  // namespace clogs::send
