#include "core/client/impl.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>
#include <utility>

#include <unistd.h>

#include "core/base/clock.h"
#include "core/queue/spool.h"
#include "core/send/http2_transport.h"

namespace clogs {
namespace {

// A deadline that no sum of times goes beyond.
send::TimePoint deadline_after(std::chrono::nanoseconds timeout) {
  constexpr std::chrono::hours longest{24 * 365};
  return std::chrono::steady_clock::now() +
         std::clamp<std::chrono::nanoseconds>(timeout, std::chrono::nanoseconds{0}, longest);
}

Options corrected(Options options) {
  options.correct();
  return options;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? std::string(name) : std::string();
}

std::string common_keys(const Options& options) {
  std::string common;
  const auto put = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) client::put_common_text(key, value, common);
  };
  put("service", options.service);
  put("environment", options.environment);
  put("version", options.version);
  put("host", host_name());
  client::put_common_integer("process.pid", getpid(), common);
  constexpr std::string_view own[] = {"service", "environment", "version", "host", "process.pid"};
  for (size_t i = 0; i < options.resource.size(); ++i) {
    const auto& [key, value] = options.resource[i];
    const bool taken =
        std::any_of(options.resource.begin(), options.resource.begin() + static_cast<ptrdiff_t>(i),
                    [&](const auto& earlier) { return earlier.first == key; });
    if (taken || std::find(std::begin(own), std::end(own), key) != std::end(own)) continue;
    put(key, value);
  }
  return common;
}

// clogs/spool/<service> in the user's state directory
// (https://specifications.freedesktop.org/basedir-spec/latest/).
Result<std::string> spool_directory(const Options& options) {
  if (!options.spool_directory.empty()) return options.spool_directory;
  // tidy-ok below: where a user's state is kept is no option of the client.
  const char* state = std::getenv("XDG_STATE_HOME");  // tidy-ok: the system's own convention
  const char* home = std::getenv("HOME");             // tidy-ok: the system's own convention
  std::string directory;
  if (state != nullptr && *state == '/') {
    directory = state;
  } else if (home != nullptr && *home == '/') {
    directory = std::string(home) + "/.local/state";
  } else {
    return unavailable("there is no state directory: set spool_directory");
  }
  std::string service = options.service.empty() ? "default" : options.service;
  std::replace(service.begin(), service.end(), '/', '_');
  if (service == "." || service == "..") service = "default";
  return directory + "/clogs/spool/" + service;
}

client::SenderEnvironment environment_of(const Options& options) {
  client::SenderEnvironment environment;
  // Read from the system each time: a generator would give a forked child its parent's numbers.
  environment.random = [] {
    std::random_device device;
    return uint64_t{device()} << 32 | device();
  };
  environment.unix_nanos = [] { return SystemClock().now_nanos(); };
  environment.write_line = [](std::string_view line) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    (void)written;  // nobody is left to be told
  };
  environment.open_spool = [&options]() -> Result<std::unique_ptr<queue::Spool>> {
    CLOGS_ASSIGN_OR_RETURN(std::string directory, spool_directory(options));
    queue::SpoolOptions spool;
    spool.directory = std::move(directory);
    spool.service = options.service;
    spool.max_bytes = options.spool_max_bytes;
    spool.sync = options.spool_sync;
    return queue::Spool::open(std::move(spool));
  };
  return environment;
}

}  // namespace

TransportFactory http2_transports() {
  return [](send::Loop& loop, const Options& options) {
    Transports transports;
    const auto tls = std::make_shared<send::SharedTls>();
    std::string_view rest = options.endpoint;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      std::string_view endpoint = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      while (!endpoint.empty() && endpoint.front() == ' ') endpoint.remove_prefix(1);
      while (!endpoint.empty() && endpoint.back() == ' ') endpoint.remove_suffix(1);
      if (endpoint.empty()) continue;
      send::Http2Options http2;
      http2.endpoint = endpoint;
      for (const auto& [name, value] : options.headers) http2.metadata.emplace_back(name, value);
      if (!options.api_key.empty()) {
        http2.metadata.emplace_back("authorization", "Bearer " + options.api_key);
      }
      http2.shared_tls = tls;
      http2.tls.ca_file = options.tls_ca_file;
      http2.tls.cert_file = options.tls_cert_file;
      http2.tls.key_file = options.tls_key_file;
      http2.tls_server_name = options.tls_server_name;
      http2.connect_timeout = options.connect_timeout;
      http2.keepalive_interval = options.keepalive_interval;
      transports.push_back(send::make_http2_transport(loop, std::move(http2)));
    }
    return transports;
  };
}

namespace {

// Ends clients whose last handle went on their own thread. Process-wide, because nobody is left to
// own the threads; they are joined when the process ends. Never destroyed: a client may still come
// while the static objects are torn down.
class Undertaker {
 public:
  static Undertaker& get() {
    static Undertaker* const instance = std::make_unique<Undertaker>().release();
    static const EndOfProcess end;
    return *instance;
  }

  void take(std::unique_ptr<Client::Impl> impl) {
    const std::lock_guard lock(mutex_);
    if (over_) {
      late_.push_back(std::move(impl));  // the process ends without it
      return;
    }
    threads_.emplace_back([impl = std::move(impl)]() mutable { impl.reset(); });
  }

 private:
  struct EndOfProcess {
    ~EndOfProcess() { get().join(); }
  };

  void join() {
    if (getpid() != process_) return;  // the threads are the parent's
    std::vector<std::jthread> threads;
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
      threads.swap(threads_);
    }
  }

  const pid_t process_ = getpid();
  std::mutex mutex_;
  bool over_ = false;                                // guarded by mutex_
  std::vector<std::jthread> threads_;                // guarded by mutex_
  std::vector<std::unique_ptr<Client::Impl>> late_;  // guarded by mutex_
};

}  // namespace

std::shared_ptr<Client::Impl> Client::Impl::make(Options options, TransportFactory factory) {
  Undertaker::get();  // made before any client ends
  auto impl = std::make_unique<Impl>(std::move(options), std::move(factory));
  return {impl.release(), [](Impl* ended) {
            std::unique_ptr<Impl> owned(ended);
            if (owned->sender_.on_own_thread()) Undertaker::get().take(std::move(owned));
          }};
}

Client::Impl::Impl(Options the_options, TransportFactory factory)
    : options(corrected(std::move(the_options))),
      factory_(std::move(factory)),
      admission_(options),
      intake_(options, [this] { loop_.wake(); }),
      sender_(options, common_keys(options), intake_, loop_, environment_of(options)) {}

Client::Impl::~Impl() { close(options.shutdown_timeout); }

// Transports take part in forks by themselves, so they are made and ended with no lock held.
void Client::Impl::start() {
  Transports made = factory_(loop_, options);
  Transports unused;
  {
    const std::lock_guard lock(mutex_);
    if (life_ != Life::open) {
      unused = std::move(made);
    } else if (in_loop_) {
      unused = std::move(made);  // another thread was first, or the parent of this process
      active_.store(true, std::memory_order_release);
    } else {
      transports_ = std::move(made);
      std::vector<send::Transport*> endpoints;
      for (const auto& transport : transports_) endpoints.push_back(transport.get());
      sender_.set_endpoints(endpoints);
      loop_.add(&sender_);
      in_loop_ = true;
      active_.store(true, std::memory_order_release);
    }
  }
}

bool Client::Impl::run_hook(std::string_view& record, std::string& mended) noexcept {
  std::string shown(record);
  try {
    if (!options.before_send(shown)) return false;
  } catch (...) {
    return true;  // sent as it was
  }
  if (shown == record) return true;
  encode::Mended counts;
  thread_local std::string again;
  const encode::Verdict verdict = admission_.admit(shown, again, counts);
  count(counts);
  if (verdict == encode::Verdict::refused) return true;  // the hook broke it: sent as it was
  mended = verdict == encode::Verdict::mended ? again : shown;
  record = mended;
  return true;
}

void Client::Impl::count(const encode::Mended& mended) noexcept {
  const uint64_t counts[] = {mended.renamed_fields, mended.duplicate_fields, mended.repaired_text,
                             mended.shortened, mended.redacted};
  for (size_t i = 0; i < mended_.size(); ++i) {
    if (counts[i] > 0) mended_[i].fetch_add(counts[i], std::memory_order_relaxed);
  }
}

bool Client::Impl::submit(std::string_view record) noexcept {
  if (!options.enabled) return false;
  try {
    if (!active_.load(std::memory_order_acquire)) start();
    thread_local std::string mended;
    encode::Mended counts;
    const encode::Verdict verdict = admission_.admit(record, mended, counts);
    if (verdict == encode::Verdict::refused) {
      intake_.count_refused();
      return false;
    }
    if (verdict == encode::Verdict::mended) {
      record = mended;
      count(counts);
    }
    if (options.before_send && !run_hook(record, mended)) {
      intake_.count_dropped_before_send();
      return false;
    }
    return intake_.push(record, !sender_.on_own_thread());
  } catch (...) {  // no memory
    intake_.count_refused();
    return false;
  }
}

namespace {

struct Waiting {
  std::mutex mutex;
  std::condition_variable over;
  std::optional<FlushResult> result;
};

}  // namespace

FlushResult Client::Impl::flush(std::chrono::nanoseconds timeout) {
  if (!active_.load(std::memory_order_acquire)) return {.delivered = true};
  const send::TimePoint deadline = deadline_after(timeout);
  const auto waiting = std::make_shared<Waiting>();
  const uint64_t name = sender_.flush(send::TimePoint::max(), [waiting](FlushResult result) {
    const std::lock_guard lock(waiting->mutex);
    waiting->result = result;
    waiting->over.notify_all();
  });
  std::unique_lock lock(waiting->mutex);
  const auto over = [&] { return waiting->result.has_value(); };
  if (!sender_.on_own_thread() && waiting->over.wait_until(lock, deadline, over)) {
    return *waiting->result;
  }
  lock.unlock();
  FlushResult result;
  if (name != 0 && sender_.withdraw(name, result)) return result;
  lock.lock();
  if (sender_.on_own_thread() && !over()) return {};
  waiting->over.wait(lock, over);  // `done` is about to run
  return *waiting->result;
}

void Client::Impl::flush_async(std::chrono::nanoseconds timeout,
                               std::function<void(FlushResult)> done) {
  if (!active_.load(std::memory_order_acquire)) return done({.delivered = true});
  sender_.flush(deadline_after(timeout), std::move(done));
}

FlushResult Client::Impl::close(std::chrono::nanoseconds timeout) {
  std::shared_ptr<Ending> ending;
  {
    const std::lock_guard lock(mutex_);
    if (life_ == Life::open) begin_close(timeout);
    ending = ending_;
  }
  FlushResult result{.delivered = true};  // of a client that never started
  if (ending) {
    std::unique_lock lock(ending->mutex);
    const auto over = [&] { return ending->result.has_value(); };
    if (sender_.on_own_thread() && !over()) return {};  // it goes on without us
    ending->over.wait(lock, over);
    result = *ending->result;
  }
  if (!sender_.on_own_thread()) stop_thread();
  return result;
}

void Client::Impl::begin_close(std::chrono::nanoseconds timeout) {
  life_ = Life::closed;
  if (!active_.load(std::memory_order_acquire)) {
    intake_.close();
    return;
  }
  ending_ = std::make_shared<Ending>();
  sender_.close(deadline_after(timeout), [ending = ending_](FlushResult result) {
    const std::lock_guard lock(ending->mutex);
    ending->result = result;
    ending->over.notify_all();
  });
}

void Client::Impl::stop_thread() {
  Transports ended;
  bool in_loop = false;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(transports_);
    in_loop = std::exchange(in_loop_, false);
  }
  if (in_loop) loop_.remove(&sender_);
  ended.clear();
  loop_.stop();
}

Result<std::unique_ptr<send::MessageStream>> Client::Impl::open(send::Request request) {
  if (!options.enabled) return failed_precondition("the client is off");
  if (!active_.load(std::memory_order_acquire)) start();
  const std::lock_guard lock(mutex_);
  if (life_ != Life::open) return failed_precondition("the client is closed");
  if (transports_.empty()) return invalid_argument("the option endpoint names no server");
  // One that is known to be down is not asked where there is another.
  const auto up = std::ranges::find_if(transports_, [](const auto& transport) {
    return transport->state() != send::ConnectionState::failing;
  });
  const auto& transport = up == transports_.end() ? transports_.front() : *up;
  return transport->open(std::move(request));
}

Stats Client::Impl::stats() const {
  Stats stats = sender_.stats();
  stats.renamed_fields = mended_[0].load(std::memory_order_relaxed);
  stats.duplicate_fields = mended_[1].load(std::memory_order_relaxed);
  stats.repaired_text = mended_[2].load(std::memory_order_relaxed);
  stats.shortened = mended_[3].load(std::memory_order_relaxed);
  stats.redacted = mended_[4].load(std::memory_order_relaxed);
  return stats;
}

void Client::Impl::lock_for_fork() noexcept {
  mutex_.lock();
  sender_.lock_for_fork();
}

void Client::Impl::unlock_after_fork() noexcept {
  sender_.unlock_after_fork();
  mutex_.unlock();
}

void Client::Impl::reset_in_child() noexcept {
  sender_.reset_in_child();
  sender_.set_common(common_keys(options));
  std::construct_at(&mutex_);
  std::construct_at(&ending_);  // its waiters are the parent's
  active_.store(false);
  for (auto& count : mended_) count.store(0);
}

}  // namespace clogs
