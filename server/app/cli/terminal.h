// What a terminal gets and a pipe does not: colours and a progress line.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace clogs::app {

// A terminal that may show colours: not a pipe, NO_COLOR unset, TERM not "dumb".
bool wants_colour(std::FILE* stream);
bool is_terminal(std::FILE* stream);

// ANSI colour of a level ("error" is red ...); "" where it has none.
std::string_view level_colour(std::string_view level);
constexpr std::string_view colour_dim = "\x1b[2m";
constexpr std::string_view colour_reset = "\x1b[0m";

// "1.2 GB", "350 kB".
std::string human_bytes(double bytes);
// "1.25 M", "830 k", "17".
std::string human_count(double count);
// "1:05", "2:00:03".
std::string human_seconds(double seconds);

// One line on standard error, rewritten four times a second: done, rate and time left. Silent where
// standard error is no terminal. Not thread-safe.
class Progress {
 public:
  // `total_bytes` 0: unknown, no time left is shown.
  Progress(std::string_view verb, uint64_t total_bytes, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(uint64_t bytes, uint64_t records);
  void finish();
  double seconds() const;

 private:
  std::string line(uint64_t bytes, uint64_t records) const;

  using SteadyClock = std::chrono::steady_clock;
  std::string verb_;
  uint64_t total_bytes_;
  bool shown_;
  SteadyClock::time_point begin_;
  SteadyClock::time_point last_;
  bool drawn_ = false;
};

}  // namespace clogs::app
