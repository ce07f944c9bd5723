#include "core/testing/memory_transport.h"

#include <algorithm>
#include <utility>

namespace clogs::testing {
namespace {

class NoStream final : public send::MessageStream {
 public:
  Result<bool> next(std::string& /*message*/, send::TimePoint /*until*/) override {
    return unimplemented("the test server keeps records and answers no queries");
  }
  void cancel() noexcept override {}
};

}  // namespace

MemoryTransport::MemoryTransport(send::Loop& loop, Answer answer)
    : loop_(loop), answer_(std::move(answer)) {
  loop_.add(this);
}

MemoryTransport::~MemoryTransport() { loop_.remove(this); }

send::Transport::CallId MemoryTransport::start(send::Request request, Done done) {
  CallId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_call_;
    calls_.push_back({id, std::move(request), std::move(done)});
  }
  loop_.wake();
  return id;
}

void MemoryTransport::cancel(CallId call) {
  {
    const std::lock_guard lock(mutex_);
    for (Call& open : calls_) {
      if (open.id == call) open.cancelled = true;
    }
  }
  loop_.wake();
}

std::unique_ptr<send::MessageStream> MemoryTransport::open(send::Request /*request*/) {
  return std::make_unique<NoStream>();
}

send::TimePoint MemoryTransport::turn(send::TimePoint now, const pollfd* /*sockets*/,
                                      size_t /*count*/) {
  std::vector<std::pair<Done, send::Outcome>> answered;
  send::TimePoint next = send::TimePoint::max();
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(calls_, [&](Call& call) {
      send::Outcome outcome;
      outcome.by_transport = true;
      if (call.cancelled) {
        outcome.status = Status(Code::cancelled, "the call was cancelled");
      } else if (now >= call.request.deadline) {
        outcome.status = Status(Code::deadline_exceeded, "no answer in time");
      } else {
        outcome.by_transport = false;
        if (!answer_(call.request, outcome)) {
          next = std::min(next, call.request.deadline);
          return false;
        }
      }
      answered.emplace_back(std::move(call.done), std::move(outcome));
      return true;
    });
  }
  for (auto& [done, outcome] : answered) done(std::move(outcome));
  return next;
}

void MemoryTransport::reset_in_child() noexcept {
  std::construct_at(&mutex_);
  calls_.clear();
}

}  // namespace clogs::testing
