#include "server/ingest/text_records.h"

#include <utility>

#include "server/ingest/exception_text.h"
#include "server/ingest/line_level.h"
#include "server/ingest/trace_line.h"

namespace clogs::ingest {
namespace {

using edn::Kind;

// Keys of a Docker entry that are no more than its line: log, stream, time.
constexpr size_t bare_entry_keys = 3;

void put(edn::Tape& tape, std::string_view key, std::string_view text) {
  tape.atom(Kind::keyword, key);
  tape.atom(Kind::string, text);
}

void put_exception(const ExceptionText& exception, edn::Tape& tape) {
  tape.atom(Kind::keyword, "exception");
  const size_t opened = tape.open(Kind::map);
  constexpr size_t entries = 3;
  put(tape, "type", exception.type);
  put(tape, "message", exception.message);
  put(tape, "stacktrace", exception.stacktrace);
  tape.close(opened, entries);
}

}  // namespace

TextRecords::TextRecords(LineReader reader, bool join, size_t record_bytes_max, Emit emit)
    : reader_(std::move(reader)),
      join_(join),
      bytes_max_(record_bytes_max / joined_bytes_share),
      emit_(std::move(emit)) {}

void TextRecords::add(std::string_view text, uint64_t number) {
  add(slots_[plain], text, number, nullptr);
}

void TextRecords::add(const ContainerLine& wrapping, std::string_view text, uint64_t number) {
  add(slots_[slot_of(wrapping.pipe)], text, number, &wrapping);
}

void TextRecords::end_all() {
  for (Slot& slot : slots_) finish(slot);
}

void TextRecords::add(Slot& slot, std::string_view text, uint64_t number,
                      const ContainerLine* wrapping) {
  const std::optional<LineTime> time = reader_.time(text);
  const bool joined = slot.open && !time && join(slot, text, number, wrapping);
  slot.blank = false;
  if (joined) return;
  finish(slot);
  begin(slot, text, number, time, wrapping);
  if (!join_) finish(slot);
}

bool TextRecords::join(Slot& slot, std::string_view text, uint64_t number,
                       const ContainerLine* wrapping) {
  if (slot.unsure != 0) {
    const bool trace = !slot.blank && (is_frame(text) || is_java_link(text));
    if (!trace) split(slot);
    slot.unsure = 0;
  }
  const Continuation::Verdict verdict = slot.rules.next(text, slot.blank);
  if (verdict == Continuation::Verdict::other) return false;
  const size_t breaks = slot.blank ? 2 : 1;
  if (slot.lines >= joined_lines_max || slot.text.size() + breaks + text.size() > bytes_max_) {
    if (verdict == Continuation::Verdict::unsure) return false;
    emit(slot, slot.text);
    slot.text.assign(text);
    slot.lines = 1;
    slot.number = number;
    return true;
  }
  slot.text.append(breaks, '\n');
  if (verdict == Continuation::Verdict::unsure) {
    slot.unsure = slot.text.size();
    slot.unsure_number = number;
    if (wrapping != nullptr) slot.unsure_time.assign(wrapping->time);
  }
  slot.text.append(text);
  ++slot.lines;
  return true;
}

void TextRecords::begin(Slot& slot, std::string_view text, uint64_t number,
                        const std::optional<LineTime>& time, const ContainerLine* wrapping) {
  slot.open = true;
  slot.number = number;
  slot.lines = 1;
  slot.text.assign(text);
  slot.level = find_line_level(text, time.value_or(LineTime{}));
  slot.nanos = time ? reader_.nanos(*time) : std::nullopt;
  slot.pipe.reset();
  if (wrapping != nullptr) {
    slot.pipe = wrapping->pipe;
    slot.time.assign(wrapping->time);
    slot.entry.clear();
    if (wrapping->entry && wrapping->entry.size() > bare_entry_keys) {
      slot.entry.copy_deep(wrapping->entry);
    }
  }
  slot.rules.begin(text, time || !slot.level.empty() || wrapping != nullptr);
}

// The last line begins a record after all.
void TextRecords::split(Slot& slot) {
  const size_t at = std::exchange(slot.unsure, 0);
  --slot.lines;
  emit(slot, std::string_view(slot.text).substr(0, at - 1));
  slot.text.erase(0, at);
  slot.number = slot.unsure_number;
  slot.lines = 1;
  slot.nanos.reset();
  slot.level = find_line_level(slot.text, LineTime{});
  slot.time.swap(slot.unsure_time);
  slot.rules.begin(slot.text, slot.pipe.has_value());
}

void TextRecords::finish(Slot& slot) {
  if (!slot.open) return;
  if (slot.unsure != 0) split(slot);
  emit(slot, slot.text);
  slot.open = false;
}

void TextRecords::emit(Slot& slot, std::string_view text) {
  tape_.clear();
  const size_t opened = tape_.open(Kind::map);
  size_t entries = 1;
  if (slot.pipe) {
    put(tape_, "timestamp", slot.time);
    ++entries;
  } else if (slot.nanos) {
    tape_.atom(Kind::keyword, "timestamp");
    tape_.inst(*slot.nanos);
    ++entries;
  }
  if (!slot.level.empty()) {
    put(tape_, "level", slot.level);
    ++entries;
  }
  put(tape_, "message", text);
  if (slot.lines > 1) {
    if (const std::optional<ExceptionText> exception = find_exception(text)) {
      put_exception(*exception, tape_);
      ++entries;
    }
  }
  if (slot.pipe) {
    const edn::View entry = slot.entry.empty() ? edn::View() : slot.entry.root();
    entries += add_container_keys(*slot.pipe, entry, {}, tape_);
  }
  tape_.close(opened, entries);
  emit_(tape_.root(), slot.number);
}

}  // namespace clogs::ingest
