// Asks a server through the client, for tests: `ask_server query TEXT [NAME VALUE]` prints the
// rows, then "count N"; `ask_server tail TEXT ROWS` prints "following", then that many rows, and
// cancels. The client is made from CLOGS_* variables. Exit code 1: the failure is on standard
// error.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "clogs/client.h"

namespace {

constexpr std::chrono::seconds row_timeout{60};

int fail(const clogs::Status& status) {
  std::cerr << status.message() << '\n';
  return 1;
}

int query(const clogs::Client& client, clogs::QueryRequest request) {
  clogs::Result<clogs::Rows> rows = client.query(std::move(request));
  if (!rows.ok()) return fail(rows.status());
  std::string lines;
  for (;;) {
    const clogs::Result<bool> more = rows.value().next(lines, row_timeout);
    if (!more.ok()) return fail(more.status());
    if (!more.value()) break;
    std::cout << lines;
  }
  std::cout << "count " << rows.value().summary().count << std::endl;
  return 0;
}

int tail(const clogs::Client& client, clogs::QueryRequest request, int64_t wanted) {
  clogs::Result<clogs::Rows> rows = client.tail(std::move(request));
  if (!rows.ok()) return fail(rows.status());
  std::cout << "following" << std::endl;
  std::string lines;
  while (wanted > 0) {
    const clogs::Result<bool> more = rows.value().next(lines, row_timeout);
    if (!more.ok()) return fail(more.status());
    if (!more.value()) return 1;
    wanted -= std::count(lines.begin(), lines.end(), '\n');
    std::cout << lines << std::flush;
  }
  rows.value().cancel();
  return rows.value().next(lines, row_timeout).ok() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return 2;
  const clogs::Client client;
  clogs::QueryRequest request;
  request.text = words[1];
  if (words[0] == "tail" && words.size() == 3) {
    return tail(client, std::move(request), std::stol(words[2]));
  }
  if (words.size() == 4) request.params[words[2]] = words[3];
  return query(client, std::move(request));
}
