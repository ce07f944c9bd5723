#include "server/ingest/exception_text.h"

#include <algorithm>

#include "server/ingest/trace_line.h"

namespace clogs::ingest {
namespace {

// Lines of a message that stand between an exception's name and its first frame.
constexpr int message_lines_max = 20;

std::string_view line_at(std::string_view text, size_t at) {
  return text.substr(at, text.find('\n', at) - at);
}

// `at` is where a line begins that is not the first.
size_t line_before(std::string_view text, size_t at) {
  const size_t end = at - 1;
  const size_t stop = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
  return stop == std::string_view::npos ? 0 : stop + 1;
}

size_t offset_in(std::string_view text, std::string_view part) {
  return static_cast<size_t>(part.data() - text.data());
}

std::optional<ExceptionText> python(std::string_view text) {
  std::optional<ExceptionText> found;
  bool open = false;
  size_t first = std::string_view::npos;
  for (size_t at = 0; at < text.size();) {
    const std::string_view line = line_at(text, at);
    if (opens_python(line)) {
      open = true;
      if (first == std::string_view::npos) first = at + line.rfind("Traceback (");
    } else if (open && !is_indented(line)) {
      open = false;
      const TraceHeader header = python_header(line);
      if (header) found = ExceptionText{header.type, header.message, text.substr(first)};
    }
    at += line.size() + 1;
  }
  return found;
}

// The header is the line before the first frame, or some lines up where its message has several.
std::optional<ExceptionText> frames(std::string_view text, size_t first_frame) {
  size_t at = first_frame;
  for (int i = 0; i < message_lines_max && at != 0; ++i) {
    at = line_before(text, at);
    const std::string_view line = line_at(text, at);
    TraceHeader header = trace_header(line);
    size_t begin = at;
    if (!header && at == 0) {
      header = trace_header_inside(line);
      if (header) begin = offset_in(text, header.type);
    }
    if (!header) continue;
    const size_t message =
        header.message.empty() ? at + line.size() : offset_in(text, header.message);
    return ExceptionText{header.type, text.substr(message, first_frame - 1 - message),
                         text.substr(begin)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ExceptionText> find_exception(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const std::string_view line = line_at(text, at);
    if (opens_python(line)) return python(text);
    if (at != 0 && is_frame(line)) return frames(text, at);
    at += line.size() + 1;
  }
  return std::nullopt;
}

}  // namespace clogs::ingest
