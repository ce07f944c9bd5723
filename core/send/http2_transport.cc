#include "core/send/http2_transport.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/send/call.h"
#include "core/send/connection.h"
#include "core/send/fork.h"
#include "core/send/message_stream.h"

namespace clogs::send {
namespace {

// Other threads speak to the loop's thread through the inbox alone. `io_mutex_` is held while the
// loop's thread works and dropped before callbacks run, so that fork() finds whole structures.
// Lock order: io_mutex_, resolver's, inbox's, loop's.
class Http2Transport final : public Transport, private Task, private ForkParticipant {
 public:
  Http2Transport(Loop& loop, Http2Options options);
  ~Http2Transport() override;

  CallId start(Request request, Done done) override;
  void cancel(CallId call) override;
  std::unique_ptr<MessageStream> open(Request request) override;
  ConnectionState state() const override { return state_.load(std::memory_order_relaxed); }
  const std::string& endpoint() const override { return endpoint_; }

 private:
  using Finished = std::pair<Done, Outcome>;

  void watch(std::vector<pollfd>& sockets) override;
  TimePoint turn(TimePoint now, const pollfd* sockets, size_t count) override;

  void lock_for_fork() noexcept override;
  void unlock_after_fork() noexcept override;
  void reset_in_child() noexcept override;

  CallId put(std::unique_ptr<Call> call);
  void take_inbox();
  void settle(TimePoint now);
  bool collect_ended();
  bool bury_dead(TimePoint now);
  void retire_draining();
  void fail_waiting(const std::string& why);
  void expire(TimePoint now);
  void connect(TimePoint now);
  void dispatch(TimePoint now);
  void end_call(CallId id, Outcome outcome);
  bool tries_again(Call& call, const Outcome& outcome);
  TimePoint next_turn() const;
  template <typename Each>
  void each_connection(Each each);

  Loop& loop_;
  std::string endpoint_;
  Status wrong_options_;
  ConnectionSettings settings_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  std::atomic<ConnectionState> state_{ConnectionState::idle};

  std::mutex io_mutex_;
  Backoff backoff_;
  TimePoint not_before_ = TimePoint::min();  // the next attempt to connect
  std::string last_problem_;                 // of connecting; empty: the last attempt worked
  std::unique_ptr<Connection> current_;
  std::vector<std::unique_ptr<Connection>> draining_;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  std::vector<CallId> waiting_;  // for a connection with room, oldest first
  std::vector<Finished> finished_;

  ForkRegistration fork_{this, ForkRank::transport};
};

Http2Transport::Http2Transport(Loop& loop, Http2Options options)
    : loop_(loop), endpoint_(options.endpoint), backoff_(options.backoff) {
  inbox_->loop = &loop;
  inbox_->stream_window = options.stream_window;
  wrong_options_ = check_metadata(options.metadata);
  if (auto endpoint = parse_endpoint(options.endpoint); endpoint.ok()) {
    settings_.endpoint = std::move(*endpoint);
  } else {
    wrong_options_ = endpoint.status();
  }
  SessionOptions& session = settings_.session;
  session.scheme = settings_.endpoint.tls ? "https" : "http";
  session.authority = settings_.endpoint.authority();
  session.user_agent = options.user_agent;
  session.metadata = options.metadata;
  session.stream_window = options.stream_window;
  session.connection_window = options.connection_window;
  settings_.keepalive_interval = options.keepalive_interval;
  settings_.inbox = inbox_;
  settings_.options = std::move(options);
  if (!settings_.options.shared_tls) settings_.options.shared_tls = std::make_shared<SharedTls>();
  loop_.add(this);
}

Http2Transport::~Http2Transport() {
  loop_.remove(this);
  const std::lock_guard io(io_mutex_);
  each_connection([](Connection& connection) { connection.say_goodbye(); });
  const std::lock_guard lock(inbox_->mutex);
  inbox_->loop = nullptr;
  for (const auto& weak : inbox_->streams) {
    if (const auto stream = weak.lock()) {
      end_stream(*stream, Status(Code::cancelled, "The client was closed"));
    }
  }
}

template <typename Each>
void Http2Transport::each_connection(Each each) {
  if (current_) each(*current_);
  for (const auto& connection : draining_) each(*connection);
}

// Any thread.

Transport::CallId Http2Transport::put(std::unique_ptr<Call> call) {
  CallId id = 0;
  {
    const std::lock_guard lock(inbox_->mutex);
    id = call->id = ++inbox_->last_id;
    if (call->stream) {
      std::erase_if(inbox_->streams, [](const auto& weak) { return weak.expired(); });
      inbox_->streams.push_back(call->stream);
    }
    inbox_->started.push_back(std::move(call));
  }
  loop_.wake();
  return id;
}

Transport::CallId Http2Transport::start(Request request, Done done) {
  auto call = std::make_unique<Call>(std::move(request), settings_.options.max_response_bytes);
  call->done = std::move(done);
  return put(std::move(call));
}

void Http2Transport::cancel(CallId call) {
  {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->cancelled.push_back(call);
  }
  loop_.wake();
}

std::unique_ptr<MessageStream> Http2Transport::open(Request request) {
  auto call = std::make_unique<Call>(std::move(request), settings_.options.max_response_bytes);
  const auto state = call->stream = std::make_shared<StreamState>();
  const CallId id = put(std::move(call));
  return make_message_stream(inbox_, state, id);
}

// The loop's thread.

void Http2Transport::watch(std::vector<pollfd>& sockets) {
  const std::lock_guard io(io_mutex_);
  each_connection([&](const Connection& connection) { connection.watch(sockets); });
}

TimePoint Http2Transport::turn(TimePoint now, const pollfd* sockets, size_t count) {
  std::vector<Finished> finished;
  TimePoint next;
  {
    const std::lock_guard io(io_mutex_);
    take_inbox();
    const Polled polled(sockets, count);
    each_connection([&](Connection& connection) { connection.turn(now, polled); });
    settle(now);
    finished.swap(finished_);
    next = next_turn();
  }
  for (auto& [done, outcome] : finished) done(std::move(outcome));
  return next;
}

void Http2Transport::take_inbox() {
  std::vector<std::unique_ptr<Call>> started;
  std::vector<CallId> cancelled;
  {
    const std::lock_guard lock(inbox_->mutex);
    started.swap(inbox_->started);
    cancelled.swap(inbox_->cancelled);
  }
  for (auto& call : started) {
    const CallId id = call->id;
    calls_.emplace(id, std::move(call));
    waiting_.push_back(id);
  }
  for (const CallId id : cancelled) {
    end_call(id, transport_failure(Code::cancelled, "The call was cancelled"));
  }
}

// Until nothing changes any more: the death of a connection frees calls that another one, or an
// error, must take now, and not at the next event.
void Http2Transport::settle(TimePoint now) {
  expire(now);
  bool changed = true;
  while (changed) {
    changed = collect_ended();
    changed = bury_dead(now) || changed;
    retire_draining();
    connect(now);
    dispatch(now);
    each_connection([&](Connection& connection) { connection.flush(now); });
    each_connection([&](const Connection& connection) {
      changed = changed || connection.dead() || connection.session().has_ended();
    });
  }
}

// A call that the server has certainly not begun is tried once more, without a word.
bool Http2Transport::tries_again(Call& call, const Outcome& outcome) {
  if (!outcome.unprocessed || call.repeated || !call.headers_sent) return false;
  call.repeated = true;
  call.stream_id = -1;
  call.headers_sent = false;
  call.messages.clear();
  call.response = Response(settings_.options.max_response_bytes);
  waiting_.insert(waiting_.begin(), call.id);
  return true;
}

bool Http2Transport::collect_ended() {
  bool any = false;
  each_connection([&](Connection& connection) {
    if (connection.established() && &connection == current_.get()) {
      backoff_.reset();
      last_problem_.clear();
      state_.store(ConnectionState::ready, std::memory_order_relaxed);
    }
    for (Session::Ended& ended : connection.session().take_ended()) {
      any = true;
      Call& call = *ended.call;
      call.connection = nullptr;
      if (!tries_again(call, ended.outcome)) end_call(call.id, std::move(ended.outcome));
    }
  });
  return any;
}

bool Http2Transport::bury_dead(TimePoint now) {
  for (const auto& connection : draining_) {
    if (connection->dead() && connection->session().told_to_calm_down()) {
      settings_.keepalive_interval *= 2;
    }
  }
  std::erase_if(draining_, [](const auto& connection) { return connection->dead(); });
  if (!current_ || !current_->dead()) return false;
  if (current_->session().told_to_calm_down()) settings_.keepalive_interval *= 2;
  if (current_->established()) {
    state_.store(ConnectionState::idle, std::memory_order_relaxed);
    current_.reset();
    return true;
  }
  last_problem_ = current_->problem();
  not_before_ = now + backoff_.next();
  state_.store(ConnectionState::failing, std::memory_order_relaxed);
  current_.reset();
  fail_waiting(last_problem_);
  return true;
}

void Http2Transport::retire_draining() {
  if (!current_ || current_->state() != Connection::State::draining) return;
  draining_.push_back(std::move(current_));
  state_.store(ConnectionState::idle, std::memory_order_relaxed);
}

void Http2Transport::fail_waiting(const std::string& why) {
  for (const CallId id : std::vector<CallId>(waiting_)) {
    Outcome outcome = transport_failure(Code::unavailable, why);
    outcome.unprocessed = true;
    end_call(id, std::move(outcome));
  }
}

void Http2Transport::expire(TimePoint now) {
  std::vector<CallId> late;
  for (const auto& [id, call] : calls_) {
    if (call->request.deadline <= now) late.push_back(id);
  }
  for (const CallId id : late) {
    std::string message = "The call's deadline is over";
    if (calls_.at(id)->connection == nullptr) {
      message += " while it waited for a connection";
      if (!last_problem_.empty()) message += " (" + last_problem_ + ")";
    }
    end_call(id, transport_failure(Code::deadline_exceeded, std::move(message)));
  }
}

void Http2Transport::connect(TimePoint now) {
  if (waiting_.empty() || current_) return;
  if (!wrong_options_.ok()) return fail_waiting(wrong_options_.message());
  if (now < not_before_) return;
  current_ = std::make_unique<Connection>(settings_, now);
  if (state_.load(std::memory_order_relaxed) != ConnectionState::failing) {
    state_.store(ConnectionState::connecting, std::memory_order_relaxed);
  }
  current_->turn(now, Polled(nullptr, 0));
}

void Http2Transport::dispatch(TimePoint now) {
  if (!current_) return;
  size_t sent = 0;
  for (size_t room = current_->room(); room > 0 && sent < waiting_.size(); --room, ++sent) {
    Call& call = *calls_.at(waiting_[sent]);
    const Status status = current_->session().submit(call, now);
    if (!status.ok()) break;
    call.connection = current_.get();
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(sent));
}

// The one end of every call. Where it still runs, the server is told.
void Http2Transport::end_call(CallId id, Outcome outcome) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return;
  const std::unique_ptr<Call> call = std::move(it->second);
  calls_.erase(it);
  std::erase(waiting_, id);
  if (outcome.by_transport && !call->headers_sent) outcome.unprocessed = true;
  if (call->connection != nullptr) call->connection->session().give_up(*call);
  if (call->stream) {
    const std::lock_guard lock(inbox_->mutex);
    end_stream(*call->stream, outcome.status);
  } else {
    finished_.emplace_back(std::move(call->done), std::move(outcome));
  }
}

TimePoint Http2Transport::next_turn() const {
  TimePoint next = TimePoint::max();
  for (const auto& [id, call] : calls_) next = std::min(next, call->request.deadline);
  if (current_) next = std::min(next, current_->next_turn());
  for (const auto& connection : draining_) next = std::min(next, connection->next_turn());
  if (!waiting_.empty() && !current_) next = std::min(next, not_before_);
  return next;
}

// Around fork().

// What a callback holds may run code of the caller's when it is destroyed, which is no place for it
// inside fork(): it stays where it is.
void abandon(Call& call) { std::construct_at(&call.done); }

void Http2Transport::lock_for_fork() noexcept {
  io_mutex_.lock();
  each_connection([](Connection& connection) { connection.resolver().lock_for_fork(); });
  inbox_->mutex.lock();
}

void Http2Transport::unlock_after_fork() noexcept {
  inbox_->mutex.unlock();
  each_connection([](Connection& connection) { connection.resolver().unlock_after_fork(); });
  io_mutex_.unlock();
}

// The sockets are the parent's: closing our descriptors sends nothing. Its calls are the parent's
// as well, so nobody here is told of their end.
void Http2Transport::reset_in_child() noexcept {
  std::construct_at(&io_mutex_);
  std::construct_at(&inbox_->mutex);
  for (const auto& weak : inbox_->streams) {
    if (const auto stream = weak.lock()) {
      std::construct_at(&stream->changed);
      end_stream(*stream, unavailable("The stream stayed with the process that forked"));
    }
  }
  for (const auto& call : inbox_->started) abandon(*call);
  for (const auto& [id, call] : calls_) abandon(*call);
  inbox_->started.clear();
  inbox_->cancelled.clear();
  each_connection([](Connection& connection) { connection.resolver().reset_in_child(); });
  current_.reset();
  draining_.clear();
  calls_.clear();
  waiting_.clear();
  finished_.clear();
  backoff_ = Backoff(settings_.options.backoff);
  not_before_ = TimePoint::min();
  last_problem_.clear();
  state_.store(ConnectionState::idle, std::memory_order_relaxed);
}

}  // namespace

std::unique_ptr<Transport> make_http2_transport(Loop& loop, Http2Options options) {
  return std::make_unique<Http2Transport>(loop, std::move(options));
}

}  // namespace clogs::send
