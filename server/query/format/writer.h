// Gathers output and hands it on in pieces.
#pragma once

#include <string>
#include <string_view>

#include "server/query/format.h"

namespace clogs::query {

// Small enough to be quick to the reader, large enough to be few calls.
constexpr size_t piece_bytes = size_t{64} << 10;

class PieceWriter {
 public:
  explicit PieceWriter(Write write) : write_(std::move(write)) {}
  std::string& buffer() { return buffer_; }
  Status flush_if_full() { return buffer_.size() < piece_bytes ? ok_status() : flush(); }
  Status flush() {
    if (buffer_.empty()) return ok_status();
    Status status = write_(buffer_);
    buffer_.clear();
    return status;
  }

 private:
  Write write_;
  std::string buffer_;
};

std::unique_ptr<Formatter> make_edn_formatter(Write write);
std::unique_ptr<Formatter> make_json_formatter(Write write);
std::unique_ptr<Formatter> make_ndjson_formatter(Write write);
std::unique_ptr<Formatter> make_csv_formatter(Write write);
std::unique_ptr<Formatter> make_table_formatter(Write write);

}  // namespace clogs::query
