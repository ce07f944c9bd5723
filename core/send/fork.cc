#include "core/send/fork.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include <pthread.h>

namespace clogs::send {
namespace {

// Process-wide because fork() is: its handlers get no argument. Never destroyed, since the process
// may fork while its static objects are torn down.
class Registry {
 public:
  static Registry& get() {
    static Registry* const registry = std::make_unique<Registry>().release();
    return *registry;
  }

  Registry() { pthread_atfork(&before, &in_parent, &in_child); }

  void add(ForkParticipant* participant, ForkRank rank) {
    const std::lock_guard lock(mutex_);
    const auto behind = std::find_if(entries_.begin(), entries_.end(),
                                     [&](const Entry& entry) { return entry.rank > rank; });
    entries_.insert(behind, Entry{participant, rank});
  }

  void remove(ForkParticipant* participant) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& entry) { return entry.participant == participant; });
  }

 private:
  struct Entry {
    ForkParticipant* participant;
    ForkRank rank;
  };

  static void before() {
    Registry& self = get();
    self.mutex_.lock();
    for (const Entry& entry : self.entries_) entry.participant->lock_for_fork();
  }

  static void in_parent() {
    Registry& self = get();
    for (auto it = self.entries_.rbegin(); it != self.entries_.rend(); ++it) {
      it->participant->unlock_after_fork();
    }
    self.mutex_.unlock();
  }

  static void in_child() {
    Registry& self = get();
    for (auto it = self.entries_.rbegin(); it != self.entries_.rend(); ++it) {
      it->participant->reset_in_child();
    }
    std::construct_at(&self.mutex_);
  }

  std::mutex mutex_;
  std::vector<Entry> entries_;  // by rank
};

}  // namespace

ForkRegistration::ForkRegistration(ForkParticipant* participant, ForkRank rank)
    : participant_(participant) {
  Registry::get().add(participant, rank);
}

ForkRegistration::~ForkRegistration() { Registry::get().remove(participant_); }

}  // namespace clogs::send
