// An HTTP server for tests: takes one connection at a time and gives the scripted answers in turn.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace clogs::app::remote {

class TestServer {
 public:
  // Each answer is raw bytes; an empty one closes the connection instead.
  explicit TestServer(std::deque<std::string> answers);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Head and body of every request so far.
  std::vector<std::string> requests() const;

 private:
  void serve();
  bool answer_one(int connection);

  int listener_ = -1;
  int stop_pipe_[2] = {-1, -1};
  int port_ = 0;
  mutable std::mutex mutex_;
  std::deque<std::string> answers_;    // guarded by mutex_
  std::vector<std::string> requests_;  // guarded by mutex_
  std::thread thread_;
};

// "HTTP/1.1 200 OK" with Content-Length; `fields` end in CRLF each.
std::string http_answer(const std::string& status, const std::string& type, const std::string& body,
                        const std::string& fields = "");

}  // namespace clogs::app::remote
