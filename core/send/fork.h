// What happens to the client when the process forks. Before: every lock of the client is taken, in
// one order, so that no structure is half changed. Parent: they are released. Child: each part
// makes its locks anew and starts empty; its thread does not exist there and starts with the next
// wake().
#pragma once

#include <cstdint>

namespace clogs::send {

class ForkParticipant {
 public:
  virtual ~ForkParticipant() = default;
  virtual void lock_for_fork() noexcept = 0;
  virtual void unlock_after_fork() noexcept = 0;
  // Makes locks and condition variables anew in place, without destroying the old ones: their
  // owners and waiters do not exist in the child. The only thread of the child calls it.
  virtual void reset_in_child() noexcept = 0;
};

// The order in which locks are taken, in fork() and everywhere else: a thread that holds a lock
// takes only those of a later rank.
enum class ForkRank : uint8_t { client, transport, loop, queue };

// While it lives, `participant` takes part in every fork of the process. Made and destroyed with no
// lock of a participant held. Children are reset in the reverse order, the queue first.
class ForkRegistration {
 public:
  ForkRegistration(ForkParticipant* participant, ForkRank rank);
  ForkRegistration(const ForkRegistration&) = delete;
  ForkRegistration& operator=(const ForkRegistration&) = delete;
  ~ForkRegistration();

 private:
  ForkParticipant* participant_;
};

}  // namespace clogs::send
