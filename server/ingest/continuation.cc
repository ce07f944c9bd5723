#include "server/ingest/continuation.h"

#include <algorithm>

#include "core/record/level.h"
#include "server/ingest/trace_line.h"

namespace clogs::ingest {
namespace {

// "  WARN x": a logger that aligns its levels to the right; not the middle of a record.
bool begins_with_level(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t[<("), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t]>):|"));
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         record::severity_of(word) != record::Severity::none;
}

bool is_strong(std::string_view line) {
  return is_frame(line) || is_python_frame(line) || is_java_link(line);
}

}  // namespace

void Continuation::begin(std::string_view line, bool dated) {
  indented_ = false;
  if (opens_python(line)) {
    inside_ = Inside::python;
  } else if (opens_go(line)) {
    inside_ = Inside::go;
  } else {
    inside_ = dated || trace_header(line) ? Inside::record : Inside::nothing;
  }
}

bool Continuation::goes_on_python(std::string_view line) const {
  if (inside_ == Inside::python) return static_cast<bool>(python_header(line));
  return is_python_link(line);
}

// Also moves to what the line opens.
bool Continuation::joins(std::string_view line, bool behind_blank) {
  const bool chained = inside_ == Inside::python_end || inside_ == Inside::python_chain;
  if (behind_blank) {
    if (inside_ == Inside::python_end && is_python_link(line)) {
      inside_ = Inside::python_chain;
      return true;
    }
    if (inside_ == Inside::python_chain && opens_python(line)) {
      inside_ = Inside::python;
      return true;
    }
    return inside_ == Inside::go && is_goroutine(line);
  }
  if (is_strong(line)) {
    if (inside_ == Inside::nothing) inside_ = Inside::record;
    return true;
  }
  if (inside_ == Inside::nothing) return false;
  if (is_indented(line)) return !begins_with_level(line);
  if (indented_ && is_closer(line)) return true;
  if (opens_python(line)) {
    inside_ = Inside::python;
    return true;
  }
  if (inside_ == Inside::python || chained) {
    if (!goes_on_python(line)) return false;
    inside_ = inside_ == Inside::python ? Inside::python_end : Inside::python_chain;
    return true;
  }
  if (inside_ == Inside::go) return is_go_line(line);
  if (!is_goroutine(line)) return false;
  inside_ = Inside::go;
  return true;
}

Continuation::Verdict Continuation::next(std::string_view line, bool behind_blank) {
  if (joins(line, behind_blank)) {
    indented_ = is_indented(line);
    return Verdict::joined;
  }
  const bool unsure =
      inside_ == Inside::record && !behind_blank && trace_header(line) && !is_uncaught(line);
  return unsure ? Verdict::unsure : Verdict::other;
}

}  // namespace clogs::ingest
