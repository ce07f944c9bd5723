#include "server/ingest/trace_line.h"

#include <algorithm>
#include <array>

#include "server/ingest/line_cursor.h"

namespace clogs::ingest {
namespace {

constexpr std::string_view python_opening = "Traceback (most recent call last):";
constexpr std::string_view in_thread = "Exception in thread \"";
constexpr std::string_view uncaught = "Uncaught ";
constexpr std::array<std::string_view, 4> type_endings = {"Exception", "Error", "Throwable",
                                                          "Failure"};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '$'; }

// Names with dots between them, from the beginning of `text`.
std::string_view dotted_name(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && is_letter(text[at])) {
    while (at < text.size() && is_name(text[at])) ++at;
    if (at + 1 >= text.size() || text[at] != '.' || !is_letter(text[at + 1])) break;
    ++at;
  }
  return text.substr(0, at);
}

bool names_exception(std::string_view type) {
  const size_t dot = type.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? type : type.substr(dot + 1);
  return !last.empty() && is_upper(last[0]) &&
         std::any_of(type_endings.begin(), type_endings.end(),
                     [last](std::string_view ending) { return last.ends_with(ending); });
}

// What follows a type: nothing, ": message" or, of Node, " [CODE]: message".
TraceHeader with_message(std::string_view type, std::string_view rest) {
  if (rest.empty()) return {type, {}};
  if (rest.starts_with(" [")) {
    const size_t close = rest.find(']');
    if (close == std::string_view::npos) return {};
    rest.remove_prefix(close + 1);
    if (rest.empty()) return {type, {}};
  }
  if (!rest.starts_with(':')) return {};
  rest.remove_prefix(1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return {type, rest};
}

TraceHeader header_at_beginning(std::string_view text) {
  const std::string_view type = dotted_name(text);
  return names_exception(type) ? with_message(type, text.substr(type.size())) : TraceHeader{};
}

bool starts_with_any(std::string_view line, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [line](std::string_view text) { return line.starts_with(text); });
}

std::string_view without_indent(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return line;
}

}  // namespace

TraceHeader trace_header(std::string_view line) {
  if (line.starts_with(in_thread)) {
    const size_t close = line.find("\" ", in_thread.size());
    if (close == std::string_view::npos) return {};
    line.remove_prefix(close + 2);
  }
  if (line.starts_with(uncaught)) line.remove_prefix(uncaught.size());
  return header_at_beginning(line);
}

TraceHeader trace_header_inside(std::string_view line) {
  for (size_t at = line.find(' '); at != std::string_view::npos; at = line.find(' ', at + 1)) {
    if (const TraceHeader found = header_at_beginning(line.substr(at + 1))) return found;
  }
  return {};
}

TraceHeader python_header(std::string_view line) {
  const std::string_view type = dotted_name(line);
  const std::string_view rest = line.substr(type.size());
  if (type.empty() || (!rest.empty() && !rest.starts_with(": "))) return {};
  return with_message(type, rest);
}

bool is_indented(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

bool is_frame(std::string_view line) {
  return is_indented(line) && without_indent(line).starts_with("at ");
}

bool is_python_frame(std::string_view line) {
  return is_indented(line) && without_indent(line).starts_with("File \"");
}

bool is_java_link(std::string_view line) {
  line = without_indent(line);
  if (starts_with_any(line, {"Caused by: ", "Suppressed: "})) return true;
  if (!line.starts_with("... ")) return false;
  Cursor at(line, 4);
  int64_t count = 0;
  constexpr size_t digits_max = 9;
  return at.number(1, digits_max, count) && (at.take_text(" more") || at.take_text(" common "));
}

bool opens_python(std::string_view line) { return line.ends_with(python_opening); }

bool is_python_link(std::string_view line) {
  return starts_with_any(line, {"During handling of the above exception,",
                                "The above exception was the direct cause"});
}

bool is_goroutine(std::string_view line) {
  return line.starts_with("goroutine ") && line.ends_with("]:");
}

bool is_uncaught(std::string_view line) { return starts_with_any(line, {in_thread, uncaught}); }

bool opens_go(std::string_view line) {
  return starts_with_any(line, {"panic: ", "fatal error: "}) || is_goroutine(line);
}

bool is_go_line(std::string_view line) {
  if (is_goroutine(line) || starts_with_any(line, {"created by ", "[signal ", "exit status "})) {
    return true;
  }
  // A call has no space before its arguments: "net/http.(*conn).serve(0xc0000b4000, {0x1, 0x2})".
  const size_t open = line.find('(');
  return open != std::string_view::npos && line.ends_with(')') && line.find('.') < line.size() &&
         line.find(' ') > open;
}

bool is_closer(std::string_view line) {
  return !line.empty() && line.find_first_not_of("})];,") == std::string_view::npos;
}

}  // namespace clogs::ingest
