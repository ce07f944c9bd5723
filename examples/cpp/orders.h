// What a shop does with an order, and what it logs of it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include <clogs/client.h>

struct Order {
  uint64_t id = 0;
  std::string tenant;
  std::string sku;
  int64_t count = 0;
};

class Stock {
 public:
  explicit Stock(std::map<std::string, int64_t> articles) : articles_(std::move(articles)) {}
  // How many are left; throws std::out_of_range for what the shop does not have, and
  // std::runtime_error for what it has too few of.
  int64_t take(const std::string& sku, int64_t count);

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> articles_;
};

// Any number of threads. Whether the order is on its way.
bool ship(const clogs::Client& log, Stock& stock, const Order& order);
