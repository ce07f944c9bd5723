// The transport to one gRPC server over HTTP/2.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/send/backoff.h"
#include "core/send/resolver.h"
#include "core/send/tls.h"
#include "core/send/transport.h"

namespace clogs::send {

struct Http2Options {
  std::string endpoint;  // see endpoint.h
  Metadata metadata;
  TlsOptions tls;
  // With transports of the same loop and the same `tls`; null: this one has its own.
  std::shared_ptr<SharedTls> shared_tls;
  std::string tls_server_name;  // that the certificate must have; empty: the endpoint's host
  std::string user_agent = "clogs-cpp";
  // Twice: for the name, the connection and TLS together, then for the server's first words.
  std::chrono::milliseconds connect_timeout{5000};
  // Pings while calls wait; 0: none. gRPC servers end connections that ping more often than every 5
  // minutes, unless they are told otherwise; the interval then doubles.
  std::chrono::milliseconds keepalive_interval{0};
  std::chrono::milliseconds keepalive_timeout{20000};  // for the answer to a ping
  size_t max_response_bytes = size_t{16} << 20;        // of one message, decompressed
  // What the server may send before it is read, of one stream and of all.
  uint32_t stream_window = uint32_t{4} << 20;
  uint32_t connection_window = uint32_t{8} << 20;
  Backoff::Options backoff;
  Resolver::Lookup lookup = &Resolver::ask_system;
};

// Opens nothing before the first call. Options that cannot work (a bad endpoint, a missing file,
// TLS in a build without it) fail each call as unavailable with the reason: a batch is then kept,
// not lost. Destroyed before `loop`, not on its thread; the streams may live longer.
//
// Around fork() the transport takes part by itself (core/send/fork.h): in the child its sockets are
// closed without a word, its calls are dropped, its streams end as unavailable.
std::unique_ptr<Transport> make_http2_transport(Loop& loop, Http2Options options);

}  // namespace clogs::send
