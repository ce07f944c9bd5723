#include "core/send/testing/frame_peer.h"

#include <algorithm>

#include <sys/socket.h>
#include <unistd.h>

#include "core/send/framing.h"

namespace clogs::send::testing {
namespace {

constexpr size_t frame_header_bytes = 9;
constexpr size_t preface_bytes = 24;

uint32_t read_big_endian(std::string_view bytes) {
  uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

// A string of HPACK: its length in a prefix of seven bits, no Huffman code (RFC 7541, section 5).
void put_string(std::string_view text, std::string& out) {
  constexpr size_t prefix_most = 127;
  if (text.size() < prefix_most) {
    out.push_back(static_cast<char>(text.size()));
  } else {
    out.push_back(static_cast<char>(prefix_most));
    size_t left = text.size() - prefix_most;
    for (; left >= 128; left >>= 7) out.push_back(static_cast<char>((left & 127) | 128));
    out.push_back(static_cast<char>(left));
  }
  out.append(text);
}

}  // namespace

std::string big_endian(uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
  return out;
}

bool PeerConnection::need(size_t bytes) {
  while (in_.size() < bytes) {
    const std::string more = read();
    if (more.empty()) return false;
    in_ += more;
  }
  return true;
}

std::optional<PeerConnection::Frame> PeerConnection::read_frame() {
  if (!need(frame_header_bytes)) return std::nullopt;
  const std::string_view header(in_.data(), frame_header_bytes);
  Frame out;
  const size_t size = read_big_endian(header.substr(0, 3));
  out.type = static_cast<uint8_t>(header[3]);
  out.flags = static_cast<uint8_t>(header[4]);
  out.stream = static_cast<int32_t>(read_big_endian(header.substr(5, 4)));
  if (!need(frame_header_bytes + size)) return std::nullopt;
  out.payload = in_.substr(frame_header_bytes, size);
  in_.erase(0, frame_header_bytes + size);
  return out;
}

void PeerConnection::send_frame(uint8_t type, uint8_t flags, int32_t stream,
                                std::string_view payload) {
  std::string out = big_endian(static_cast<uint32_t>(payload.size()), 3);
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flags));
  out += big_endian(static_cast<uint32_t>(stream), 4);
  out.append(payload);
  send(out);
}

void PeerConnection::open(const std::vector<std::pair<uint16_t, uint32_t>>& settings) {
  if (!need(preface_bytes)) return;
  in_.erase(0, preface_bytes);
  std::string payload;
  for (const auto& [id, value] : settings) payload += big_endian(id, 2) + big_endian(value, 4);
  send_frame(frame::settings, 0, 0, payload);
}

int32_t PeerConnection::read_request(std::string* body) {
  std::string bytes;
  while (auto next = read_frame()) {
    const bool acknowledged = (next->flags & frame::ack) != 0;
    if (next->type == frame::settings && !acknowledged) {
      send_frame(frame::settings, frame::ack, 0, "");
    } else if (next->type == frame::ping && !acknowledged) {
      send_frame(frame::ping, frame::ack, 0, next->payload);
    } else if (next->type == frame::data) {
      bytes += next->payload;
      if ((next->flags & frame::end_stream) == 0) continue;
      // Of the connection; streams here keep to their first window.
      send_frame(frame::window_update, 0, 0, big_endian(static_cast<uint32_t>(bytes.size()), 4));
      if (body != nullptr) *body = bytes.substr(message_prefix_bytes);
      return next->stream;
    }
  }
  return 0;
}

void PeerConnection::read_to_end() {
  while (read_request() != 0) {
  }
}

void PeerConnection::headers(int32_t stream, const HeaderList& list, bool end) {
  std::string block;
  for (const auto& [name, value] : list) {
    block.push_back(0);  // literal, not indexed, new name
    put_string(name, block);
    put_string(value, block);
  }
  const uint8_t flags = frame::end_headers | (end ? frame::end_stream : 0);
  send_frame(frame::headers, flags, stream, block);
}

void PeerConnection::data(int32_t stream, std::string_view bytes, bool end) {
  send_frame(frame::data, end ? frame::end_stream : 0, stream, bytes);
}

void PeerConnection::reset(int32_t stream, uint32_t error) {
  send_frame(frame::rst_stream, 0, stream, big_endian(error, 4));
}

void PeerConnection::goaway(int32_t last_stream, uint32_t error, std::string_view debug) {
  send_frame(frame::goaway, 0, 0,
             big_endian(static_cast<uint32_t>(last_stream), 4) + big_endian(error, 4) +
                 std::string(debug));
}

void PeerConnection::begin_answer(int32_t stream) {
  headers(stream, {{":status", "200"}, {"content-type", "application/grpc"}});
}

void PeerConnection::answer(int32_t stream, std::string_view body) {
  begin_answer(stream);
  std::string message(message_prefix_bytes, '\0');
  write_prefix(false, body.size(), message.data());
  data(stream, message + std::string(body));
  trailers(stream, {{"grpc-status", "0"}});
}

void PeerConnection::hang_up() { ::shutdown(fd_, SHUT_RDWR); }

FramePeer::FramePeer(Script script, int port)
    : script_(std::move(script)), listener_(64, port), acceptor_([this] { accept_all(); }) {}

FramePeer::~FramePeer() {
  listener_.stop();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
}

void FramePeer::accept_all() {
  for (int fd = listener_.accept(); fd >= 0; fd = listener_.accept()) {
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd, number = connections_++] { serve(fd, number); });
  }
}

void FramePeer::serve(int fd, int number) {
  PeerConnection connection(fd, number);
  script_(connection);
  // Closing with unread bytes resets the connection, and what was sent before may never be read.
  ::shutdown(fd, SHUT_WR);
  connection.read_to_end();
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

}  // namespace clogs::send::testing
