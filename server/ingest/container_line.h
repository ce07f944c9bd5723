// Lines in which container runtimes wrap what a container wrote: Docker's json-file driver, and the
// CRI format of containerd and CRI-O.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/edn/tape.h"

namespace clogs::ingest {

enum class Pipe : uint8_t { out, err };
std::string_view pipe_name(Pipe pipe);  // "stdout", "stderr"

// Text points into the line or its tape.
struct ContainerLine {
  Pipe pipe = Pipe::out;
  std::string_view time;  // RFC 3339
  std::string_view text;  // without its line break
  bool whole = true;      // false: the next entry of the same pipe goes on with the line
  edn::View entry;        // Docker's object; none of CRI
};

// 2024-05-01T10:00:00.123456789Z stdout F message
std::optional<ContainerLine> read_cri_line(std::string_view line);

// {"log":"message\n","stream":"stdout","time":"2024-05-01T10:00:00.123456789Z"}, `entry` as the
// JSON reader made it. A log without a final line break is not whole; but one that is a whole JSON
// object is, since some shippers cut the break off.
std::optional<ContainerLine> read_docker_entry(edn::View entry);

// Appends to an open map of `record` what the wrapping adds beside the time: :stream, and Docker's
// other keys; those that `inner`, what the container wrote, has are left out. Returns how many
// entries were added.
size_t add_container_keys(Pipe pipe, edn::View entry, edn::View inner, edn::Tape& record);

}  // namespace clogs::ingest
