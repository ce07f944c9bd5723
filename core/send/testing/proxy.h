// A TCP proxy in front of a server, that delays bytes or breaks connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/send/testing/sockets.h"

namespace clogs::send::testing {

class Proxy {
 public:
  // `delay`: of each direction.
  explicit Proxy(int server_port, std::chrono::milliseconds delay = {});
  ~Proxy();

  int port() const { return listener_.port(); }
  // Breaks every connection as soon as it has carried so many more bytes; 0: never.
  void break_after(size_t bytes) { break_after_ = bytes; }
  int broken() const { return broken_.load(); }

 private:
  struct Pair {
    int client;
    int server;
    std::atomic<bool> down{false};
  };

  void accept_all();
  void pump(const std::shared_ptr<Pair>& pair, int from, int to);
  void take_down(Pair& pair);

  int server_port_;
  std::chrono::milliseconds delay_;
  std::atomic<size_t> break_after_{0};
  std::atomic<int> broken_{0};
  Listener listener_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Pair>> pairs_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace clogs::send::testing
