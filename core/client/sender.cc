#include "core/client/sender.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

namespace clogs::client {
namespace {

// 128 random bits: no two processes ever share a producer.
std::string new_producer(const std::function<uint64_t()>& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string producer;
  for (int half = 0; half < 2; ++half) {
    uint64_t bits = random();
    for (int i = 0; i < 16; ++i, bits >>= 4) producer.push_back(digits[bits & 15]);
  }
  return producer;
}

}  // namespace

Sender::Sender(const Options& options, std::string common, Intake& intake, send::Loop& loop,
               SenderEnvironment environment)
    : options_(options),
      intake_(intake),
      loop_(loop),
      environment_(std::move(environment)),
      backoff_{.initial = options.retry_initial, .max = options.retry_max},
      writer_(options.stream, std::move(common)),
      producer_(new_producer(environment_.random)),
      diagnostics_(options.diagnostics) {}

Sender::~Sender() = default;

void Sender::set_endpoints(const std::vector<send::Transport*>& endpoints) {
  const std::lock_guard lock(mutex_);
  endpoints_.clear();
  for (send::Transport* transport : endpoints) {
    endpoints_.emplace_back();
    endpoints_.back().transport = transport;
  }
}

void Sender::set_common(std::string common) {
  const std::lock_guard lock(mutex_);
  writer_ = BatchWriter(options_.stream, std::move(common));
}

send::TimePoint Sender::turn(send::TimePoint now, const pollfd* /*sockets*/, size_t /*count*/) {
  std::vector<Call> calls;
  send::TimePoint next = send::TimePoint::max();
  {
    const std::lock_guard lock(mutex_);
    thread_.store(std::this_thread::get_id());
    if (!closed_) work(now);
    if (!closed_) next = next_turn(now);
    calls.swap(calls_);
  }
  for (const Call& call : calls) {
    try {
      call();
    } catch (...) {  // what an application's hook throws is no trouble of delivery
      continue;
    }
  }
  return next;
}

void Sender::work(send::TimePoint now) {
  if (!std::exchange(begun_, true)) open_spool(now);
  take_answers(now);
  note_queue(now);
  expire(now);
  fill_and_send(now);
  flushes_.on_taken(front(), intake_.queue().records() == 0, sequence_);
  finish_flushes(now);
  if (!close_deadline_) return;
  const bool drained = outstanding_ == 0 && intake_.queue().records() == 0 && !report_due(now);
  if (drained || now >= *close_deadline_) shut_down(now);
}

void Sender::note_dropped_oldest() {
  const uint64_t dropped = intake_.dropped_oldest();
  flushes_.on_dropped_from_queue(dropped - std::exchange(dropped_oldest_seen_, dropped));
}

void Sender::note_queue(send::TimePoint now) {
  note_dropped_oldest();
  if (intake_.queue().records() == 0) {
    waiting_since_.reset();
  } else if (!waiting_since_) {
    waiting_since_ = now;
  }
}

void Sender::finish_flushes(send::TimePoint now) {
  for (Flushes::Finished& finished : flushes_.finish(now, front())) {
    calls_.emplace_back([done = std::move(finished.done), result = finished.result] {
      if (done) done(result);
    });
  }
}

uint64_t Sender::flush(send::TimePoint deadline, Flushes::Done done) {
  uint64_t name = 0;
  FlushResult after_close;
  {
    const std::lock_guard lock(mutex_);
    note_dropped_oldest();  // what went before is no loss of this flush
    if (!closed_) {
      name = flushes_.add(intake_.position(), outstanding_, deadline, std::move(done));
    } else {
      after_close = close_result_;
    }
  }
  if (name == 0) {
    // NOLINTNEXTLINE(bugprone-use-after-move): moved only where there is a name
    done(after_close);
  } else {
    loop_.wake();
  }
  return name;
}

bool Sender::withdraw(uint64_t flush, FlushResult& result) {
  const std::lock_guard lock(mutex_);
  return flushes_.withdraw(flush, front(), result);
}

void Sender::close(send::TimePoint deadline, Flushes::Done done) {
  {
    const std::lock_guard lock(mutex_);
    intake_.close();
    note_dropped_oldest();
    close_deadline_ = deadline;
    close_done_ = std::move(done);
    // Ends in shut_down() at the latest, which needs its result.
    close_flush_ = flushes_.add(intake_.position(), outstanding_, send::TimePoint::max(), nullptr);
    for (Endpoint& endpoint : endpoints_) {
      if (!endpoint.asked_to_wait) endpoint.not_before = send::TimePoint();
    }
  }
  loop_.wake();
}

void Sender::shut_down(send::TimePoint now) {
  for (const Flying& flying : batches_) {
    if (flying.batch.call) {
      endpoints_[static_cast<size_t>(flying.batch.at)].transport->cancel(*flying.batch.call);
    }
  }
  if (!flushes_.withdraw(close_flush_, front(), close_result_)) close_result_ = {.delivered = true};
  for (Flushes::Finished& finished : flushes_.finish_all(front())) {
    calls_.emplace_back([done = std::move(finished.done), result = finished.result] {
      if (done) done(result);
    });
  }
  spool_pause_ = send::TimePoint();
  if (spool_) fill_spool(now);
  drop_queue();
  for (const Flying& flying : batches_) {
    if (flying.batch.position) continue;
    lost_.shutdown += flying.batch.records;
    outstanding_ -= flying.batch.records;
  }
  batches_.clear();
  if (spool_) {
    spool_at_close_ = spool_->stats();
    spool_.reset();  // another process may adopt it from here on
  }
  closed_ = true;
  calls_.emplace_back([done = std::move(close_done_), result = close_result_] { done(result); });
}

void Sender::drop_queue() {
  constexpr size_t piece_bytes = size_t{1} << 20;
  std::string gone;
  while (const size_t taken = intake_.queue().take(SIZE_MAX, piece_bytes, gone)) {
    taken_ += taken;
    lost_.shutdown += taken;
    gone.clear();
  }
}

Sender::Lost Sender::all_lost() const {
  Lost lost = lost_;
  const Intake::Counts counts = intake_.counts();
  lost.queue_full += counts.queue_full;
  lost.too_large += counts.too_large;
  return lost;
}

Stats Sender::stats() const {
  const std::lock_guard lock(mutex_);
  const Intake::Counts counts = intake_.counts();
  const queue::SpoolStats spool = spool_ ? spool_->stats() : spool_at_close_;
  Stats stats;
  stats.submitted = counts.submitted + reports_;
  stats.accepted = counts.accepted + reports_;
  stats.adopted = adopted_;
  stats.sent = sent_;
  stats.rejected = rejected_;
  stats.retried = retried_;
  stats.dropped_queue_full = counts.queue_full;
  stats.dropped_too_large = counts.too_large + lost_.too_large;
  stats.dropped_expired = lost_.expired;
  stats.dropped_spool_full = lost_.spool_full;
  stats.dropped_damaged = lost_.damaged;
  stats.dropped_closed = counts.closed;
  stats.dropped_shutdown = lost_.shutdown;
  stats.dropped_before_send = counts.before_send;
  stats.dropped_malformed = counts.malformed;
  stats.queue_records = counts.accepted - taken_ - counts.dropped_oldest;
  stats.queue_bytes = intake_.queue().bytes();
  stats.spool_records = std::min(spool.records, outstanding_);
  stats.spool_bytes = spool.bytes;
  stats.in_flight_records = outstanding_ - stats.spool_records;
  stats.last_success_unix_nanos = last_success_unix_nanos_;
  stats.last_error = last_error_;
  return stats;
}

void Sender::fail(Notice kind, const Status& status, std::string_view where, send::TimePoint now) {
  constexpr std::chrono::seconds on_error_interval{1};
  last_error_ = where.empty() ? status.to_string() : std::string(where) + ": " + status.to_string();
  say(kind, last_error_, now);
  if (!options_.on_error) return;
  if (last_on_error_ && now - *last_on_error_ < on_error_interval) return;
  last_on_error_ = now;
  calls_.emplace_back([this, trouble = where.empty() ? status : status.with_context(where)] {
    options_.on_error(trouble);
  });
}

void Sender::say(Notice kind, std::string_view text, send::TimePoint now) {
  std::optional<std::string> line = diagnostics_.line(kind, text, now);
  if (!line || !environment_.write_line) return;
  calls_.emplace_back([this, line = std::move(*line)] { environment_.write_line(line); });
}

void Sender::lock_for_fork() noexcept { mutex_.lock(); }
void Sender::unlock_after_fork() noexcept { mutex_.unlock(); }

void Sender::reset_in_child() noexcept {
  std::construct_at(&mutex_);
  thread_.store(std::thread::id());
  for (Endpoint& endpoint : endpoints_) {
    send::Transport* transport = endpoint.transport;
    endpoint = Endpoint();
    endpoint.transport = transport;
  }
  current_ = 0;
  producer_ = new_producer(environment_.random);
  sequence_ = 0;
  begun_ = false;
  batches_.clear();
  answers_.clear();
  calls_.clear();
  spool_.reset();
  spool_at_close_ = {};
  spool_pause_ = send::TimePoint();
  cursor_.reset();
  spool_has_more_ = false;
  spool_losses_seen_ = 0;
  taken_ = outstanding_ = adopted_ = reports_ = sent_ = rejected_ = retried_ = 0;
  lost_ = Lost();
  dropped_oldest_seen_ = reported_losses_ = 0;
  last_report_.reset();
  way_is_clear_ = false;
  last_success_unix_nanos_ = 0;
  last_error_.clear();
  waiting_since_.reset();
  flushes_.clear();
}

}  // namespace clogs::client
