#include "server/api/http/testing/client.h"

#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clogs::api::testing {
namespace {

constexpr timeval patience{20, 0};  // longer than any server in a test takes

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

void add_field(std::map<std::string, std::string>& fields, const std::string& line) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return;
  const size_t value = line.find_first_not_of(' ', colon + 1);
  fields[lower(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
}

}  // namespace

Client::Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) close();
}

Client::~Client() { close(); }

Client::Client(Client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      unread_(std::move(other.unread_)),
      interim_(other.interim_) {}

void Client::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Client::end_sending() { shutdown(fd_, SHUT_WR); }

void Client::set_receive_buffer(int bytes) {
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool Client::fill() {
  char piece[1 << 16];
  const ssize_t count = recv(fd_, piece, sizeof(piece), 0);
  if (count <= 0) return false;
  unread_.append(piece, static_cast<size_t>(count));
  return true;
}

bool Client::wait_for(std::string_view text) {
  while (unread_.find(text) == std::string::npos) {
    if (!fill()) return false;
  }
  return true;
}

bool Client::ended() { return unread_.empty() && !fill(); }

bool Client::take_line(std::string& line) {
  if (!wait_for("\r\n")) return false;
  const size_t end = unread_.find("\r\n");
  line = unread_.substr(0, end);
  unread_.erase(0, end + 2);
  return true;
}

Response Client::receive(bool head) {
  Response response;
  std::string line;
  do {
    response = Response();
    if (!take_line(line) || line.size() < 12) return response;
    const unsigned status = static_cast<unsigned>(std::stoul(line.substr(9, 3)));
    while (true) {
      if (!take_line(line)) return response;
      if (line.empty()) break;
      add_field(response.fields, line);
    }
    response.status = status;
    if (status < 200) ++interim_;
  } while (response.status < 200);
  response.whole = head || response.status == 204 || read_body(response);
  return response;
}

bool Client::read_body(Response& response) {
  if (response.field("transfer-encoding") == "chunked") return read_chunks(response);
  const auto length = response.fields.find("content-length");
  if (length == response.fields.end()) {
    while (fill()) {
    }
    response.body = std::exchange(unread_, "");
    return true;
  }
  const size_t wanted = std::stoull(length->second);
  while (unread_.size() < wanted) {
    if (!fill()) return false;
  }
  response.body = unread_.substr(0, wanted);
  unread_.erase(0, wanted);
  return true;
}

bool Client::read_chunks(Response& response) {
  std::string line;
  while (true) {
    if (!take_line(line)) return false;
    const size_t size = std::stoull(line, nullptr, 16);
    if (size == 0) break;
    while (unread_.size() < size + 2) {
      if (!fill()) return false;
    }
    response.body.append(unread_, 0, size);
    unread_.erase(0, size + 2);
  }
  while (take_line(line)) {
    if (line.empty()) return true;
    add_field(response.trailers, line);
  }
  return false;
}

Response Client::post(std::string_view path, std::string_view type, std::string_view body,
                      std::string_view fields) {
  std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n";
  if (!type.empty()) request += "Content-Type: " + std::string(type) + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  request.append(fields).append("\r\n").append(body);
  if (!send(request)) return {};
  return receive();
}

Response Client::get(std::string_view path, std::string_view fields) {
  std::string request = "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n";
  request.append(fields).append("\r\n");
  if (!send(request)) return {};
  return receive();
}

}  // namespace clogs::api::testing
