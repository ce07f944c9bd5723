#include "core/send/connection.h"

#include <algorithm>
#include <utility>

namespace clogs::send {
namespace {

constexpr size_t read_bytes = size_t{64} << 10;
// One turn reads at most so much: other tasks get theirs.
constexpr size_t read_bytes_per_turn = size_t{1} << 20;
// What is packed before it is sent: worth a system call, and still in the cache when it is made.
// 256 KiB took a third more CPU a record (bench/send).
constexpr size_t out_bytes = size_t{64} << 10;
constexpr size_t sniffed_bytes = 8;

std::string seconds_of(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

}  // namespace

Connection::Connection(ConnectionSettings& settings, TimePoint now)
    : settings_(settings),
      limit_(now + settings.options.connect_timeout),
      resolver_(
          [inbox = settings.inbox] {
            const std::lock_guard lock(inbox->mutex);
            if (inbox->loop != nullptr) inbox->loop->wake();
          },
          settings.options.lookup),
      session_(settings.session, settings.inbox),
      heard_(now) {
  resolver_.start(settings_.endpoint.host, settings_.endpoint.port);
}

Connection::~Connection() = default;

void Connection::watch(std::vector<pollfd>& sockets) const {
  if (dialer_) dialer_->watch(sockets);
  if (!stream_ || dead()) return;
  short events = static_cast<short>(POLLIN | stream_->events());
  if (write_blocked_ && state_ >= State::ready) events |= POLLOUT;
  sockets.push_back(pollfd{stream_->fd(), events, 0});
}

// The connection is of no use any more; what was in flight is reported.
void Connection::die(std::string why) {
  if (dead()) return;
  state_ = State::dead;
  problem_ = settings_.endpoint.authority() + ": " + std::move(why);
  dialer_.reset();
  resolver_.abandon();
  stream_.reset();
  out_.clear();
  session_.fail_all(problem_);
}

// An established connection ended: what the server said last is the reason, if it said something.
void Connection::break_off(std::string why) {
  if (!session_.problem().empty()) why = session_.problem();
  die("Connection lost: " + std::move(why) + hint());
}

std::string Connection::hint() const {
  if (established()) return {};
  if (first_bytes_.substr(0, 5) == "HTTP/") {
    return " (the server answers with HTTP/1; is this its gRPC port?)";
  }
  // A TLS alert record.
  if (first_bytes_.substr(0, 2) == "\x15\x03") return " (the server speaks TLS; use https://)";
  if (!first_bytes_.empty() || state_ < State::ready) return {};
  if (!settings_.endpoint.tls) return " (before the server said a word; does it speak TLS?)";
  // With TLS 1.3 the client's handshake is over before the server has looked for a certificate.
  if (settings_.options.tls.cert_file.empty()) {
    return " (before the server said a word; does it want a client's certificate?)";
  }
  return {};
}

void Connection::turn(TimePoint now, const Polled& polled) {
  if (state_ == State::resolving) on_resolved();
  if (state_ == State::dialing) dial(now, polled);
  if (state_ == State::handshake) shake_hands(now);
  if (state_ >= State::ready && !dead()) {
    const int fd = stream_->fd();
    if ((polled.events(fd) & POLLOUT) != 0) write_blocked_ = false;
    // TLS may hold bytes that poll() does not see.
    if (polled.events(fd) != 0 || read_more_) read(now);
  }
  if (!dead()) check_timers(now);
}

void Connection::on_resolved() {
  auto addresses = resolver_.poll();
  if (!addresses) return;
  if (!addresses->ok()) return die(addresses->status().message());
  dialer_.emplace(std::move(**addresses));
  state_ = State::dialing;
}

void Connection::dial(TimePoint now, const Polled& polled) {
  switch (dialer_->turn(now, polled)) {
    case Dialer::State::dialing:
      return;
    case Dialer::State::failed:
      return die(dialer_->problem());
    case Dialer::State::connected:
      socket_ = dialer_->take_socket();
      dialer_.reset();
      begin_handshake();
  }
}

void Connection::begin_handshake() {
  state_ = State::handshake;
  if (!settings_.endpoint.tls) {
    stream_ = plain_stream(std::move(socket_));
    return;
  }
  std::unique_ptr<TlsContext>& context = settings_.options.shared_tls->context;
  if (!context) {
    auto made = make_tls_context(settings_.options.tls);
    if (!made.ok()) return die(made.status().message());
    context = std::move(*made);
  }
  const std::string& name = settings_.options.tls_server_name;
  auto stream = context->wrap(std::move(socket_), name.empty() ? settings_.endpoint.host : name);
  if (!stream.ok()) return die(stream.status().message());
  stream_ = std::move(*stream);
}

void Connection::shake_hands(TimePoint now) {
  const Io io = stream_->handshake();
  if (io.state == IoState::would_block) return;
  if (io.state == IoState::done) return begin_session(now);
  // The files may have been replaced meanwhile: the next attempt reads them anew.
  die("TLS: " + io.problem);
  settings_.options.shared_tls->context.reset();
}

// Calls go out at once, behind the preface; a peer that stays silent has its limit all the same.
void Connection::begin_session(TimePoint now) {
  const Status status = session_.open();
  if (!status.ok()) return die(status.message());
  state_ = State::ready;
  heard_ = now;
  limit_ = now + settings_.options.connect_timeout;
}

void Connection::read(TimePoint now) {
  read_more_ = false;
  bool more = true;
  for (size_t total = 0; more && !dead(); total += read_bytes) {
    if (total >= read_bytes_per_turn) {
      read_more_ = true;
      return;
    }
    read_once(now, more);
  }
}

void Connection::read_once(TimePoint now, bool& more) {
  std::vector<char>& buffer = settings_.read_buffer;
  buffer.resize(read_bytes);
  const Io io = stream_->read(buffer.data(), buffer.size());
  more = io.state == IoState::done;
  if (io.state == IoState::would_block) return;
  if (io.state == IoState::end) return break_off("the server closed it");
  if (io.state == IoState::failed) return break_off(io.problem);
  heard_ = now;
  ping_limit_.reset();
  const std::string_view bytes(buffer.data(), io.bytes);
  if (!established() && first_bytes_.size() < sniffed_bytes) {
    first_bytes_.append(bytes.substr(0, sniffed_bytes - first_bytes_.size()));
  }
  const bool was_established = established();
  const Status status = session_.receive(bytes);
  if (!status.ok()) return break_off(status.message());
  if (!was_established && established()) {
    limit_ = TimePoint::max();
    first_bytes_.clear();
  }
  if (state_ == State::ready && session_.draining()) state_ = State::draining;
}

void Connection::flush(TimePoint now) {
  if (state_ < State::ready || dead()) return;
  session_.release_windows();
  while (!write_blocked_ && !dead()) {
    const Status status = session_.pack(out_, out_bytes);
    if (!status.ok()) return break_off(status.message());
    if (out_.empty()) break;
    const Io io = stream_->write(std::string_view(out_).substr(out_sent_));
    if (io.state == IoState::would_block) {
      write_blocked_ = true;
    } else if (io.state == IoState::done) {
      out_sent_ += io.bytes;
      if (out_sent_ == out_.size()) {
        out_.clear();
        out_sent_ = 0;
      }
    } else {
      // The server may have said why before it hung up: an alert, a GOAWAY, an early answer.
      read(now);
      if (!dead()) break_off(io.problem);
      return;
    }
  }
  if (dead()) return;
  // Bad frames from the server: nghttp2 has said its goodbye and wants nothing more.
  if (session_.over()) return break_off("the session ended");
  if (state_ == State::draining && session_.active() == 0) die("the server is going away");
}

void Connection::check_timers(TimePoint now) {
  if (now >= limit_) {
    const std::string time = seconds_of(settings_.options.connect_timeout);
    switch (state_) {
      case State::resolving:
        return die("the name '" + settings_.endpoint.host + "' was not resolved within " + time);
      case State::dialing:
        return die((dialer_->problem().empty() ? "" : dialer_->problem() + "; ") +
                   dialer_->trying() + ": no connection within " + time);
      case State::handshake:
        return die("TLS: no handshake within " + time);
      default:
        return die("the server did not speak HTTP/2 within " + time + hint());
    }
  }
  if (state_ < State::ready || settings_.keepalive_interval.count() == 0) return;
  if (ping_limit_ && now >= *ping_limit_) {
    return die("Connection lost: no answer to a ping within " +
               seconds_of(settings_.options.keepalive_timeout));
  }
  if (!ping_limit_ && session_.active() > 0 && now >= heard_ + settings_.keepalive_interval) {
    session_.ping();
    ping_limit_ = now + settings_.options.keepalive_timeout;
  }
}

TimePoint Connection::next_turn() const {
  if (dead()) return TimePoint::max();
  if (read_more_) return TimePoint::min();
  TimePoint next = limit_;
  if (dialer_) next = std::min(next, dialer_->next_turn());
  if (ping_limit_) {
    next = std::min(next, *ping_limit_);
  } else if (settings_.keepalive_interval.count() > 0 && session_.active() > 0) {
    next = std::min(next, heard_ + settings_.keepalive_interval);
  }
  return next;
}

void Connection::say_goodbye() {
  if (state_ < State::ready || dead()) return;
  session_.say_goodbye();
  if (session_.pack(out_, out_bytes).ok() && !write_blocked_ && !out_.empty()) {
    // What does not fit into the socket's buffer now is not worth waiting for.
    [[maybe_unused]] const Io io = stream_->write(std::string_view(out_).substr(out_sent_));
  }
  stream_->say_goodbye();
}

}  // namespace clogs::send
