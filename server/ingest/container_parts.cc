#include "server/ingest/container_parts.h"

namespace clogs::ingest {

void ContainerParts::append(Open& line, std::string_view text) const {
  line.too_long = line.too_long || line.text.size() + text.size() > bytes_max_;
  if (line.too_long) {
    line.text.clear();
  } else {
    line.text.append(text);
  }
}

ContainerParts::Line ContainerParts::close(Open& line, Pipe pipe) {
  line.open = false;
  Line whole{.wrapping = {.pipe = pipe, .time = line.time, .text = line.text, .entry = {}},
             .number = line.number,
             .too_long = line.too_long};
  if (!line.entry.empty()) whole.wrapping.entry = line.entry.root();
  return whole;
}

std::optional<ContainerParts::Line> ContainerParts::add(const ContainerLine& part,
                                                        uint64_t number) {
  Open& line = pipes_[static_cast<size_t>(part.pipe)];
  if (!line.open) {
    if (part.whole) return Line{.wrapping = part, .number = number, .too_long = false};
    line.open = true;
    line.too_long = false;
    line.number = number;
    line.text.clear();
    line.time.assign(part.time);
    line.entry.clear();
    if (part.entry) line.entry.copy_deep(part.entry);
  }
  append(line, part.text);
  if (!part.whole) return std::nullopt;
  return close(line, part.pipe);
}

std::optional<ContainerParts::Line> ContainerParts::rest(Pipe pipe) {
  Open& line = pipes_[static_cast<size_t>(pipe)];
  if (!line.open) return std::nullopt;
  return close(line, pipe);
}

}  // namespace clogs::ingest
