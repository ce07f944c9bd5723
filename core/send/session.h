// The HTTP/2 of one connection: calls in, bytes out; bytes in, outcomes out. No sockets, no clock
// but for grpc-timeout. The loop's thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "clogs/status.h"
#include "core/send/call.h"
#include "core/send/transport.h"

struct nghttp2_session;

namespace clogs::send {

struct SessionOptions {
  std::string scheme = "http";
  std::string authority;
  std::string user_agent;
  Metadata metadata;
  // What a server may send before it is read: 4 MB keep a 20 ms line busy, 64 KB do not.
  uint32_t stream_window = uint32_t{4} << 20;
  uint32_t connection_window = uint32_t{8} << 20;
};

// Whether these headers may go with a call. Failure: invalid_argument.
Status check_metadata(const Metadata& metadata);

class Session {
 public:
  struct Ended {
    Call* call;
    Outcome outcome;
  };

  // `inbox` guards the streams' states.
  Session(const SessionOptions& options, std::shared_ptr<Inbox> inbox);
  ~Session();

  // Makes the preface; without memory it fails.
  Status open();
  // Begins the call; it stays the caller's and is reported by take_ended() unless it is aborted.
  Status submit(Call& call, TimePoint now);
  // The caller has given up: the stream is reset, nothing is reported.
  void give_up(Call& call);
  // How many calls may be submitted now.
  size_t room() const;
  size_t active() const { return active_.size(); }

  // Bytes from the server. Failure: the connection cannot go on; the sentence says why.
  Status receive(std::string_view bytes);
  // Appends what wants to be sent to `out`, until it holds `limit` bytes. Failure: as above.
  Status pack(std::string& out, size_t limit);
  // Gives the server room again for what readers of streams have taken.
  void release_windows();
  // The connection is lost: reports all calls as unavailable.
  void fail_all(const std::string& why);
  bool has_ended() const { return !ended_.empty(); }
  std::vector<Ended> take_ended() { return std::exchange(ended_, {}); }

  void ping();
  // Says that we leave.
  void say_goodbye();
  bool settings_seen() const { return settings_seen_; }
  bool draining() const { return draining_; }
  bool told_to_calm_down() const { return calm_down_; }
  // Nothing will be read or written any more.
  bool over() const;
  // What the peer or nghttp2 said was wrong: "", "Too many pings".
  const std::string& problem() const { return problem_; }

 private:
  friend struct SessionCallbacks;

  Call* call_of(int32_t stream_id) const;
  void finish(Call& call, Outcome outcome);
  int on_data(int32_t stream_id, std::string_view bytes);
  void on_end_stream(int32_t stream_id);
  void on_goaway(uint32_t error, std::string_view debug);
  void refuse(Call& call, const Status& why);
  void deliver(Call& call, size_t bytes, std::vector<std::string> messages);

  const SessionOptions& options_;
  std::shared_ptr<Inbox> inbox_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, Call*> active_;
  std::vector<Ended> ended_;
  std::string* out_ = nullptr;  // of the pack() that runs
  size_t out_limit_ = 0;
  bool settings_seen_ = false;
  bool draining_ = false;
  bool calm_down_ = false;
  std::string problem_;
};

}  // namespace clogs::send
