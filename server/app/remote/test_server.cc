#include "server/app/remote/test_server.h"

#include <cstdlib>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clogs::app::remote {
namespace {

// Waits for bytes or the end of the test; false at the end.
bool readable(int fd, int stop) {
  pollfd fds[2] = {{fd, POLLIN, 0}, {stop, POLLIN, 0}};
  return poll(fds, 2, -1) > 0 && fds[1].revents == 0;
}

size_t content_length(const std::string& head) {
  const size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

TestServer::TestServer(std::deque<std::string> answers) : answers_(std::move(answers)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool good = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    listen(listener_, 8) == 0 && pipe(stop_pipe_) == 0 &&
                    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!good) std::abort();
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TestServer::~TestServer() {
  close(stop_pipe_[1]);
  thread_.join();
  close(stop_pipe_[0]);
  close(listener_);
}

std::vector<std::string> TestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TestServer::serve() {
  while (readable(listener_, stop_pipe_[0])) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    while (answer_one(connection)) {
    }
    close(connection);
  }
}

bool TestServer::answer_one(int connection) {
  std::string request;
  size_t body_at = std::string::npos;
  while (body_at == std::string::npos || request.size() < body_at + content_length(request)) {
    char buffer[4096];
    if (!readable(connection, stop_pipe_[0])) return false;
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    request.append(buffer, static_cast<size_t>(got));
    const size_t head_end = request.find("\r\n\r\n");
    if (head_end != std::string::npos) body_at = head_end + 4;
  }
  std::string answer;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    if (answers_.empty()) return false;
    answer = std::move(answers_.front());
    answers_.pop_front();
  }
  if (answer.empty()) return false;
  for (size_t sent = 0; sent < answer.size();) {
    const ssize_t wrote =
        send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (wrote <= 0) return false;
    sent += static_cast<size_t>(wrote);
  }
  // An answer without a length ends with its connection.
  return answer.find("Content-Length:") != std::string::npos ||
         answer.find("chunked") != std::string::npos;
}

std::string http_answer(const std::string& status, const std::string& type, const std::string& body,
                        const std::string& fields) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace clogs::app::remote
