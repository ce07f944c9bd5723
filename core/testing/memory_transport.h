// The transport to a server in memory: calls are answered on the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/send/fork.h"
#include "core/send/transport.h"

namespace clogs::testing {

class MemoryTransport final : public send::Transport,
                              private send::Task,
                              private send::ForkParticipant {
 public:
  // Answers an Ingest call, or says false to be asked again in the next turn. On the loop's thread.
  using Answer = std::function<bool(const send::Request& request, send::Outcome& outcome)>;

  MemoryTransport(send::Loop& loop, Answer answer);
  ~MemoryTransport() override;

  CallId start(send::Request request, Done done) override;
  void cancel(CallId call) override;
  // Only records are kept here: the stream fails as unimplemented.
  std::unique_ptr<send::MessageStream> open(send::Request request) override;
  send::ConnectionState state() const override { return send::ConnectionState::ready; }
  const std::string& endpoint() const override { return endpoint_; }

 private:
  struct Call {
    CallId id = 0;
    send::Request request;
    Done done;
    bool cancelled = false;
  };

  send::TimePoint turn(send::TimePoint now, const pollfd* sockets, size_t count) override;
  void lock_for_fork() noexcept override { mutex_.lock(); }
  void unlock_after_fork() noexcept override { mutex_.unlock(); }
  void reset_in_child() noexcept override;

  send::Loop& loop_;
  const Answer answer_;
  const std::string endpoint_ = "memory";
  std::mutex mutex_;
  std::vector<Call> calls_;  // guarded by mutex_
  CallId last_call_ = 0;
  send::ForkRegistration fork_{this, send::ForkRank::transport};
};

}  // namespace clogs::testing
