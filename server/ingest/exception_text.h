// The exception that the lines of a joined record tell of.
#pragma once

#include <optional>
#include <string_view>

namespace clogs::ingest {

struct ExceptionText {
  std::string_view type;
  std::string_view message;
  std::string_view stacktrace;  // from the line that opens the trace to the end of the text
};

// Of several lines with a trace of Java, Node or Python; empty where it is not clearly one. Of a
// Python chain the last exception, of Java's causes the first: the one that was not caught.
std::optional<ExceptionText> find_exception(std::string_view text);

}  // namespace clogs::ingest
