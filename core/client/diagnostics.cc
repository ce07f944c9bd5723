#include "core/client/diagnostics.h"

namespace clogs::client {

std::optional<std::string> DiagnosticLines::line(Notice kind, std::string_view text,
                                                 send::TimePoint now) {
  const bool wanted =
      level_ == Diagnostics::info || (level_ == Diagnostics::error && kind != Notice::recovered);
  if (!wanted) return std::nullopt;
  Kind& state = kinds_[static_cast<size_t>(kind)];
  if (state.last && now - *state.last < quiet_time) {
    ++state.held_back;
    return std::nullopt;
  }
  std::string line = "clogs: ";
  for (const char c : text) line.push_back(c == '\n' || c == '\r' ? ' ' : c);
  if (state.held_back > 0) {
    line += " (" + std::to_string(state.held_back) + " more like it since the last line)";
  }
  line.push_back('\n');
  state = {.last = now, .held_back = 0};
  return line;
}

}  // namespace clogs::client
