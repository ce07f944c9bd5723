// What one client may cost. Each limit has a clear answer when it is hit.
#pragma once

#include <chrono>
#include <cstddef>

namespace clogs::api {

struct HttpLimits {
  size_t header_bytes = size_t{32} << 10;     // request line and fields; 431 above
  size_t body_bytes = size_t{64} << 20;       // as sent; 413 above
  size_t expanded_bytes = size_t{256} << 20;  // after Content-Encoding; 413 above
  // Connections at once over all threads; the next one is answered 503 and closed.
  size_t connections = 20'000;
  // Of one answer, waiting for its reader; a full buffer stops the query that fills it.
  size_t stream_buffer_bytes = size_t{1} << 20;
  // Of one live tail; a full buffer drops rows, which the reader is told.
  size_t tail_buffer_bytes = size_t{4} << 20;
  unsigned query_threads = 8;  // queries and look-ups of fields that run at once
  size_t query_queue = 64;     // that wait for a thread; 429 above
};

struct HttpTimeouts {
  using Milliseconds = std::chrono::milliseconds;
  Milliseconds handshake{10'000};  // TLS
  Milliseconds header{10'000};     // from the first byte of a request to the end of its fields; 408
  // Without body_progress_bytes more of the body; 408.
  Milliseconds body{30'000};
  Milliseconds idle{75'000};  // between requests; closed without a word
  // For a piece of an answer, and a second more for each write_rate_bytes of it; cut off.
  Milliseconds write{30'000};
  Milliseconds linger{2'000};  // for the client to read an answer that came before its body's end
  Milliseconds heartbeat{15'000};  // between comments on a quiet live tail
};

constexpr size_t body_progress_bytes = size_t{16} << 10;
constexpr size_t write_rate_bytes = size_t{64} << 10;
// A body that no handler wants is read and thrown away up to here; a longer one closes the
// connection after the answer.
constexpr size_t discard_bytes_max = size_t{1} << 20;
// Answers up to here are sent whole, with Content-Length; longer ones are chunked.
constexpr size_t whole_answer_bytes = size_t{64} << 10;
// Bodies from here on are read and checked on a thread of their own, so that a large upload does
// not hold up the connections that share its thread.
constexpr size_t large_body_bytes = size_t{1} << 20;

}  // namespace clogs::api
