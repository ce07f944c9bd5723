// One connection from the name of the server to its end:
// RESOLVING -> DIALING -> HANDSHAKE -> READY -> DRAINING -> DEAD. The loop's thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/send/byte_stream.h"
#include "core/send/dialer.h"
#include "core/send/endpoint.h"
#include "core/send/http2_transport.h"
#include "core/send/session.h"

namespace clogs::send {

// What all connections of a transport share.
struct ConnectionSettings {
  Http2Options options;
  Endpoint endpoint;
  SessionOptions session;
  std::shared_ptr<Inbox> inbox;
  std::chrono::milliseconds keepalive_interval{0};  // grows when the server wants calm
  std::vector<char> read_buffer;                    // of the connection that reads
};

class Connection {
 public:
  enum class State : uint8_t { resolving, dialing, handshake, ready, draining, dead };

  Connection(ConnectionSettings& settings, TimePoint now);
  ~Connection();

  void watch(std::vector<pollfd>& sockets) const;
  // Goes on with what the sockets allow, and reads.
  void turn(TimePoint now, const Polled& polled);
  // Sends what waits. After submit() and the like.
  void flush(TimePoint now);
  TimePoint next_turn() const;

  State state() const { return state_; }
  bool dead() const { return state_ == State::dead; }
  // The server has spoken HTTP/2.
  bool established() const { return session_.settings_seen(); }
  // How many calls it takes now.
  size_t room() const { return state_ == State::ready ? session_.room() : 0; }
  // Why it is dead: "localhost:9090: 127.0.0.1: Connection refused".
  const std::string& problem() const { return problem_; }
  Session& session() { return session_; }
  const Session& session() const { return session_; }

  void say_goodbye();
  Resolver& resolver() { return resolver_; }

 private:
  void on_resolved();
  void dial(TimePoint now, const Polled& polled);
  void begin_handshake();
  void shake_hands(TimePoint now);
  void begin_session(TimePoint now);
  void read(TimePoint now);
  void read_once(TimePoint now, bool& more);
  void check_timers(TimePoint now);
  void die(std::string why);
  void break_off(std::string why);
  std::string hint() const;

  ConnectionSettings& settings_;
  State state_ = State::resolving;
  TimePoint limit_;  // of what goes on: connecting, then the first SETTINGS
  Resolver resolver_;
  std::optional<Dialer> dialer_;
  Socket socket_;
  std::unique_ptr<ByteStream> stream_;
  Session session_;
  std::string problem_;

  std::string out_;      // packed
  size_t out_sent_ = 0;  // of it
  bool write_blocked_ = false;
  bool read_more_ = false;               // the last turn's share of reading was used up
  std::string first_bytes_;              // from the server, until it has spoken HTTP/2
  TimePoint heard_;                      // from the server, last
  std::optional<TimePoint> ping_limit_;  // an answer is awaited
};

}  // namespace clogs::send
