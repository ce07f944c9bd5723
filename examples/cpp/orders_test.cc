// What the shop logs, without a server: clogs::testing::TestServer keeps the records in memory.
#include "orders.h"

#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <clogs/testing.h>

namespace {

int failures = 0;

void expect(bool condition, const std::string& promise) {
  if (condition) return;
  ++failures;
  std::cerr << "FAILED: " << promise << '\n';
}

bool has(const std::string& record, const std::string& part) {
  return record.find(part) != std::string::npos;
}

}  // namespace

int main() {
  clogs::testing::TestServer server;
  const clogs::Client log = server.client();
  Stock stock({{"A-1", 5}});

  expect(ship(log, stock, {1, "acme", "A-1", 4}), "what is in stock is shipped");
  expect(!ship(log, stock, {2, "acme", "A-1", 4}), "what is sold out is not");
  expect(!ship(log, stock, {3, "acme", "B-2", 1}), "nor what the shop does not have");
  expect(log.flush(std::chrono::seconds(60)).delivered, "everything is stored");

  const std::vector<std::string> records = server.records_json();
  expect(records.size() == 7, "seven records, not " + std::to_string(records.size()));
  if (records.size() != 7) return 1;
  expect(has(records[1], R"("message":"low stock")") && has(records[1], R"("left":1)"),
         "low stock says what is left");
  expect(has(records[2], R"("message":"order shipped")") && has(records[2], R"("order":"1")"),
         "records have the order's number");
  expect(has(records[4], R"("exception.message":"A-1 is sold out: 1 left")"),
         "a failure has its exception");
  expect(has(records[6], R"("message":"no such article")"), "an unknown article is a warning");
  return failures == 0 ? 0 : 1;
}
