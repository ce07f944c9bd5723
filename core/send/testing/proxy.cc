#include "core/send/testing/proxy.h"

#include <condition_variable>
#include <deque>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace clogs::send::testing {
namespace {

// Bytes on a line that takes its time: one thread puts them in, another takes them out.
class DelayLine {
 public:
  using Clock = std::chrono::steady_clock;

  void put(std::string bytes, Clock::time_point due) {
    const std::lock_guard lock(mutex_);
    line_.emplace_back(std::move(bytes), due);
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  // Empty at the end.
  std::string take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !line_.empty(); });
    if (ended_) return {};
    const auto due = line_.front().second;
    changed_.wait_until(lock, due, [&] { return ended_; });
    std::string bytes = std::move(line_.front().first);
    line_.pop_front();
    return ended_ ? std::string() : bytes;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::string, Clock::time_point>> line_;
  bool ended_ = false;
};

}  // namespace

Proxy::Proxy(int server_port, std::chrono::milliseconds delay)
    : server_port_(server_port), delay_(delay), acceptor_([this] { accept_all(); }) {}

Proxy::~Proxy() {
  listener_.stop();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& pair : pairs_) take_down(*pair);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const auto& pair : pairs_) {
    ::close(pair->client);
    ::close(pair->server);
  }
}

void Proxy::take_down(Pair& pair) {
  pair.down = true;
  ::shutdown(pair.client, SHUT_RDWR);
  ::shutdown(pair.server, SHUT_RDWR);
}

void Proxy::accept_all() {
  for (int fd = listener_.accept(); fd >= 0; fd = listener_.accept()) {
    auto pair = std::make_shared<Pair>();
    pair->client = fd;
    pair->server = connect_to(server_port_);
    const std::lock_guard lock(mutex_);
    pairs_.push_back(pair);
    threads_.emplace_back([this, pair] { pump(pair, pair->client, pair->server); });
    threads_.emplace_back([this, pair] { pump(pair, pair->server, pair->client); });
  }
}

void Proxy::pump(const std::shared_ptr<Pair>& pair, int from, int to) {
  DelayLine line;
  std::thread out([&] {
    for (std::string bytes = line.take(); !bytes.empty(); bytes = line.take()) write_all(to, bytes);
  });
  size_t carried = 0;
  for (std::string bytes = read_some(from); !bytes.empty(); bytes = read_some(from)) {
    carried += bytes.size();
    const size_t limit = break_after_.load();
    if (limit > 0 && carried > limit) {
      if (!pair->down.exchange(true)) ++broken_;
      break;
    }
    line.put(std::move(bytes), DelayLine::Clock::now() + delay_);
  }
  take_down(*pair);
  line.end();
  out.join();
}

}  // namespace clogs::send::testing
