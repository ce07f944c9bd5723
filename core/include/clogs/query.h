// Rows of a query or a live tail, as the server sends them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clogs/result.h"

namespace clogs {

enum class RowFormat : uint8_t { edn, json };

struct QueryRequest {
  std::string text;          // one EDN map, or the same as JSON
  bool json_syntax = false;  // `text` is JSON
  RowFormat rows = RowFormat::json;
  // ?name without its question mark -> an EDN value, printed.
  std::map<std::string, std::string> params;
  std::chrono::nanoseconds timeout{0};  // 0: none
};

// Of the whole answer; complete after next() said that the rows are over.
struct QuerySummary {
  std::string canonical;             // EDN
  std::string hash;                  // "sha256:..."
  std::vector<std::string> columns;  // empty for raw rows without :select
  uint64_t count = 0;
  std::optional<uint64_t> total;  // how many match, where known
  bool total_is_exact = false;    // else at least so many
  std::string next;               // cursors for :after and :before; empty at the ends
  std::string prev;
  std::vector<std::string> approx;
  bool partial = false;
  std::vector<std::string> warnings;
  int64_t as_of_unix_nanos = 0;
};

// Not for several threads at once, except cancel().
class Rows {
 public:
  struct Impl;
  explicit Rows(std::unique_ptr<Impl> impl);
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();  // cancels

  // Blocks for the next rows: one map a line, each ending in '\n', at least one. False at the end.
  // `wait` 0 waits as long as it takes; else deadline_exceeded after it, and the rows go on.
  // Failures: the server's status (invalid_argument with details for a bad query), unavailable.
  Result<bool> next(std::string& lines, std::chrono::nanoseconds wait = {});
  // Any thread; next() then fails with cancelled.
  void cancel() noexcept;
  const QuerySummary& summary() const;
  // Of a tail: records that the server dropped so far because this reader was slow.
  uint64_t dropped() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs
