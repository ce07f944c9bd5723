#include "server/ingest/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/edn/json_reader.h"
#include "core/edn/tape.h"
#include "core/edn/utf8.h"
#include "core/record/record.h"
#include "server/ingest/edn_file.h"
#include "server/ingest/json_line.h"
#include "server/ingest/line_record.h"
#include "server/ingest/rejections.h"
#include "server/ingest/service.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {

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
  LineReader reader;
  edn::JsonReader json;
  edn::Tape tape;
  edn::Tape mapped;
  EdnFile edn;

  // Automatic mode waits for so many bytes before it decides.
  bool decided = false;
  bool line_too_long = false;  // its rest is skipped
  std::string partial;         // the beginning of a line, or of the file before it is decided
  std::string repaired;
  std::string lines;
  uint64_t ready = 0;
  LineCounts counts;
  std::vector<LineRejection> rejections;

  Impl(LineOptions given, Zone zone)
      : options(std::move(given)),
        reader(std::move(zone), options.year, options.now_nanos),
        edn(8 * options.limits.max_bytes) {
    decided = options.format != LineFormat::automatic;
  }

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

  bool convert_object(std::string_view line) {
    tape.clear();
    mapped.clear();
    if (!json.read(line, tape).ok() || !tape.root().is(edn::Kind::map)) return false;
    map_json_line(tape.root(), mapped);
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
    if (first == std::string_view::npos) return;
    if (!edn::is_valid_utf8(line)) {
      repaired.clear();
      counts.replaced_sequences += edn::append_repaired_utf8(line, repaired);
      ++counts.repaired_lines;
      line = repaired;
    }
    if (options.format == LineFormat::ndjson) {
      const Status status = convert_ndjson(line);
      if (!status.ok()) reject(counts.lines, status);
      return;
    }
    if (options.format == LineFormat::automatic && line[first] == '{' && convert_object(line)) {
      return;
    }
    tape.clear();
    reader.read(line, tape);
    const Status status = emit(tape.root());
    if (!status.ok()) reject(counts.lines, status);
  }

  void skip_long_line() {
    ++counts.lines;
    reject(counts.lines, record::check_line_bytes(options.limits.max_bytes + 1, options.limits)
                             .with_context("a line that is longer than a record may be"));
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
    if (options.format != LineFormat::edn) return feed_lines(bytes);
    edn.feed(bytes);
    read_edn();
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

  void decide() {
    decided = true;
    if (begins_like_edn(partial, json)) options.format = LineFormat::edn;
    const std::string head = std::exchange(partial, {});
    feed_decided(head);
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
  if (impl_->decided) return impl_->feed_decided(bytes);
  impl_->partial.append(bytes);
  if (impl_->partial.size() >= sniffed_bytes) impl_->decide();
}

void LineConverter::finish() {
  if (!impl_->decided) impl_->decide();
  if (impl_->options.format == LineFormat::edn) {
    impl_->edn.finish();
    impl_->read_edn();
  } else if (!impl_->partial.empty()) {
    const std::string last = std::exchange(impl_->partial, {});
    impl_->convert_line(last);
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
