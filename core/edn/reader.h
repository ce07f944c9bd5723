// Reads EDN text: https://github.com/edn-format/edn, and what Clojure prints by default besides
// (ratios, ##Inf ##-Inf ##NaN, namespaced maps). Nothing is ever evaluated.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/tape.h"
#include "core/edn/value.h"

namespace clogs::edn {

struct ReadLimits {
  size_t max_depth = 256;
  size_t max_form_bytes = size_t{64} << 20;  // one form
  size_t max_digits = 4096;                  // bytes of one number
};

struct Position {
  size_t offset = 0;  // bytes from the start of the text
  size_t line = 1;    // from 1
  size_t column = 1;  // from 1, in characters (code points)
};

// What was wrong, where, what was found and what was expected.
// status(): "line 1, column 7: unmatched delimiter ], expected }" with details
// {:line 1 :column 7 :found "]" :expected "}"}.
struct ReadError {
  Position at;
  std::string problem;
  std::string found;
  std::string expected;
  Status status() const;
};

// Reads form after form from one text. The text must stay where it is while tapes read from it
// are in use. Text must be valid UTF-8; invalid bytes inside a form are an error of that form.
class Reader {
 public:
  explicit Reader(std::string_view text, ReadLimits limits = {});

  enum class Outcome { form, end, error };
  // Appends the next form to `tape`. After `error` the tape is as before and the reader stands
  // where it failed (at the start of a form that the text ends in); error() says why, and
  // skip_line() moves on so that the rest can be read.
  Outcome next(Tape& tape);
  const ReadError& error() const { return error_; }
  // To the next line that may start a form: one that is indented no deeper than the line where the
  // form that failed began, and does not close a bracket. So the rest of a bad form of several
  // lines is not taken for forms.
  void skip_line();
  // Bytes consumed: just behind the form that was read last.
  size_t offset() const { return at_; }
  // Where the form that was read last, or that failed, began.
  size_t form_offset() const { return form_at_; }

 private:
  friend class Parse;
  std::string_view text_;
  ReadLimits limits_;
  size_t at_ = 0;
  size_t form_at_ = 0;
  ReadError error_;
};

// Line and column of a byte of `text`.
Position position_of(std::string_view text, size_t offset);

// A text of exactly one form; empty or further forms are an error.
Status read_one(std::string_view text, Tape& tape, ReadLimits limits = {});
Result<Value> read_value(std::string_view text, ReadLimits limits = {});

}  // namespace clogs::edn
