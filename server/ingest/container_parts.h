// Lines that a container runtime cut in parts, put together again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/edn/tape.h"
#include "server/ingest/container_line.h"

namespace clogs::ingest {

class ContainerParts {
 public:
  // A line of more than `bytes_max` is too long; its text is dropped and it is told as such.
  explicit ContainerParts(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Points into the part that ended the line, or into this object until the next call.
  struct Line {
    ContainerLine wrapping;  // of the first part, with the whole line's text
    uint64_t number = 0;     // of the first part
    bool too_long = false;
  };
  // The line that the part ends, if it does.
  std::optional<Line> add(const ContainerLine& part, uint64_t number);
  // What lacks its last part at the end of the file.
  std::optional<Line> rest(Pipe pipe);

 private:
  struct Open {
    bool open = false;
    bool too_long = false;
    uint64_t number = 0;
    std::string text;
    std::string time;
    edn::Tape entry;
  };
  void append(Open& line, std::string_view text) const;
  static Line close(Open& line, Pipe pipe);

  size_t bytes_max_;
  std::array<Open, 2> pipes_;
};

}  // namespace clogs::ingest
