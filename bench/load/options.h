// What one run of the load generator does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace clogs::load {

enum class Mode : uint8_t { http_batch, http_single, grpc_stream, grpc_unary };

struct Options {
  Mode mode = Mode::http_batch;
  std::string host = "127.0.0.1";
  uint16_t port = 0;       // 0: 8080 for HTTP, 9090 for gRPC
  std::string api_key;     // empty: none
  size_t connections = 0;  // 0: what suits the mode
  size_t in_flight = 4;    // batches sent and not answered, of one gRPC stream
  size_t batch_records = 1000;
  double seconds = 5;              // how long
  uint64_t records = 0;            // instead of `seconds`: until so many are acknowledged
  std::string file;                // JSON lines; empty: generated ones
  size_t corpus_records = 20'000;  // distinct records, sent round and round
  std::string disk_dir = ".";      // where the disk is measured; empty: it is not
};

}  // namespace clogs::load
