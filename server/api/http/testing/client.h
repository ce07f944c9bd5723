// A blocking client for tests that says exactly the bytes that a test gives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace clogs::api::testing {

struct Response {
  unsigned status = 0;                          // 0: the connection ended before a whole response
  std::map<std::string, std::string> fields;    // names in lower case
  std::string body;                             // chunks joined
  std::map<std::string, std::string> trailers;  // names in lower case
  bool whole = false;                           // false: cut within the body

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

class Client {
 public:
  explicit Client(uint16_t port);
  ~Client();
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False if the server closed or reset.
  bool send(std::string_view bytes);
  // The client will send nothing more.
  void end_sending();
  // Closes so that the server's next packet is answered with a reset.
  void close();
  void set_receive_buffer(int bytes);

  // The next final response; interim ones are counted. `head`: no body follows.
  Response receive(bool head = false);
  // Reads until `text` was seen in what is unread; false at the connection's end. What was read
  // stays unread.
  bool wait_for(std::string_view text);
  // Waits for the connection's end; false if anything came before.
  bool ended();
  const std::string& unread() const { return unread_; }
  unsigned interim_responses() const { return interim_; }

  // One request with a body and a Content-Length.
  Response post(std::string_view path, std::string_view type, std::string_view body,
                std::string_view fields = {});
  Response get(std::string_view path, std::string_view fields = {});

 private:
  bool fill();
  bool read_body(Response& response);
  bool read_chunks(Response& response);
  bool take_line(std::string& line);

  int fd_ = -1;
  std::string unread_;
  unsigned interim_ = 0;
};

}  // namespace clogs::api::testing
