#include "server/app/remote/events.h"

#include <utility>

namespace clogs::app::remote {
namespace {

// A record is at most a megabyte of EDN, and JSON escapes can make six of it.
constexpr size_t line_bytes_max = size_t{16} << 20;

}  // namespace

Status EventReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      partial_.append(bytes);
      if (partial_.size() > line_bytes_max) {
        return Status(Code::out_of_range, "The server sent an event without an end");
      }
      return {};
    }
    partial_.append(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
    if (!partial_.empty() && partial_.back() == '\r') partial_.pop_back();
    const std::string whole = std::exchange(partial_, {});
    CLOGS_RETURN_IF_ERROR(line(whole));
  }
  return {};
}

Status EventReader::line(std::string_view line) {
  if (line.empty()) {
    const Event event = std::exchange(event_, {});
    return std::exchange(has_data_, false) ? on_event_(event) : ok_status();
  }
  const size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "data") {
    if (has_data_) event_.data.push_back('\n');
    event_.data.append(value);
    has_data_ = true;
  }
  return {};
}

}  // namespace clogs::app::remote
