#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "clogs/client.h"
#include "core/send/fork.h"

namespace clogs {
namespace {

// Process-wide because that is what a default is. Its end closes the client.
class Default final : send::ForkParticipant {
 public:
  static Default& get() {
    static Default instance;
    return instance;
  }

  Client client() {
    {
      const std::lock_guard lock(mutex_);
      if (client_) return *client_;
    }
    Client made;  // outside the lock: a client takes part in forks too
    const std::lock_guard lock(mutex_);
    if (!client_) client_ = made;
    return *client_;
  }

  void set(const Client& client) {
    std::optional<Client> old(client);
    {
      const std::lock_guard lock(mutex_);
      client_.swap(old);
    }  // the old one may close here, which takes time and locks
  }

 private:
  void lock_for_fork() noexcept override { mutex_.lock(); }
  void unlock_after_fork() noexcept override { mutex_.unlock(); }
  void reset_in_child() noexcept override { std::construct_at(&mutex_); }

  std::mutex mutex_;
  std::optional<Client> client_;
  send::ForkRegistration fork_{this, send::ForkRank::client};
};

}  // namespace

Client default_client() { return Default::get().client(); }
void set_default_client(const Client& client) { Default::get().set(client); }

}  // namespace clogs
