// A server that is told frame by frame what to say: for what a real one never does.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/send/testing/sockets.h"

namespace clogs::send::testing {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

namespace frame {
constexpr uint8_t data = 0, headers = 1, rst_stream = 3, settings = 4, ping = 6, goaway = 7,
                  window_update = 8;
constexpr uint8_t end_stream = 1, ack = 1, end_headers = 4;
}  // namespace frame

// One connection to the peer, on a thread of its own.
class PeerConnection {
 public:
  PeerConnection(int fd, int number) : fd_(fd), number_(number) {}

  int number() const { return number_; }  // from 0
  bool send(std::string_view bytes) { return write_all(fd_, bytes); }
  std::string read() { return read_some(fd_); }

  struct Frame {
    uint8_t type = 0;
    uint8_t flags = 0;
    int32_t stream = 0;
    std::string payload;
  };
  std::optional<Frame> read_frame();
  void send_frame(uint8_t type, uint8_t flags, int32_t stream, std::string_view payload);

  // Reads the client's preface and says SETTINGS with these (id, value) pairs.
  void open(const std::vector<std::pair<uint16_t, uint32_t>>& settings = {});
  // The stream of the next complete request; 0 at the end of the connection. `body` gets its bytes,
  // SETTINGS and PING are acknowledged.
  int32_t read_request(std::string* body = nullptr);
  // Until the client leaves.
  void read_to_end();

  void headers(int32_t stream, const HeaderList& list, bool end = false);
  void data(int32_t stream, std::string_view bytes, bool end = false);
  void reset(int32_t stream, uint32_t error);
  void goaway(int32_t last_stream, uint32_t error, std::string_view debug = "");
  // A whole good answer, and its parts.
  void answer(int32_t stream, std::string_view body);
  void begin_answer(int32_t stream);
  void trailers(int32_t stream, const HeaderList& list) { headers(stream, list, true); }
  void hang_up();

 private:
  bool need(size_t bytes);

  int fd_;
  int number_;
  std::string in_;
};

std::string big_endian(uint32_t value, int bytes);

class FramePeer {
 public:
  using Script = std::function<void(PeerConnection&)>;
  // Runs `script` for each connection; when it returns the connection is closed.
  explicit FramePeer(Script script, int port = 0);
  ~FramePeer();

  int port() const { return listener_.port(); }
  int connections() const { return connections_.load(); }

 private:
  void accept_all();
  void serve(int fd, int number);

  Script script_;
  Listener listener_;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace clogs::send::testing
