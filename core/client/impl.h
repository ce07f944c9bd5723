// What the handles of one client share.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/client.h"
#include "core/client/intake.h"
#include "core/client/sender.h"
#include "core/encode/admission.h"
#include "core/send/fork.h"
#include "core/send/thread_loop.h"
#include "core/send/transport.h"

namespace clogs {

using Transports = std::vector<std::unique_ptr<send::Transport>>;
// Makes one transport an endpoint, on the first record; nothing is opened before a call.
using TransportFactory = std::function<Transports(send::Loop& loop, const Options& options)>;

// Over HTTP/2 to each of Options::endpoint.
TransportFactory http2_transports();

struct Client::Impl final : send::ForkParticipant {
  Impl(Options options, TransportFactory factory);
  // Closes, unless that was done. Not on the client's own thread: see make().
  ~Impl() override;

  // Its last handle may end in a callback of its own, on the thread that it has to join: another
  // thread then does that.
  static std::shared_ptr<Impl> make(Options options, TransportFactory factory);

  bool submit(std::string_view record) noexcept;
  FlushResult flush(std::chrono::nanoseconds timeout);
  void flush_async(std::chrono::nanoseconds timeout, std::function<void(FlushResult)> done);
  FlushResult close(std::chrono::nanoseconds timeout);
  Stats stats() const;
  // A streaming call to the first endpoint that is not known to be down. Failure: the client is
  // closed, or off.
  Result<std::unique_ptr<send::MessageStream>> open(send::Request request);

  // Locks of rank `client`. The queue has a rank of its own.
  void lock_for_fork() noexcept override;
  void unlock_after_fork() noexcept override;
  void reset_in_child() noexcept override;

  const Options options;

 private:
  struct QueueAtFork final : send::ForkParticipant {
    explicit QueueAtFork(client::Intake& the_intake) : intake(the_intake) {}
    void lock_for_fork() noexcept override { intake.queue().lock_for_fork(); }
    void unlock_after_fork() noexcept override { intake.queue().unlock_after_fork(); }
    void reset_in_child() noexcept override { intake.reset_in_child(); }
    client::Intake& intake;
  };
  enum class Life : uint8_t { open, closed };

  // The end of close(), for those who wait for it.
  struct Ending {
    std::mutex mutex;
    std::condition_variable over;
    std::optional<FlushResult> result;
  };

  void start();
  void begin_close(std::chrono::nanoseconds timeout);
  void stop_thread();
  bool run_hook(std::string_view& record, std::string& mended) noexcept;
  void count(const encode::Mended& mended) noexcept;

  const TransportFactory factory_;
  const encode::Admission admission_;
  send::ThreadLoop loop_;
  client::Intake intake_;
  client::Sender sender_;

  std::mutex mutex_;  // of what follows
  Transports transports_;
  bool in_loop_ = false;  // the sender
  Life life_ = Life::open;
  std::shared_ptr<Ending> ending_;  // once close() began with a thread that runs

  std::atomic<bool> active_{false};  // a record or a query came in this process
  std::array<std::atomic<uint64_t>, 5> mended_{};

  QueueAtFork queue_at_fork_{intake_};
  send::ForkRegistration fork_queue_{&queue_at_fork_, send::ForkRank::queue};
  send::ForkRegistration fork_{this, send::ForkRank::client};
};

}  // namespace clogs
