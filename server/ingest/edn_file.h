// The forms of an EDN file that comes in pieces: maps one after the other, or in one vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::ingest {

class EdnFile {
 public:
  explicit EdnFile(size_t max_form_bytes);

  void feed(std::string_view bytes);
  // No more bytes come.
  void finish() { finished_ = true; }

  enum class Outcome : uint8_t {
    form,
    error,  // reading goes on at the next line that begins with a map
    wait,   // for more bytes; at the end if finish() was called
  };
  struct Step {
    Outcome outcome = Outcome::wait;
    edn::View form;     // until the next call
    uint64_t line = 0;  // where the form begins, from 1
    Status error;       // its position is of the file
  };
  Step next();

  // Of what was read.
  uint64_t lines() const;

 private:
  Step fail(const edn::Reader& reader);
  void consume(size_t bytes);
  bool open_vector();

  edn::ReadLimits limits_;
  edn::Tape tape_;
  std::string text_;    // bytes that are not consumed yet
  size_t at_ = 0;       // of text_: what was read
  uint64_t line_ = 1;   // of text_[at_]
  bool began_ = false;  // whether there is a vector around the maps is known
  bool vector_ = false;
  bool finished_ = false;
  bool mid_line_ = false;  // bytes behind the last line break were consumed
};

}  // namespace clogs::ingest
