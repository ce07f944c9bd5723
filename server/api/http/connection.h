// One client connection: reads requests one after the other, has them handled, sends the answers in
// order. Lives on its worker's thread; knows no sockets, only a Wire.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/http/answer.h"
#include "server/api/http/body_reader.h"
#include "server/api/http/exchange.h"
#include "server/api/http/limits.h"
#include "server/api/http/parser.h"
#include "server/api/http/wire.h"

namespace clogs::api {

class Connection;
class Router;
struct Route;

// What a worker shares with its connections; outlives them.
struct ConnectionContext {
  using Clock = std::chrono::steady_clock;

  const HttpLimits* limits = nullptr;
  const HttpTimeouts* timeouts = nullptr;
  const Router* router = nullptr;
  std::shared_ptr<Waker> waker;
  std::string date;       // of now
  Clock::time_point now;  // of the last tick or read; precise enough for deadlines
  bool draining = false;
};

// The connection asks its worker to forget it.
class ConnectionKeeper {
 public:
  virtual ~ConnectionKeeper() = default;
  virtual void closed(Connection& connection) = 0;
  // It has something to do at `time`, before the next tick perhaps.
  virtual void tick_by(std::chrono::steady_clock::time_point time) = 0;
};

class Connection final : public WireOwner, public std::enable_shared_from_this<Connection> {
 public:
  Connection(ConnectionContext& context, ConnectionKeeper& keeper);
  ~Connection() override;

  // Once, before anything else.
  void start(std::unique_ptr<Wire> wire);
  // An exchange of this connection has something to send.
  void on_woken(const Exchange& exchange);
  // Called a few times a second: enforces deadlines, looks after silent clients.
  void on_tick();
  // Ends now if idle, else after the answer.
  void drain();
  void close(bool reset = false);

  void on_open(bool ok) override;
  void on_read(WireError error, size_t bytes) override;
  void on_written(WireError error) override;

 private:
  enum class State : uint8_t {
    opening,  // TLS handshake
    header,   // between requests, or within a header
    body,
    handling,   // nothing sent of the answer yet
    streaming,  // a part of the answer was sent, or is
    lingering,  // all is sent; the client reads it while we throw away what it sends
    closed,
  };
  using Clock = ConnectionContext::Clock;

  void read_more();
  void process();
  bool on_header();
  void on_request();
  void refuse(const Status& status);
  void refuse(Answer answer);
  void on_end_of_input();
  void next_request();

  void pump();
  void send_whole(Answer answer);
  void send_head(const Answer& answer);
  void send_data(std::string data);
  void send_end(const std::string& trailers);
  void start_write(std::span<const std::string_view> pieces);
  void answer_sent();
  void linger();
  void leave_exchange();
  void probe();
  void expire();
  void keep_warm();
  HeadContext head_context() const;
  bool keeps_alive() const;
  void set_deadline(Clock::duration after);

  ConnectionContext& context_;
  ConnectionKeeper& keeper_;
  std::unique_ptr<Wire> wire_;
  State state_ = State::opening;

  std::vector<char> in_;
  size_t in_begin_ = 0;
  size_t in_end_ = 0;
  bool reading_ = false;
  bool peer_ended_ = false;

  Parser parser_;
  BodyReader body_;
  const Route* route_ = nullptr;
  Form form_ = Form::json;
  std::shared_ptr<Exchange> exchange_;
  Principal who_;
  size_t body_seen_ = 0;   // bytes of the body when the deadline was last moved
  bool body_done_ = true;  // nothing of the current request is left to read
  bool last_ = false;      // the connection ends with this answer
  std::string cors_origin_;

  bool writing_ = false;
  bool chunked_ = false;   // the streamed answer is chunked
  bool bodiless_ = false;  // HEAD, or an answer without body: nothing but the head is sent
  bool ending_ = false;    // the write that runs is the answer's last
  bool interim_ = false;   // the write that runs is a 1xx
  unsigned status_ = 0;    // of the answer, for metrics
  std::string head_;
  std::string data_;
  std::string frame_;  // the chunk's size line
  Answer whole_;
  Clock::time_point wrote_at_{};
  Clock::time_point request_at_{};
  Clock::time_point ended_at_{};  // when the client ended its sending, or was probed
  Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace clogs::api
