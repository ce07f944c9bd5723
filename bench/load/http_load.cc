#include "bench/load/http_load.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace clogs::load {
namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int socket = -1;
  std::string head;
  const Body* body = nullptr;
  size_t sent = 0;  // of head and body
  std::string answer;
  Clock::time_point start;
};

// 0 while the answer is incomplete, else its size.
size_t answer_size(std::string_view answer) {
  const size_t head_end = answer.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return 0;
  constexpr std::string_view field = "Content-Length: ";
  const size_t at = answer.find(field);
  size_t length = 0;
  if (at < head_end) {
    std::from_chars(answer.data() + at + field.size(), answer.data() + head_end, length);
  }
  const size_t size = head_end + 4 + length;
  return answer.size() >= size ? size : 0;
}

class HttpLoad {
 public:
  HttpLoad(const Options& options, const std::vector<Body>& bodies)
      : options_(options),
        bodies_(bodies),
        connections_(options.connections),
        producer_(fmt::format("load-{}-{}", getpid(), Clock::now().time_since_epoch().count())) {
    fixed_head_ = fmt::format("POST /logs HTTP/1.1\r\nHost: {}:{}\r\n", options.host, options.port);
    if (!options.api_key.empty()) {
      fixed_head_ += "Authorization: Bearer " + options.api_key + "\r\n";
    }
    const bool single = options.mode == Mode::http_single;
    fixed_head_ +=
        single ? "Content-Type: application/json\r\n" : "Content-Type: application/x-ndjson\r\n";
  }
  ~HttpLoad() {
    for (const Connection& connection : connections_) {
      if (connection.socket >= 0) close(connection.socket);
    }
    if (epoll_ >= 0) close(epoll_);
  }
  HttpLoad(const HttpLoad&) = delete;
  HttpLoad& operator=(const HttpLoad&) = delete;

  Result<Report> run();

 private:
  Status connect_all();
  Status begin(Connection& connection);
  Status send_more(Connection& connection);
  Status receive(Connection& connection);
  void count(const Connection& connection, size_t size);
  bool time_is_up() const;

  const Options& options_;
  const std::vector<Body>& bodies_;
  std::vector<Connection> connections_;
  const std::string producer_;
  std::string fixed_head_;
  int epoll_ = -1;
  uint64_t next_ = 0;
  size_t busy_ = 0;
  Clock::time_point start_;
  Report report_;
};

Status HttpLoad::connect_all() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(options_.host.c_str(), std::to_string(options_.port).c_str(), &hints, &list) !=
      0) {
    return invalid_argument("Cannot resolve " + options_.host);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(list, freeaddrinfo);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (Connection& connection : connections_) {
    connection.socket = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection.socket < 0 || connect(connection.socket, list->ai_addr, list->ai_addrlen) != 0) {
      return errno_status(errno, "Cannot connect to " + options_.host);
    }
    const int on = 1;
    setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = &connection;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
  }
  return {};
}

Status HttpLoad::begin(Connection& connection) {
  connection.body = &bodies_[next_ % bodies_.size()];
  ++next_;
  connection.head = fixed_head_;
  if (options_.mode == Mode::http_batch) {
    connection.head += fmt::format("Clogs-Batch-Id: {}/{}\r\n", producer_, next_);
  }
  fmt::format_to(std::back_inserter(connection.head), "Content-Length: {}\r\n\r\n",
                 connection.body->bytes.size());
  connection.sent = 0;
  connection.start = Clock::now();
  ++busy_;
  return send_more(connection);
}

Status HttpLoad::send_more(Connection& connection) {
  const std::string_view head = connection.head;
  if (connection.body == nullptr) return {};
  const std::string& body = connection.body->bytes;
  while (connection.sent < head.size() + body.size()) {
    const size_t of_head = std::min(connection.sent, head.size());
    const size_t of_body = connection.sent - of_head;
    iovec parts[2] = {
        {const_cast<char*>(head.data() + of_head), head.size() - of_head},
        {const_cast<char*>(body.data() + of_body), body.size() - of_body},
    };
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t wrote = sendmsg(connection.socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote < 0 && errno == EAGAIN) return {};
    if (wrote < 0) return errno_status(errno, "Cannot send");
    connection.sent += static_cast<size_t>(wrote);
  }
  return {};
}

void HttpLoad::count(const Connection& connection, size_t size) {
  const bool good = connection.answer.compare(0, 12, "HTTP/1.1 201") == 0;
  if (good) {
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.start);
    report_.latencies_us.push_back(static_cast<uint32_t>(took.count()));
    report_.records += connection.body->records;
    report_.bytes += connection.body->bytes.size();
    ++report_.requests;
  } else if (report_.failures++ == 0) {
    report_.first_failure = connection.answer.substr(0, std::min<size_t>(size, 600));
  }
}

Status HttpLoad::receive(Connection& connection) {
  char buffer[16384];
  while (true) {
    const ssize_t got = recv(connection.socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return {};
    if (got < 0) return errno_status(errno, "Cannot receive");
    if (got == 0) return unavailable("The server closed a connection");
    connection.answer.append(buffer, static_cast<size_t>(got));
    const size_t size = answer_size(connection.answer);
    if (size == 0 || connection.body == nullptr) continue;
    count(connection, size);
    connection.answer.erase(0, size);
    connection.body = nullptr;
    --busy_;
    if (!time_is_up()) CLOGS_RETURN_IF_ERROR(begin(connection));
  }
}

bool HttpLoad::time_is_up() const {
  if (options_.records > 0) return report_.records >= options_.records;
  return std::chrono::duration<double>(Clock::now() - start_).count() >= options_.seconds;
}

Result<Report> HttpLoad::run() {
  CLOGS_RETURN_IF_ERROR(connect_all());
  const double cpu = cpu_seconds();
  start_ = Clock::now();
  for (Connection& connection : connections_) CLOGS_RETURN_IF_ERROR(begin(connection));
  std::vector<epoll_event> events(256);
  while (busy_ > 0) {
    const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10'000);
    if (ready == 0) return unavailable("The server has not answered for ten seconds");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
      if ((events[i].events & EPOLLOUT) != 0) CLOGS_RETURN_IF_ERROR(send_more(connection));
      if ((events[i].events & ~uint32_t{EPOLLOUT}) != 0) CLOGS_RETURN_IF_ERROR(receive(connection));
    }
  }
  report_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  report_.client_cpu_seconds = cpu_seconds() - cpu;
  return std::move(report_);
}

}  // namespace

Status allow_files(size_t files) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= files) return {};
  if (limit.rlim_max < files) {
    return resource_exhausted(fmt::format(
        "{} open files are needed and the hard limit is {}: raise it (ulimit -Hn) or use fewer "
        "connections",
        files, limit.rlim_max));
  }
  limit.rlim_cur = files;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return errno_status(errno, "Cannot raise open files");
  return {};
}

Result<Report> run_http(const Options& options, const std::vector<Body>& bodies) {
  constexpr size_t own_files = 64;
  CLOGS_RETURN_IF_ERROR(allow_files(options.connections + own_files));
  return HttpLoad(options, bodies).run();
}

}  // namespace clogs::load
