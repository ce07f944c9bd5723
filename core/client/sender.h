// Takes records from the queue, makes batches of them and sees each one to its end: acknowledged,
// refused, or lost for a reason that is counted.
//
// A passive state machine: the loop gives it turns, transports give it outcomes, and the clock, the
// randomness and the disk come from outside; so a test can play any history.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "clogs/options.h"
#include "clogs/stats.h"
#include "core/client/batch.h"
#include "core/client/diagnostics.h"
#include "core/client/flushes.h"
#include "core/client/intake.h"
#include "core/client/retry.h"
#include "core/queue/spool.h"
#include "core/send/fork.h"
#include "core/send/loop.h"
#include "core/send/transport.h"

namespace clogs::client {

struct SenderEnvironment {
  std::function<uint64_t()> random;     // 64 random bits
  std::function<int64_t()> unix_nanos;  // wall clock
  // A line for standard error, '\n' included.
  std::function<void(std::string_view)> write_line;
  // Called once a process where on_full is spool, on the loop's thread.
  std::function<Result<std::unique_ptr<queue::Spool>>()> open_spool;
};

class Sender final : public send::Task, public send::ForkParticipant {
 public:
  // The references outlive the sender. `common`: keys of every record (batch.h).
  Sender(const Options& options, std::string common, Intake& intake, send::Loop& loop,
         SenderEnvironment environment);
  ~Sender() override;

  // Once, before the first turn. The transports outlive the sender's last turn and are gone before
  // the sender.
  void set_endpoints(const std::vector<send::Transport*>& endpoints);

  send::TimePoint turn(send::TimePoint now, const pollfd* sockets, size_t count) override;

  // All of these: any thread.
  //
  // `done` runs on the loop's thread with no lock held; here, with what close() left, if the sender
  // is closed. Returns the flush's name, 0 after close().
  uint64_t flush(send::TimePoint deadline, Flushes::Done done);
  // Ends a flush before its deadline; false: `done` has run or is about to.
  bool withdraw(uint64_t flush, FlushResult& result);
  // Takes no record any more, drains until `deadline`, then counts or spools what is left. `done`
  // is the sender's last word.
  void close(send::TimePoint deadline, Flushes::Done done);
  Stats stats() const;

  void lock_for_fork() noexcept override;
  void unlock_after_fork() noexcept override;
  // A new client: empty, with a new producer. What the parent had is the parent's.
  void reset_in_child() noexcept override;
  // Whether the caller is one of the functions that the sender called.
  bool on_own_thread() const noexcept { return thread_.load() == std::this_thread::get_id(); }
  // The child's, whose process has another number.
  void set_common(std::string common);

  // Waits between two "N records dropped" records, so that a busy client does not report itself.
  static constexpr std::chrono::seconds report_interval{10};

 private:
  struct Endpoint {
    send::Transport* transport = nullptr;
    bool away = false;           // one call at a time, a probe, until one is answered
    bool asked_to_wait = false;  // `not_before` is the server's word
    unsigned failures = 0;
    send::TimePoint not_before;
    send::TimePoint away_since;
    uint64_t in_flight = 0;
  };
  struct Lost {               // records, by reason
    uint64_t queue_full = 0;  // only in all_lost()
    uint64_t too_large = 0;
    uint64_t expired = 0;
    uint64_t spool_full = 0;
    uint64_t damaged = 0;
    uint64_t shutdown = 0;
    uint64_t total() const {
      return queue_full + too_large + expired + spool_full + damaged + shutdown;
    }
  };
  struct Answer {
    uint64_t key = 0;
    send::Outcome outcome;
  };
  struct Flying {
    uint64_t key = 0;
    send::TimePoint since;
    Batch batch;
  };
  using Call = std::function<void()>;

  void work(send::TimePoint now);
  void note_queue(send::TimePoint now);
  void note_dropped_oldest();

  // Outcomes.
  void take_answers(send::TimePoint now);
  void settle(size_t index, send::Outcome& outcome, send::TimePoint now);
  void note_endpoint(Endpoint& endpoint, const Flying& flying, Verdict verdict,
                     const send::Outcome& outcome, send::TimePoint now);
  void retry_later(size_t index, Verdict verdict, const send::Outcome& outcome,
                   send::TimePoint now);
  void stored(size_t index, const send::Outcome& outcome, send::TimePoint now);
  void refuse(size_t index, const Status& why, send::TimePoint now);
  void split(size_t index, const Status& why, send::TimePoint now);
  void renumber(size_t index, const Status& why, send::TimePoint now);
  void expire(send::TimePoint now);
  // The batch's end: `lost` of its records are counted by the caller.
  void resolve(size_t index, uint64_t lost);

  // Batches.
  void fill_and_send(send::TimePoint now);
  bool send_waiting(send::TimePoint now);
  bool wants_batch(send::TimePoint now) const;
  bool report_due(send::TimePoint now) const;
  bool has_room() const;
  std::optional<Batch> form(send::TimePoint now);
  // A record that says how many were lost since the last one.
  void put_report(std::string& message, send::TimePoint now);
  std::optional<Batch> rewrite(const Batch& old, std::string_view records, uint64_t count);
  queue::BatchId next_id();
  int endpoint_for(const Batch& batch, send::TimePoint now);
  bool may_send(const Endpoint& endpoint, send::TimePoint now) const;
  void hold(Batch batch);
  std::shared_ptr<const std::string> wire_message(Batch& batch, send::TimePoint now);
  void launch(Flying& flying, int endpoint, send::TimePoint now);

  // The spool.
  void open_spool(send::TimePoint now);
  // False: the batch stays in memory.
  bool append(Batch& batch, send::TimePoint now);
  bool spool_takes_more(send::TimePoint now);
  void fill_spool(send::TimePoint now);
  bool load(send::TimePoint now);
  bool is_too_old(const queue::SpooledBatch& batch) const;
  int endpoint_of(const queue::SpooledBatch& batch) const;
  void note_spool_losses(send::TimePoint now);
  void note_damage(send::TimePoint now);
  void count_spool_loss(uint64_t& reason, uint64_t records);

  // The end.
  void shut_down(send::TimePoint now);
  void drop_queue();

  void fail(Notice kind, const Status& status, std::string_view where, send::TimePoint now);
  void say(Notice kind, std::string_view text, send::TimePoint now);
  void finish_flushes(send::TimePoint now);
  uint64_t front() const { return taken_ + intake_.dropped_oldest(); }
  Lost all_lost() const;
  send::TimePoint next_turn(send::TimePoint now) const;

  const Options& options_;
  Intake& intake_;
  send::Loop& loop_;
  const SenderEnvironment environment_;
  const Backoff backoff_;
  std::atomic<std::thread::id> thread_{};  // of the turns

  mutable std::mutex mutex_;
  // Guarded by mutex_ from here on.
  std::vector<Endpoint> endpoints_;
  size_t current_ = 0;  // where batches go that are bound to no endpoint
  BatchWriter writer_;
  std::string producer_;
  uint64_t sequence_ = 0;
  bool begun_ = false;

  std::vector<Flying> batches_;  // in memory: those that wait first come first
  uint64_t last_key_ = 0;
  std::vector<Answer> answers_;
  std::vector<Call> calls_;  // to make when the lock is free

  std::unique_ptr<queue::Spool> spool_;
  std::optional<queue::SpoolPosition> cursor_;  // of the last batch that came out of the spool
  bool spool_has_more_ = false;                 // behind the cursor
  uint64_t spool_losses_seen_ = 0;
  send::TimePoint spool_pause_;  // after a failed append
  queue::SpoolStats spool_at_close_;

  uint64_t taken_ = 0;        // from the queue
  uint64_t outstanding_ = 0;  // records out of the queue, or adopted, without an end
  uint64_t adopted_ = 0;
  uint64_t reports_ = 0;  // records that the sender wrote itself
  uint64_t sent_ = 0;
  uint64_t rejected_ = 0;
  uint64_t retried_ = 0;
  Lost lost_;
  uint64_t dropped_oldest_seen_ = 0;
  uint64_t reported_losses_ = 0;
  std::optional<send::TimePoint> last_report_;
  bool way_is_clear_ = false;  // the last answer was an acknowledgement
  int64_t last_success_unix_nanos_ = 0;
  std::string last_error_;
  std::optional<send::TimePoint> last_on_error_;
  DiagnosticLines diagnostics_;

  std::optional<send::TimePoint> waiting_since_;  // records in the queue
  Flushes flushes_;
  std::optional<send::TimePoint> close_deadline_;
  Flushes::Done close_done_;
  uint64_t close_flush_ = 0;
  FlushResult close_result_;
  bool closed_ = false;
};

}  // namespace clogs::client
