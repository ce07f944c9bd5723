// Lines of text as records, the lines of a stack trace and the like joined to one.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/edn/tape.h"
#include "server/ingest/container_line.h"
#include "server/ingest/continuation.h"
#include "server/ingest/line_record.h"

namespace clogs::ingest {

// Lines of a joined record. Traces with their causes have hundreds; what is longer becomes several
// records of the same time and level.
constexpr uint32_t joined_lines_max = 1000;
// Bytes of one, as a share of what a record may have: the text stands twice in it (:message and
// :stacktrace), and each byte may be printed as two.
constexpr size_t joined_bytes_share = 8;

class TextRecords {
 public:
  // `line`: of the file, where the record begins. The record is gone after the call.
  using Emit = std::function<void(edn::View record, uint64_t line)>;
  TextRecords(LineReader reader, bool join, size_t record_bytes_max, Emit emit);

  // A line of the file that is not blank. Joined records come out when the next line begins one.
  void add(std::string_view text, uint64_t number);
  // A line that a container wrote, `wrapping` without its text. Lines of its two pipes are joined
  // apart.
  void add(const ContainerLine& wrapping, std::string_view text, uint64_t number);
  void blank() { slots_[plain].blank = true; }
  void blank(Pipe pipe) { slots_[slot_of(pipe)].blank = true; }
  // What was added is a record; another kind of line follows, or the end.
  void end() { finish(slots_[plain]); }
  void end(Pipe pipe) { finish(slots_[slot_of(pipe)]); }
  void end_all();

 private:
  static constexpr size_t plain = 0;
  static size_t slot_of(Pipe pipe) { return pipe == Pipe::out ? 1 : 2; }

  // A record to which lines may come.
  struct Slot {
    bool open = false;
    bool blank = false;  // behind its last line
    uint64_t number = 0;
    uint32_t lines = 0;
    std::string text;
    std::optional<int64_t> nanos;
    std::string level;
    Continuation rules;
    // Of a container:
    std::optional<Pipe> pipe;
    std::string time;
    edn::Tape entry;
    // Where in `text` the last line begins while it is not known whether it belongs here; 0: it is.
    size_t unsure = 0;
    uint64_t unsure_number = 0;
    std::string unsure_time;
  };

  void add(Slot& slot, std::string_view text, uint64_t number, const ContainerLine* wrapping);
  bool join(Slot& slot, std::string_view text, uint64_t number, const ContainerLine* wrapping);
  void begin(Slot& slot, std::string_view text, uint64_t number,
             const std::optional<LineTime>& time, const ContainerLine* wrapping);
  void split(Slot& slot);
  void finish(Slot& slot);
  void emit(Slot& slot, std::string_view text);

  LineReader reader_;
  bool join_;
  size_t bytes_max_;
  Emit emit_;
  std::array<Slot, 3> slots_;
  edn::Tape tape_;
};

}  // namespace clogs::ingest
