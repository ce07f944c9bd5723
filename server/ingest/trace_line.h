// Lines of stack traces, as Java, Python, Node and Go write them.
#pragma once

#include <string_view>

namespace clogs::ingest {

// The line that names an exception.
struct TraceHeader {
  std::string_view type;  // "java.io.IOException", "TypeError"; empty: the line is none
  std::string_view message;
  explicit operator bool() const { return !type.empty(); }
};

// The whole of `line` is a header of Java or JavaScript: `java.io.IOException: gone`,
// `Exception in thread "main" a.B: x`, `Uncaught TypeError [CODE]: x`. The type's last name ends as
// those of exceptions do.
TraceHeader trace_header(std::string_view line);
// The runtime printed it, not a logger: it belongs to no record before it.
bool is_uncaught(std::string_view line);
// A header somewhere behind a space, to the line's end: of a logger that prints it in its line.
TraceHeader trace_header_inside(std::string_view line);
// The last line of a Python traceback, `KeyError: 'x'` or `KeyboardInterrupt`. Any dotted name is
// one, so this holds only where a traceback is open.
TraceHeader python_header(std::string_view line);

bool is_indented(std::string_view line);
// "\tat a.B.c(B.java:1)", "    at f (x.js:1:2)".
bool is_frame(std::string_view line);
// `  File "a.py", line 3, in f`.
bool is_python_frame(std::string_view line);
// "Caused by: ...", "Suppressed: ...", "... 12 more", "... 3 common frames omitted".
bool is_java_link(std::string_view line);
// "Traceback (most recent call last):" ends the line.
bool opens_python(std::string_view line);
// The sentences between the tracebacks of a chain.
bool is_python_link(std::string_view line);
// "panic: ...", "fatal error: ...", "goroutine 7 [running]:".
bool opens_go(std::string_view line);
bool is_goroutine(std::string_view line);
// Lines of an open dump that are not indented: a call, "created by ...", "[signal ...".
bool is_go_line(std::string_view line);
// "}", "});", "]": what ends text that a logger printed over several lines.
bool is_closer(std::string_view line);

}  // namespace clogs::ingest
