#include "core/edn/reader.h"

#include <string>

#include "core/edn/escape.h"
#include "core/edn/parse.h"
#include "core/edn/printer.h"

namespace clogs::edn {

Reader::Reader(std::string_view text, ReadLimits limits) : text_(text), limits_(limits) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

Reader::Outcome Reader::next(Tape& tape) { return Parse(*this, tape).run(); }

namespace {

// How many blanks the line that starts at `at` begins with.
size_t indentation(std::string_view text, size_t at) {
  size_t end = text.find_first_not_of(" \t,", at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

}  // namespace

void Reader::skip_line() {
  size_t break_before = form_at_ == 0 ? std::string_view::npos : text_.rfind('\n', form_at_ - 1);
  size_t form_line = break_before == std::string_view::npos ? 0 : break_before + 1;
  size_t allowed = indentation(text_, form_line);
  for (;;) {
    size_t line_end = text_.find('\n', at_);
    if (line_end == std::string_view::npos) {
      at_ = text_.size();
      return;
    }
    at_ = line_end + 1;
    size_t indented = indentation(text_, at_);
    bool closes = at_ + indented < text_.size() &&
                  std::string_view(")]}").find(text_[at_ + indented]) != std::string_view::npos;
    if (indented <= allowed && !closes) return;
  }
}

Position position_of(std::string_view text, size_t offset) {
  Position position;
  position.offset = offset;
  for (char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<uint8_t>(c) & 0xC0) != 0x80) {
      ++position.column;
    }
  }
  return position;
}

Status ReadError::status() const {
  std::string message =
      "line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " + problem;
  if (!expected.empty()) message += ", expected " + expected;
  std::string details =
      "{:line " + std::to_string(at.line) + " :column " + std::to_string(at.column) + " :found ";
  append_quoted(found, details);
  if (!expected.empty()) {
    details += " :expected ";
    append_quoted(expected, details);
  }
  details += '}';
  return invalid_argument(std::move(message), std::move(details));
}

Status read_one(std::string_view text, Tape& tape, ReadLimits limits) {
  Reader reader(text, limits);
  ReadError error;
  switch (reader.next(tape)) {
    case Reader::Outcome::error:
      return reader.error().status();
    case Reader::Outcome::end:
      error = {position_of(text, text.size()), std::string(end_of_text), std::string(end_of_text),
               "one form"};
      return error.status();
    case Reader::Outcome::form:
      break;
  }
  size_t nodes = tape.size();
  switch (reader.next(tape)) {
    case Reader::Outcome::error:
      return reader.error().status();
    case Reader::Outcome::end:
      return ok_status();
    case Reader::Outcome::form:
      break;
  }
  std::string found = print(tape.at(nodes));
  tape.truncate(nodes);
  if (found.size() > found_bytes_max) found = "a further form";
  error = {position_of(text, reader.form_offset()), "a second form: " + found, found,
           "the end of the text"};
  return error.status();
}

Result<Value> read_value(std::string_view text, ReadLimits limits) {
  Tape tape;
  CLOGS_RETURN_IF_ERROR(read_one(text, tape, limits));
  return Value::from(tape.root());
}

}  // namespace clogs::edn
