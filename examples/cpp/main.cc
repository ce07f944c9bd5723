// order_worker: takes orders from standard input, one a line: ID TENANT SKU COUNT. Exit code 0: all
// that it logged is on the server's disk.
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <clogs/client.h>

#include "orders.h"

namespace {

constexpr size_t workers = 3;
// Orders that wait; beyond it standard input is not read.
constexpr size_t orders_max = 64;

class Orders {
 public:
  void put(Order order) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return orders_.size() < orders_max; });
    orders_.push_back(std::move(order));
    changed_.notify_all();
  }
  // Nothing at the end.
  std::optional<Order> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !orders_.empty(); });
    if (orders_.empty()) return std::nullopt;
    Order order = std::move(orders_.front());
    orders_.pop_front();
    changed_.notify_all();
    return order;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Order> orders_;
  bool ended_ = false;
};

std::optional<Order> read_order(const std::string& line) {
  std::istringstream words(line);
  Order order;
  if (!(words >> order.id >> order.tenant >> order.sku >> order.count)) return std::nullopt;
  return order;
}

}  // namespace

int main() {
  const clogs::Client log;  // from CLOGS_* variables
  for (const std::string& warning : log.warnings()) std::cerr << warning << '\n';
  Stock stock({{"A-1", 5}, {"C-3", 1000}});
  Orders orders;
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < workers; ++i) {
      threads.emplace_back([&] {
        while (const std::optional<Order> order = orders.take()) ship(log, stock, *order);
      });
    }
    for (std::string line; std::getline(std::cin, line);) {
      if (std::optional<Order> order = read_order(line)) {
        orders.put(std::move(*order));
      } else {
        log.error("not an order").with("line", line).log();
      }
    }
    orders.end();
  }
  const clogs::FlushResult end = log.close();
  if (!end.delivered) std::cerr << end.remaining << " records were not delivered\n";
  return end.delivered ? 0 : 1;
}
