// Thousands of short histories of the sender, each made from a seed: faults of all kinds, slow
// answers, connections lost before and after the server acted, two endpoints, flushes, killed
// processes that leave a spool, children of fork(), closes. Time is virtual.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "clogs/record_writer.h"
#include "core/client/sender.h"
#include "core/queue/testing/temp_directory.h"
#include "core/testing/memory_server.h"

namespace clogs::client {
namespace {

using send::TimePoint;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct QuietLoop final : send::Loop {
  void add(send::Task*) override {}
  void remove(send::Task*) override {}
  void wake() noexcept override {}
};

enum class Fault : uint8_t {
  none,
  lost_before,  // the connection broke, the server has not seen the call
  lost_after,   // it has acted
  unprocessed,  // certainly not acted
  unavailable,  // the server's word
  busy,         // resource_exhausted with RetryInfo
  aborted,
  hang,    // no answer until the deadline; the server acts or not
  refuse,  // invalid_argument
};

// A transport whose calls end when the virtual clock says so.
class SimTransport final : public send::Transport {
 public:
  SimTransport(std::string name, testing::MemoryServer& server, std::mt19937_64& random,
               const TimePoint& now)
      : server_(server), random_(random), now_(now), name_(std::move(name)) {}

  CallId start(send::Request request, Done done) override {
    Call call;
    call.id = ++last_;
    call.done = std::move(done);
    const Fault fault = faults ? pick() : Fault::none;
    const auto latency = milliseconds(random_() % 40);
    call.at = now_ + latency;
    call.outcome = play(fault, request, call.at);
    calls_.push_back(std::move(call));
    return last_;
  }
  void cancel(CallId id) override {
    std::erase_if(calls_, [&](const Call& call) { return call.id == id; });
  }
  std::unique_ptr<send::MessageStream> open(send::Request) override { return nullptr; }
  send::ConnectionState state() const override { return send::ConnectionState::ready; }
  const std::string& endpoint() const override { return name_; }

  TimePoint next() const {
    TimePoint at = TimePoint::max();
    for (const Call& call : calls_) at = std::min(at, call.at);
    return at;
  }
  void deliver() {
    for (size_t i = 0; i < calls_.size();) {
      if (calls_[i].at > now_) {
        ++i;
        continue;
      }
      Call call = std::move(calls_[i]);
      calls_.erase(calls_.begin() + static_cast<ptrdiff_t>(i));
      call.done(std::move(call.outcome));
    }
  }
  // As around fork(), in the child.
  void forget() { calls_.clear(); }

  bool faults = true;
  bool dead = false;              // nothing reaches the server
  size_t max_message = SIZE_MAX;  // larger ones are refused for good

 private:
  struct Call {
    CallId id = 0;
    Done done;
    TimePoint at;
    send::Outcome outcome;
  };

  Fault pick() {
    if (random_() % 3 != 0) return Fault::none;
    return static_cast<Fault>(random_() % 8 + (random_() % 40 == 0 ? 1 : 0));
  }
  send::Outcome play(Fault fault, const send::Request& request, TimePoint& at) {
    send::Outcome outcome;
    const auto fails = [&](Code code, bool by_transport) {
      outcome.status = Status(code, "simulated");
      outcome.by_transport = by_transport;
      return outcome;
    };
    if (dead) return fails(Code::unavailable, true);
    if (request.message->size() > max_message) return fails(Code::resource_exhausted, false);
    switch (fault) {
      case Fault::none:
        return server_.ingest(*request.message, false);
      case Fault::lost_before:
        return fails(Code::unavailable, true);
      case Fault::lost_after:
        (void)server_.ingest(*request.message, false);
        return fails(Code::internal, true);
      case Fault::unprocessed:
        outcome.unprocessed = true;
        return fails(Code::unavailable, true);
      case Fault::unavailable:
        return fails(Code::unavailable, false);
      case Fault::busy:
        outcome.retry_delay = milliseconds(random_() % 300);
        return fails(Code::resource_exhausted, false);
      case Fault::aborted:
        return fails(Code::aborted, false);
      case Fault::hang:
        if (random_() % 2 == 0) (void)server_.ingest(*request.message, false);
        at = request.deadline;
        return fails(Code::deadline_exceeded, true);
      case Fault::refuse:
        return fails(Code::invalid_argument, false);
    }
    return outcome;
  }

  testing::MemoryServer& server_;
  std::mt19937_64& random_;
  const TimePoint& now_;
  const std::string name_;
  std::vector<Call> calls_;
  CallId last_ = 0;
};

class Simulation {
 public:
  explicit Simulation(uint64_t seed) : random_(seed) {
    constexpr OnFull policies[] = {OnFull::drop_newest, OnFull::drop_oldest, OnFull::spool};
    options_.on_full = policies[seed % 3];
    options_.queue_max_records = 1 + random_() % 40;
    options_.batch_max_records = 1 + random_() % 10;
    options_.max_in_flight = 1 + random_() % 4;
    options_.flush_interval = milliseconds(random_() % 200);
    options_.request_timeout = milliseconds(500);
    options_.retry_max = seconds(2);
    options_.retry_max_age = random_() % 3 == 0 ? seconds(3) : seconds(300);
    options_.block_timeout = milliseconds(0);
    options_.diagnostics = Diagnostics::off;
    options_.shared_batch_ids = random_() % 2 == 0;
    const size_t endpoints = 1 + random_() % 2;
    for (size_t i = 0; i < endpoints; ++i) {
      const size_t store = options_.shared_batch_ids ? 0 : i;
      transports_.push_back(std::make_unique<SimTransport>("sim" + std::to_string(i),
                                                           servers_[store], random_, now_));
    }
    if (random_() % 4 == 0) transports_[0]->max_message = 250 + random_() % 800;
    begin();
  }

  void run() {
    const size_t steps = 5 + random_() % 60;
    for (size_t i = 0; i < steps && !::testing::Test::HasFailure(); ++i) step();
    heal();
    if (random_() % 2 == 0) {
      flush(seconds(3600));
      advance_until([&] { return open_flushes_ == 0; });
      EXPECT_EQ(open_flushes_, 0u) << "a flush hangs though the server answers";
    }
    close(seconds(3600));
    EXPECT_EQ(sender_->stats().dropped_shutdown, 0u);
    check();
  }

 private:
  void begin() {
    intake_ = std::make_unique<Intake>(options_, [] {});
    SenderEnvironment environment;
    environment.random = [this] { return random_(); };
    environment.unix_nanos = [] { return int64_t{1'700'000'000'000'000'000}; };
    environment.open_spool = [this] {
      queue::SpoolOptions spool;
      spool.directory = directory_.path();
      spool.service = "sim";
      return queue::Spool::open(spool);
    };
    sender_ = std::make_unique<Sender>(options_, std::string(), *intake_, loop_, environment);
    std::vector<send::Transport*> endpoints;
    for (auto& transport : transports_) endpoints.push_back(transport.get());
    sender_->set_endpoints(std::move(endpoints));
    closed_ = false;
    turn();
  }

  void step() {
    switch (random_() % 12) {
      case 0:
        return flush(milliseconds(random_() % 3000));
      case 1:
        transports_[random_() % transports_.size()]->dead ^= true;
        return;
      case 2:
        if (random_() % 4 == 0) fork();
        return;
      case 3:
        if (random_() % 4 == 0) restart();
        return;
      case 4:
      case 5:
      case 6:
        return advance(milliseconds(random_() % 800));
      default:
        for (size_t n = random_() % 12; n > 0; --n) push();
        if (random_() % 2 == 0) turn();
    }
  }

  void push() {
    RecordWriter writer;
    const std::string name = "r" + std::to_string(++last_record_);
    writer.message(name);
    writer.field("pad", std::string(random_() % 60, 'x'));
    if (intake_->push(writer.bytes())) accepted_.insert(name);
  }

  std::multiset<std::string> stored() const {
    std::multiset<std::string> names;
    for (const testing::MemoryServer& server : servers_) {
      for (const auto& record : server.records()) {
        const size_t begin = record.edn.find(":message \"") + 10;
        names.insert(record.edn.substr(begin, record.edn.find('"', begin) - begin));
      }
    }
    return names;
  }

  void flush(std::chrono::nanoseconds timeout) {
    ++open_flushes_;
    const std::set<std::string> before = accepted_;
    const uint64_t losses = lost();
    sender_->flush(now_ + timeout, [this, before, losses](FlushResult result) {
      --open_flushes_;
      if (!result.delivered) {
        EXPECT_TRUE(result.remaining > 0 || lost() > losses) << "neither lost nor waiting";
        return;
      }
      EXPECT_EQ(result.remaining, 0u);
      const auto at_server = stored();
      for (const std::string& name : before) {
        if (gone_.count(name) == 0) {
          EXPECT_TRUE(at_server.count(name) == 1 || losses > 0) << name << " was said to be stored";
        }
      }
    });
    turn();
  }

  uint64_t lost() const {
    const Stats stats = sender_->stats();
    return stats.dropped() + stats.rejected;
  }

  void fork() {  // goes on as the child: what is not stored is the parent's, who is not played
    for (auto& transport : transports_) transport->forget();
    forget();
    sender_->lock_for_fork();
    intake_->queue().lock_for_fork();
    intake_->reset_in_child();
    sender_->reset_in_child();
    open_flushes_ = 0;
    turn();
  }

  void forget() {
    if (options_.on_full != OnFull::spool) {
      for (const std::string& name : accepted_) gone_.insert(name);
    } else {
      // What had reached the disk is still delivered; what was in the queue is not.
      const auto at_server = stored();
      for (const std::string& name : accepted_) {
        if (at_server.count(name) == 0) gone_.insert(name);
      }
    }
  }

  void restart() {
    if (random_() % 2 == 0) {
      close(milliseconds(random_() % 1000));
      check();
    }
    for (auto& transport : transports_) transport->forget();
    forget();
    sender_.reset();
    intake_.reset();
    open_flushes_ = 0;
    begin();
  }

  void close(std::chrono::nanoseconds timeout) {
    const TimePoint deadline = now_ + timeout;
    sender_->close(deadline, [this](FlushResult) { closed_ = true; });
    turn();
    advance_until([&] { return closed_; });
    EXPECT_TRUE(closed_) << "close() hangs";
    EXPECT_LE(now_, deadline);
    EXPECT_EQ(open_flushes_, 0u) << "a flush outlived close()";
    EXPECT_FALSE(intake_->push("\x1A\x01x"));
  }

  void heal() {
    for (auto& transport : transports_) transport->faults = transport->dead = false;
  }

  void turn() {
    for (auto& transport : transports_) transport->deliver();
    next_ = sender_->turn(now_, nullptr, 0);
    check_balance();
  }

  TimePoint next_event() const {
    TimePoint next = next_;
    for (const auto& transport : transports_) next = std::min(next, transport->next());
    return next;
  }

  void advance(std::chrono::nanoseconds by) {
    const TimePoint until = now_ + by;
    while (next_event() <= until) {
      now_ = std::max(now_, next_event());
      turn();
    }
    now_ = until;
    turn();
  }

  template <typename Done>
  void advance_until(Done done) {
    for (int turns = 0; turns < 100'000 && !done(); ++turns) {
      const TimePoint next = next_event();
      if (next == TimePoint::max()) {
        turn();
        if (next_event() == TimePoint::max()) return;
        continue;
      }
      now_ = std::max(now_, next);
      turn();
    }
  }

  void check_balance() {
    const Stats s = sender_->stats();
    EXPECT_EQ(s.submitted + s.adopted, s.sent + s.rejected + s.dropped() + s.queue_records +
                                           s.spool_records + s.in_flight_records);
    EXPECT_EQ(s.queue_records, intake_->queue().records());
  }

  void check() {
    check_balance();
    const auto at_server = stored();
    const Stats stats = sender_->stats();
    uint64_t missing = 0;
    for (const std::string& name : accepted_) {
      EXPECT_LE(at_server.count(name), 1u) << name << " is stored twice";
      if (at_server.count(name) == 0 && gone_.count(name) == 0) ++missing;
    }
    EXPECT_LE(missing, stats.dropped() + stats.rejected + stats.spool_records)
        << "records are lost that nobody counted";
  }

  std::mt19937_64 random_;
  queue::TempDirectory directory_;
  TimePoint now_{std::chrono::hours(1000)};
  TimePoint next_ = TimePoint::max();
  Options options_;
  testing::MemoryServer servers_[2];
  std::vector<std::unique_ptr<SimTransport>> transports_;
  QuietLoop loop_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Sender> sender_;
  std::set<std::string> accepted_;
  std::set<std::string> gone_;  // with a process that was killed or forked away
  uint64_t last_record_ = 0;
  uint64_t open_flushes_ = 0;
  bool closed_ = false;
};

class SimulationTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(SimulationTest, EveryRecordIsStoredOnceOrCounted) {
  constexpr uint64_t histories = 300;
  for (uint64_t i = 0; i < histories; ++i) {
    const uint64_t seed = GetParam() * histories + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation(seed).run();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimulationTest, ::testing::Range<uint64_t>(0, 10));

}  // namespace
}  // namespace clogs::client
