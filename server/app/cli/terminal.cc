#include "server/app/cli/terminal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "core/record/level.h"

namespace clogs::app {

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

bool wants_colour(std::FILE* stream) {
  const char* term = std::getenv("TERM");
  const char* refused = std::getenv("NO_COLOR");
  return is_terminal(stream) && (refused == nullptr || *refused == '\0') &&
         (term == nullptr || std::strcmp(term, "dumb") != 0);
}

std::string_view level_colour(std::string_view level) {
  switch (record::severity_of(level)) {
    case record::Severity::trace:
    case record::Severity::debug:
      return "\x1b[2m";
    case record::Severity::info:
      return "\x1b[32m";
    case record::Severity::warn:
      return "\x1b[33m";
    case record::Severity::error:
      return "\x1b[31m";
    case record::Severity::fatal:
      return "\x1b[1;37;41m";
    case record::Severity::none:
      return "";
  }
  return "";
}

std::string human_bytes(double bytes) {
  constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string human_count(double count) {
  if (count >= 1e6) return fmt::format("{:.2f} M", count / 1e6);
  if (count >= 1e4) return fmt::format("{:.0f} k", count / 1e3);
  return fmt::format("{:.0f}", count);
}

std::string human_seconds(double seconds) {
  int64_t whole = std::llround(seconds);
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Progress(std::string_view verb, uint64_t total_bytes, bool quiet)
    : verb_(verb),
      total_bytes_(total_bytes),
      shown_(!quiet && is_terminal(stderr)),
      begin_(SteadyClock::now()),
      last_(begin_) {}

Progress::~Progress() { finish(); }

double Progress::seconds() const {
  return std::chrono::duration<double>(SteadyClock::now() - begin_).count();
}

std::string Progress::line(uint64_t bytes, uint64_t records) const {
  double elapsed = std::max(seconds(), 1e-9);
  auto done = static_cast<double>(bytes);
  auto total = static_cast<double>(total_bytes_);
  std::string text =
      fmt::format("{} {} records, {}", verb_, human_count(double(records)), human_bytes(done));
  if (total_bytes_ > 0)
    text += fmt::format(" of {} ({:.0f} %)", human_bytes(total), 100 * done / total);
  text += fmt::format(", {}/s", human_bytes(done / elapsed));
  if (total_bytes_ > 0 && bytes > 0) {
    text += fmt::format(", {} left", human_seconds((total - done) * elapsed / done));
  }
  return text;
}

void Progress::update(uint64_t bytes, uint64_t records) {
  auto now = SteadyClock::now();
  if (!shown_ || now - last_ < std::chrono::milliseconds(250)) return;
  last_ = now;
  drawn_ = true;
  fmt::print(stderr, "\r\x1b[K{}", line(bytes, records));
  std::fflush(stderr);
}

void Progress::finish() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace clogs::app
