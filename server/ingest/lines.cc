#include "server/ingest/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/edn/json_reader.h"
#include "core/edn/tape.h"
#include "core/edn/utf8.h"
#include "core/record/record.h"
#include "server/ingest/container_line.h"
#include "server/ingest/container_parts.h"
#include "server/ingest/edn_file.h"
#include "server/ingest/formats.h"
#include "server/ingest/json_file.h"
#include "server/ingest/json_line.h"
#include "server/ingest/line_record.h"
#include "server/ingest/rejections.h"
#include "server/ingest/service.h"
#include "server/ingest/sniff.h"
#include "server/ingest/text_records.h"

namespace clogs::ingest {
namespace {

// White space and escapes make the source of a record longer than its line; this much is read.
constexpr size_t source_bytes_factor = 8;

enum class Reading : uint8_t { undecided, lines, edn, json };

Reading reading_of(LineFormat format) {
  if (format == LineFormat::automatic) return Reading::undecided;
  return format == LineFormat::edn ? Reading::edn : Reading::lines;
}

}  // namespace

Result<LineFormat> line_format_of(std::string_view name) {
  if (name == "auto") return LineFormat::automatic;
  if (name == "edn") return LineFormat::edn;
  if (name == "ndjson") return LineFormat::ndjson;
  if (name == "text") return LineFormat::text;
  return invalid_argument("unknown format \"" + std::string(name.substr(0, 64)) +
                          "\", expected auto, edn, ndjson or text");
}

struct LineConverter::Impl {
  LineOptions options;
  Reading reading;
  TextRecords text;
  ContainerParts parts;
  edn::JsonReader json;
  edn::Tape tape;
  edn::Tape written;  // the object that a container wrote
  edn::Tape mapped;
  edn::Tape merged;
  EdnFile edn;
  JsonFile objects;

  bool line_too_long = false;  // its rest is skipped
  std::string partial;         // the beginning of a line, or of the file before it is decided
  std::string repaired;
  std::string lines;
  uint64_t ready = 0;
  LineCounts counts;
  std::vector<LineRejection> rejections;

  Impl(LineOptions given, Zone zone)
      : options(std::move(given)),
        reading(reading_of(options.format)),
        text(LineReader(std::move(zone), options.year, options.now_nanos), options.multiline,
             options.limits.max_bytes,
             [this](edn::View record, uint64_t line) {
               const Status status = emit(record);
               if (!status.ok()) reject(line, status);
             }),
        parts(options.limits.max_bytes),
        edn(source_bytes_factor * options.limits.max_bytes),
        objects(source_bytes_factor * options.limits.max_bytes) {}

  void reject(uint64_t line, const Status& reason) {
    ++counts.rejected;
    if (rejections.size() >= max_described_rejections) return;
    rejections.push_back(
        {.line = line, .error = reason.message(), .details_edn = rejection_details(reason)});
  }

  Status emit(edn::View record) {
    const auto meta = options.accept_meta ? record::MetaKeys::accept : record::MetaKeys::refuse;
    CLOGS_ASSIGN_OR_RETURN(const record::Facts facts,
                           record::validate(record, options.limits, meta));
    const size_t before = lines.size();
    record::print_line(record, lines);
    Status size = record::check_line_bytes(lines.size() - before, options.limits);
    if (!size.ok()) {
      lines.resize(before);
      return size;
    }
    ++ready;
    ++counts.records;
    counts.with_timestamp += facts.timestamp_nanos ? 1 : 0;
    counts.with_level += facts.severity != record::Severity::none ? 1 : 0;
    return ok_status();
  }

  std::string_view repair(std::string_view line) {
    if (edn::is_valid_utf8(line)) return line;
    repaired.clear();
    counts.replaced_sequences += edn::append_repaired_utf8(line, repaired);
    ++counts.repaired_lines;
    return repaired;
  }

  // What a container wrote, an object, with what its runtime knows beside it.
  Status emit_written(const ContainerLine& line) {
    written.clear();
    CLOGS_RETURN_IF_ERROR(json.read(line.text, written));
    if (!written.root().is(edn::Kind::map)) return invalid_argument("not an object");
    mapped.clear();
    map_json_line(written.root(), mapped);
    merged.clear();
    const size_t opened = merged.open(edn::Kind::map);
    size_t entries = mapped.root().size();
    for (const edn::View part : mapped.root()) merged.copy(part);
    if (!mapped.root().find("timestamp")) {
      merged.atom(edn::Kind::keyword, "timestamp");
      merged.atom(edn::Kind::string, line.time);
      ++entries;
    }
    entries += add_container_keys(line.pipe, line.entry, mapped.root(), merged);
    merged.close(opened, entries);
    text.end(line.pipe);
    return emit(merged.root());
  }

  void convert_written(ContainerParts::Line line) {
    ContainerLine& found = line.wrapping;
    if (line.too_long) {
      text.end(found.pipe);
      return reject(line.number, too_long());
    }
    if (found.text.ends_with('\r')) found.text.remove_suffix(1);
    const size_t first = found.text.find_first_not_of(" \t\r\v\f");
    if (first == std::string_view::npos) return text.blank(found.pipe);
    found.text = repair(found.text);
    if (found.text[first] == '{' && emit_written(found).ok()) return;
    text.add(found, found.text, line.number);
  }

  bool convert_cri(std::string_view line) {
    const std::optional<ContainerLine> part = read_cri_line(line);
    if (!part) return false;
    if (auto whole = parts.add(*part, counts.lines)) convert_written(*whole);
    return true;
  }

  bool convert_object(std::string_view line) {
    tape.clear();
    if (!json.read(line, tape).ok() || !tape.root().is(edn::Kind::map)) return false;
    if (const std::optional<ContainerLine> part = read_docker_entry(tape.root())) {
      if (auto whole = parts.add(*part, counts.lines)) convert_written(*whole);
      return true;
    }
    mapped.clear();
    map_json_line(tape.root(), mapped);
    text.end();
    return emit(mapped.root()).ok();
  }

  Status convert_ndjson(std::string_view line) {
    tape.clear();
    CLOGS_RETURN_IF_ERROR(json.read(line, tape));
    return emit(tape.root());
  }

  void convert_line(std::string_view line) {
    ++counts.lines;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (counts.lines == 1 && line.starts_with(byte_order_mark)) {
      line.remove_prefix(byte_order_mark.size());
    }
    const size_t first = line.find_first_not_of(" \t\r\v\f");
    if (first == std::string_view::npos) return text.blank();
    // Parts may be cut inside a character, so they are looked at before it is repaired.
    const bool automatic = options.format == LineFormat::automatic;
    if (automatic && convert_cri(line)) return;
    line = repair(line);
    if (options.format == LineFormat::ndjson) {
      const Status status = convert_ndjson(line);
      if (!status.ok()) reject(counts.lines, status);
      return;
    }
    if (automatic && line[first] == '{' && convert_object(line)) return;
    text.add(line, counts.lines);
  }

  Status too_long() const {
    return record::check_line_bytes(options.limits.max_bytes + 1, options.limits)
        .with_context("a line that is longer than a record may be");
  }

  void skip_long_line() {
    ++counts.lines;
    text.end();
    reject(counts.lines, too_long());
    line_too_long = true;
    partial.clear();
  }

  // Whole lines of `bytes`; what follows the last line break is kept.
  void feed_lines(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\n');
      const bool whole = end != std::string_view::npos;
      const std::string_view piece = bytes.substr(0, whole ? end : bytes.size());
      bytes.remove_prefix(whole ? end + 1 : bytes.size());
      if (line_too_long) {
        line_too_long = !whole;
        continue;
      }
      if (partial.size() + piece.size() > options.limits.max_bytes) {
        skip_long_line();
        line_too_long = !whole;
        continue;
      }
      if (whole && partial.empty()) {
        convert_line(piece);
        continue;
      }
      partial.append(piece);
      if (!whole) continue;
      convert_line(partial);
      partial.clear();
    }
  }

  void feed_decided(std::string_view bytes) {
    if (reading == Reading::edn) {
      edn.feed(bytes);
      return read_edn();
    }
    if (reading == Reading::json) {
      objects.feed(bytes);
      return read_objects();
    }
    feed_lines(bytes);
  }

  void read_edn() {
    while (true) {
      const EdnFile::Step step = edn.next();
      if (step.outcome == EdnFile::Outcome::wait) break;
      const Status status = step.outcome == EdnFile::Outcome::form ? emit(step.form) : step.error;
      if (!status.ok()) reject(step.line, status);
    }
    counts.lines = edn.lines();
  }

  Status convert_file_object(const JsonFile::Step& step) {
    tape.clear();
    const Status read = json.read(repair(step.object), tape);
    if (!read.ok()) return moved_to(read, step.at);
    mapped.clear();
    map_json_line(tape.root(), mapped);
    return emit(mapped.root());
  }

  void read_objects() {
    while (true) {
      const JsonFile::Step step = objects.next();
      if (step.outcome == JsonFile::Outcome::wait) break;
      const Status status =
          step.outcome == JsonFile::Outcome::object ? convert_file_object(step) : step.error;
      if (!status.ok()) reject(step.at.line, status);
    }
    counts.lines = objects.lines();
  }

  void decide() {
    reading = Reading::lines;
    if (begins_like_json_file(partial)) {
      reading = Reading::json;
    } else if (begins_like_edn(partial, json)) {
      reading = Reading::edn;
    }
    const std::string head = std::exchange(partial, {});
    feed_decided(head);
  }

  void finish_lines() {
    if (!partial.empty()) {
      const std::string last = std::exchange(partial, {});
      convert_line(last);
    }
    for (const Pipe pipe : {Pipe::out, Pipe::err}) {
      if (auto line = parts.rest(pipe)) convert_written(*line);
    }
    text.end_all();
  }
};

LineConverter::LineConverter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineConverter::LineConverter(LineConverter&&) noexcept = default;
LineConverter& LineConverter::operator=(LineConverter&&) noexcept = default;
LineConverter::~LineConverter() = default;

Result<LineConverter> LineConverter::create(LineOptions options) {
  CLOGS_ASSIGN_OR_RETURN(Zone zone, Zone::find(options.tz));
  return LineConverter(std::make_unique<Impl>(std::move(options), std::move(zone)));
}

void LineConverter::feed(std::string_view bytes) {
  impl_->counts.bytes += bytes.size();
  if (impl_->reading != Reading::undecided) return impl_->feed_decided(bytes);
  impl_->partial.append(bytes);
  if (impl_->partial.size() >= sniffed_bytes) impl_->decide();
}

void LineConverter::finish() {
  if (impl_->reading == Reading::undecided) impl_->decide();
  switch (impl_->reading) {
    case Reading::edn:
      impl_->edn.finish();
      return impl_->read_edn();
    case Reading::json:
      impl_->objects.finish();
      return impl_->read_objects();
    default:
      return impl_->finish_lines();
  }
}

uint64_t LineConverter::take(std::string& lines) {
  if (lines.empty()) {
    lines.swap(impl_->lines);
  } else {
    lines += impl_->lines;
  }
  impl_->lines.clear();
  return std::exchange(impl_->ready, 0);
}

size_t LineConverter::ready_bytes() const { return impl_->lines.size(); }
const LineCounts& LineConverter::counts() const { return impl_->counts; }
const std::vector<LineRejection>& LineConverter::rejections() const { return impl_->rejections; }

}  // namespace clogs::ingest
