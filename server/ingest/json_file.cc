#include "server/ingest/json_file.h"

#include <algorithm>

#include "core/edn/scan.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {
namespace {

// Consumed bytes are cut off when there are so many, and not for every object.
constexpr size_t cut_bytes = size_t{1} << 20;
// Deeper ones are no records, nor JSON that the reader takes.
constexpr size_t open_max = 256;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

size_t skip_space(std::string_view text, size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// An object that has a first key, which EDN and text do not write so: `{"a":`.
bool opens_object(std::string_view text, size_t at) {
  if (at >= text.size() || text[at] != '{') return false;
  at = skip_space(text, at + 1);
  if (at >= text.size() || text[at] != '"') return false;
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
    if (text[at] == '\\') ++at;
  }
  if (at >= text.size() || text[at] != '"') return false;
  const size_t colon = skip_space(text, at + 1);
  if (colon >= text.size() || text[colon] != ':') return false;
  // `{"a" :b}` is EDN.
  return colon == at + 1 || colon + 1 == text.size() || is_space(text[colon + 1]);
}

}  // namespace

bool begins_like_json_file(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  size_t at = skip_space(text, 0);
  if (at < text.size() && text[at] == '[') return opens_object(text, skip_space(text, at + 1));
  if (!opens_object(text, at)) return false;
  const size_t line_end = text.find('\n', at);
  const bool has_line = line_end != std::string_view::npos;
  ObjectScan scan;
  size_t end = at;
  const ObjectScan::Outcome outcome = scan.run(text.substr(0, line_end), end);
  // A long line of which only the beginning is there is an object a line, as far as is known.
  if (outcome != ObjectScan::Outcome::whole) return has_line;
  return opens_object(text.substr(0, line_end), skip_space(text, end));
}

void ObjectScan::reset() {
  open_.clear();
  in_string_ = false;
}

std::string ObjectScan::missing() const {
  if (in_string_) return "\"";
  return open_.empty() ? "}" : open_.substr(open_.size() - 1);
}

ObjectScan::Outcome ObjectScan::run(std::string_view text, size_t& at) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* here = begin + at;
  const auto stop = [&](Outcome outcome) {
    at = static_cast<size_t>(here - begin);
    return outcome;
  };
  while (here != end) {
    if (in_string_) {
      here = edn::find_json_string_stop(here, end);
      if (here == end) break;
      if (*here == '\n') return stop(Outcome::broken);
      if (*here == '\\') {
        if (end - here < 2) break;
        if (here[1] == '\n') return stop(Outcome::broken);
        here += 2;
        continue;
      }
      in_string_ = *here != '"';
      ++here;
      continue;
    }
    const char c = *here;
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (open_.size() == open_max) return stop(Outcome::broken);
      open_ += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      if (open_.empty() || open_.back() != c) return stop(Outcome::broken);
      open_.pop_back();
    }
    ++here;
    if (open_.empty()) return stop(Outcome::whole);
  }
  return stop(Outcome::unfinished);
}

// The caller has decided by the beginning, so a byte order mark comes whole.
void JsonFile::feed(std::string_view bytes) {
  if (!fed_ && bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  fed_ = true;
  if (begin_ >= cut_bytes || begin_ == text_.size()) {
    text_.erase(0, begin_);
    begin_ = 0;
  }
  text_.append(bytes);
}

void JsonFile::consume(size_t bytes) {
  std::string_view gone = rest().substr(0, bytes);
  begin_ += bytes;
  at_.offset += bytes;
  const size_t last_break = gone.rfind('\n');
  if (last_break != std::string_view::npos) {
    at_.line += static_cast<size_t>(std::count(gone.begin(), gone.end(), '\n'));
    at_.column = 1;
    indent_ = 0;
    in_indent_ = true;
    gone.remove_prefix(last_break + 1);
  }
  for (const char c : gone) {
    if ((static_cast<uint8_t>(c) & 0xC0) != 0x80) ++at_.column;
    in_indent_ = in_indent_ && is_space(c);
    indent_ += in_indent_ ? 1 : 0;
  }
}

uint64_t JsonFile::lines() const {
  const std::string_view left = rest();
  const auto breaks = static_cast<uint64_t>(std::count(left.begin(), left.end(), '\n'));
  const bool mid_line = left.empty() ? at_.column != 1 : left.back() != '\n';
  return at_.line - 1 + breaks + (mid_line ? 1 : 0);
}

JsonFile::Step JsonFile::failure(std::string problem, std::string expected) const {
  const std::string_view left = rest();
  std::string found = left.empty() ? "end of text" : std::string(left.substr(0, 1));
  if (!left.empty() && static_cast<uint8_t>(left[0]) >= 0x80) found = "text";
  Step step;
  step.outcome = Outcome::error;
  step.at = at_;
  step.error =
      edn::ReadError{at_, std::move(problem), std::move(found), std::move(expected)}.status();
  return step;
}

bool JsonFile::open_array(char c) {
  if (c == '[' && array_line_ == 0) {
    array_line_ = at_.line;
  } else if (c == ']' && array_line_ != 0) {
    array_line_ = 0;
  } else if (c != ',' || array_line_ == 0) {
    return false;
  }
  consume(1);
  return true;
}

// False if `step` says what is instead of an object.
bool JsonFile::find_object(Step& step) {
  while (true) {
    if (in_text_) {
      const size_t stop = array_line_ != 0 ? rest().find_first_of("\n{]") : rest().find('\n');
      in_text_ = stop == std::string_view::npos;
      consume(std::min(stop, rest().size()));
    }
    consume(skip_space(rest(), 0));
    if (rest().empty()) {
      if (!finished_ || array_line_ == 0) return false;
      step = failure(
          "the array that begins on line " + std::to_string(array_line_) + " does not end", "]");
      array_line_ = 0;
      return false;
    }
    if (rest()[0] == '{') return true;
    if (open_array(rest()[0])) continue;
    step = failure("text between JSON objects", "an object");
    in_text_ = true;
    return false;
  }
}

// To the next line that opens an object as far indented as the broken one; false if there is none.
bool JsonFile::find_next_line() {
  while (true) {
    const size_t line_end = rest().find('\n');
    if (line_end == std::string_view::npos) {
      consume(rest().size());
      return false;
    }
    const std::string_view next = rest().substr(line_end + 1);
    const size_t indent = std::min(next.find_first_not_of(" \t"), next.size());
    // More may come of an indent that is no deeper yet.
    if (indent == next.size() && indent <= object_indent_ && !finished_) return false;
    consume(line_end + 1);
    if (indent == object_indent_ && indent < next.size() && next[indent] == '{') return true;
  }
}

JsonFile::Step JsonFile::broken() {
  Step step;
  step.outcome = Outcome::error;
  step.at = at_;
  const std::string_view object = rest().substr(0, scanned_);
  const auto lines = static_cast<size_t>(std::count(object.begin(), object.end(), '\n'));
  edn::ReadError error{at_, "a JSON object that does not end", "{", scan_.missing()};
  if (lines != 0) error.problem += " by line " + std::to_string(at_.line + lines);
  if (scanned_ > max_object_bytes_) {
    error.problem = "a JSON object of more than " + std::to_string(max_object_bytes_) + " bytes";
    error.expected = "a smaller one";
  }
  step.error = error.status();
  object_indent_ = indent_;
  inside_ = false;
  skipping_ = true;
  return step;
}

JsonFile::Step JsonFile::scan_object() {
  const ObjectScan::Outcome outcome = scan_.run(rest(), scanned_);
  if (outcome == ObjectScan::Outcome::broken || scanned_ > max_object_bytes_) return broken();
  if (outcome == ObjectScan::Outcome::unfinished) return finished_ ? broken() : Step{};
  Step step;
  step.outcome = Outcome::object;
  step.object = rest().substr(0, scanned_);
  step.at = at_;
  consume(scanned_);
  inside_ = false;
  return step;
}

JsonFile::Step JsonFile::next() {
  if (skipping_) {
    if (!find_next_line()) {
      // The end of a broken file has been told.
      if (finished_) array_line_ = 0;
      return {};
    }
    skipping_ = false;
  }
  Step step;
  if (!inside_) {
    if (!find_object(step)) return step;
    inside_ = true;
    scanned_ = 0;
    scan_.reset();
  }
  return scan_object();
}

}  // namespace clogs::ingest
