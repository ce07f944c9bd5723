// Which lines of text go on with the record before them.
#pragma once

#include <cstdint>
#include <string_view>

namespace clogs::ingest {

// Knows of one record what its lines were so far. Lines that state a time begin a record whatever
// stands here; the caller does not ask about them.
class Continuation {
 public:
  // The record's first line; `dated`: it states a time or a level. What goes on with a line that
  // does neither and begins no trace is only the frames of one.
  void begin(std::string_view line, bool dated);

  enum class Verdict : uint8_t {
    other,   // begins a record
    joined,  // goes on with this one
    // An exception's name: goes on if the next line is a frame of its trace, else begins a record.
    unsure,
  };
  // The next line that is not blank; `behind_blank`: blank ones were before it.
  Verdict next(std::string_view line, bool behind_blank);

 private:
  enum class Inside : uint8_t { nothing, record, python, python_end, python_chain, go };
  bool joins(std::string_view line, bool behind_blank);
  bool goes_on_python(std::string_view line) const;

  Inside inside_ = Inside::nothing;
  bool indented_ = false;  // the last line was
};

}  // namespace clogs::ingest
