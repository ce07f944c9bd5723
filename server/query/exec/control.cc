#include "server/query/exec/control.h"

#include <fmt/core.h>

namespace clogs::query {

Control::Control(const RunOptions& options, size_t memory_budget_bytes, CancelToken cancel)
    : cancel_(std::move(cancel)),
      timeout_nanos_(options.timeout_nanos),
      max_bytes_(options.max_scan_bytes),
      max_rows_(options.max_rows),
      memory_(memory_budget_bytes) {
  if (timeout_nanos_) {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::nanoseconds(*timeout_nanos_);
  }
}

bool Control::timed_out() const {
  return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

bool Control::should_stop() {
  if (stop_.load(std::memory_order_relaxed) != Stop::none) return true;
  if (cancelled()) {
    stop(Stop::cancelled);
  } else if (timed_out()) {
    stop(Stop::timeout);
  } else if (max_bytes_ && bytes_ >= static_cast<uint64_t>(*max_bytes_)) {
    stop(Stop::bytes);
  } else if (max_rows_ && rows_ >= static_cast<uint64_t>(*max_rows_)) {
    stop(Stop::rows);
  } else if (memory_.exhausted()) {
    stop(Stop::memory);
  }
  return stop_.load(std::memory_order_relaxed) != Stop::none;
}

void Control::stop(Stop why) {
  Stop none = Stop::none;
  stop_.compare_exchange_strong(none, why);
}

void Control::count(uint64_t rows, uint64_t bytes) {
  rows_.fetch_add(rows, std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

void Control::fail(Status status) {
  std::lock_guard lock(mutex_);
  if (failure_.ok()) failure_ = std::move(status);
  stop(Stop::failed);
}

void Control::fail_spilling(const Status& why) {
  if (why.code() == Code::cancelled) return stop(Stop::cancelled);
  std::lock_guard lock(mutex_);
  if (spill_full_.ok()) spill_full_ = why;
  stop(Stop::spill);
}

Status Control::failure() const {
  std::lock_guard lock(mutex_);
  if (!failure_.ok()) return failure_;
  if (stop_ == Stop::cancelled) return Status(Code::cancelled, "the query was cancelled");
  return ok_status();
}

Status Control::limit_failure() const {
  const std::vector<std::string> all = warnings();
  if (all.empty()) return ok_status();
  const Code code = stop_ == Stop::timeout ? Code::deadline_exceeded : Code::resource_exhausted;
  return Status(code, all.front());
}

std::vector<std::string> Control::warnings() const {
  std::vector<std::string> warnings;
  switch (stop_.load()) {
    case Stop::timeout:
      warnings.push_back(
          fmt::format("the query hit its :timeout of {} ms; the answer covers the "
                      "{} records read until then",
                      *timeout_nanos_ / 1'000'000, rows()));
      break;
    case Stop::bytes:
      warnings.push_back(
          fmt::format("the query hit :max-scan-bytes {}; the answer covers the {} "
                      "records read until then",
                      *max_bytes_, rows()));
      break;
    case Stop::rows:
      warnings.push_back(
          fmt::format("the query hit :max-rows {}; the answer covers the {} records "
                      "read until then",
                      *max_rows_, rows()));
      break;
    case Stop::memory:
      warnings.push_back(
          fmt::format("the query hit its memory limit of {} bytes; the answer "
                      "covers the {} records read until then",
                      memory_.limit(), rows()));
      break;
    default:
      break;
  }
  {
    std::lock_guard lock(mutex_);
    if (!spill_full_.ok()) warnings.push_back(spill_full_.message() + "; the answer is cut short");
  }
  if (const uint64_t lines = unreadable_; lines != 0) {
    warnings.push_back(fmt::format("{} stored lines could not be read as records", lines));
  }
  return warnings;
}

}  // namespace clogs::query
