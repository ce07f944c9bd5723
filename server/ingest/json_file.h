// The objects of a JSON file that comes in pieces: over many lines, one after the other with or
// without line breaks, or in arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "core/edn/reader.h"

namespace clogs::ingest {

// Whether `text`, the beginning of a file, is JSON that is not an object a line: an object that
// does not end on its first line or behind which another one stands, or an array of objects.
bool begins_like_json_file(std::string_view text);

// Follows one JSON object through its bytes.
class ObjectScan {
 public:
  enum class Outcome : uint8_t { whole, unfinished, broken };
  // Goes on at `at` of `text`, first where the object opens; `at` is then behind the object, at the
  // first byte that was not looked at, or where it breaks: a string that its line ends in, or a
  // bracket that closes another one.
  Outcome run(std::string_view text, size_t& at);
  void reset();
  // What a broken or unfinished one lacks.
  std::string missing() const;

 private:
  std::string open_;  // closing brackets to come, the innermost last
  bool in_string_ = false;
};

// Finds where objects begin and end; what stands in them is the JSON reader's to say. A broken one
// is told with its line, and reading goes on at the next line that opens an object as far indented.
class JsonFile {
 public:
  explicit JsonFile(size_t max_object_bytes) : max_object_bytes_(max_object_bytes) {}

  void feed(std::string_view bytes);
  // No more bytes come.
  void finish() { finished_ = true; }

  enum class Outcome : uint8_t {
    object,
    error,
    wait,  // for more bytes; at the end if finish() was called
  };
  struct Step {
    Outcome outcome = Outcome::wait;
    std::string_view object;  // until the next call
    edn::Position at;         // of the object or the error, in the file
    Status error;
  };
  Step next();

  // Of what was read.
  uint64_t lines() const;

 private:
  bool find_object(Step& step);
  bool find_next_line();
  bool open_array(char c);
  Step scan_object();
  Step broken();
  Step failure(std::string problem, std::string expected) const;
  void consume(size_t bytes);
  std::string_view rest() const { return std::string_view(text_).substr(begin_); }

  size_t max_object_bytes_;
  std::string text_;
  size_t begin_ = 0;    // of text_: what was read, or where the object opens that is read
  size_t scanned_ = 0;  // bytes of that object that were looked at
  ObjectScan scan_;
  edn::Position at_;          // of text_[begin_]
  size_t indent_ = 0;         // of its line
  bool in_indent_ = true;     // only white space is before it on its line
  uint64_t array_line_ = 0;   // where the array began that is open; 0: none
  size_t object_indent_ = 0;  // of a broken object's line
  bool fed_ = false;
  bool inside_ = false;
  bool in_text_ = false;   // that is no JSON and was told; it ends with its line
  bool skipping_ = false;  // to the next line that opens an object
  bool finished_ = false;
};

}  // namespace clogs::ingest
