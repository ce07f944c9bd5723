#include "orders.h"

#include <chrono>
#include <stdexcept>

#include <clogs/scope.h>

namespace {

constexpr int64_t low_stock = 3;

}  // namespace

int64_t Stock::take(const std::string& sku, int64_t count) {
  const std::lock_guard lock(mutex_);
  int64_t& left = articles_.at(sku);
  if (left < count) {
    throw std::runtime_error(sku + " is sold out: " + std::to_string(left) + " left");
  }
  return left -= count;
}

bool ship(const clogs::Client& log, Stock& stock, const Order& order) {
  const clogs::Scope scope{{"order", std::to_string(order.id)}, {"tenant", order.tenant}};
  const auto begin = std::chrono::steady_clock::now();
  log.debug("order taken").with("sku", order.sku).with("count", order.count).log();
  try {
    const int64_t left = stock.take(order.sku, order.count);
    if (left < low_stock) log.warn("low stock").with("sku", order.sku).with("left", left).log();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    log.info("order shipped").with("sku", order.sku).with("took_ms", took.count()).log();
    return true;
  } catch (const std::out_of_range&) {
    log.warn("no such article").with("sku", order.sku).log();
  } catch (const std::exception& trouble) {
    log.error("order failed").with("sku", order.sku).with_exception(trouble).log();
  }
  return false;
}
