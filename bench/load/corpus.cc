#include "bench/load/corpus.h"

#include <algorithm>
#include <fstream>
#include <random>

#include <fmt/format.h>

#include "core/edn/json_reader.h"
#include "core/edn/tape.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"
#include "core/record/wire.h"

namespace clogs::load {
namespace {

std::string generated_line(std::mt19937_64& random, size_t index) {
  static constexpr const char* levels[] = {"info", "info", "info", "debug", "warn", "error"};
  static constexpr const char* services[] = {"checkout", "search", "billing", "gateway", "auth"};
  const uint64_t a = random();
  const uint64_t b = random();
  return fmt::format(
      R"({{"timestamp":"2026-11-23T{:02}:{:02}:{:02}.{:06}Z","level":"{}","service":"{}",)"
      R"("host":"node-{:02}","logger":"http.access","trace_id":"{:016x}{:016x}",)"
      R"("span_id":"{:016x}","message":"GET /api/v1/items/{} finished with status {} in {} ms",)"
      R"("user_id":{},"duration_ms":{}.{},"http":{{"method":"GET","status":{},"bytes":{}}},)"
      R"("region":"eu-west-{}"}})",
      index / 3600 % 24, index / 60 % 60, index % 60, a % 1'000'000, levels[a % 6], services[b % 5],
      a % 40, a, b, b, a % 100'000, a % 20 == 0 ? 500 : 200, b % 900, b % 1'000'000, b % 900,
      a % 10, a % 20 == 0 ? 500 : 200, a % 50'000, b % 3);
}

// The record as an SDK sends it: the known keys in their own fields, the time as an instant.
Status typed(edn::View record, edn::Tape& out) {
  static constexpr std::string_view known[] = {"timestamp", "level",  "message",  "service", "host",
                                               "logger",    "thread", "trace_id", "span_id"};
  if (!record.is(edn::Kind::map)) return invalid_argument("A line is not a JSON object");
  const size_t map = out.open(edn::Kind::map);
  size_t entries = 0;
  for (const std::string_view name : known) {
    const edn::View value = record.find(name);
    if (!value) continue;
    out.atom(edn::Kind::keyword, name);
    if (name == "timestamp") {
      CLOGS_ASSIGN_OR_RETURN(const int64_t nanos, record::timestamp_nanos(value));
      out.inst(nanos);
    } else {
      out.copy(value);
    }
    ++entries;
  }
  for (auto it = record.begin(); it != record.end(); ++it) {
    const edn::View key = *it;
    const edn::View value = *++it;
    if (std::find(std::begin(known), std::end(known), key.text()) != std::end(known)) continue;
    out.copy(key);
    out.copy(value);
    ++entries;
  }
  out.close(map, entries);
  return {};
}

}  // namespace

Result<std::vector<std::string>> read_lines(const Options& options) {
  std::vector<std::string> lines;
  if (options.file.empty()) {
    std::mt19937_64 random(1);
    for (size_t i = 0; i < options.corpus_records; ++i) lines.push_back(generated_line(random, i));
    return lines;
  }
  std::ifstream in(options.file, std::ios::binary);
  std::string line;
  while (lines.size() < options.corpus_records && std::getline(in, line)) {
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.empty()) return not_found("No JSON lines in " + options.file);
  return lines;
}

std::vector<Body> json_bodies(const std::vector<std::string>& lines, size_t batch_records) {
  std::vector<Body> bodies;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i % batch_records == 0) bodies.emplace_back();
    bodies.back().bytes += lines[i];
    if (batch_records > 1) bodies.back().bytes += '\n';
    ++bodies.back().records;
  }
  return bodies;
}

Result<std::vector<Body>> protobuf_bodies(const std::vector<std::string>& lines,
                                          size_t batch_records) {
  constexpr uint32_t batch_records_field = 5;
  std::vector<Body> bodies;
  edn::JsonReader reader;
  edn::Tape tape;
  edn::Tape typed_tape;
  std::string record;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i % batch_records == 0) bodies.emplace_back();
    tape.clear();
    record.clear();
    CLOGS_RETURN_IF_ERROR(reader.read(lines[i], tape));
    typed_tape.clear();
    CLOGS_RETURN_IF_ERROR(typed(tape.root(), typed_tape));
    CLOGS_RETURN_IF_ERROR(record::encode_record(typed_tape.root(), record));
    record::wire::put_bytes(batch_records_field, record, bodies.back().bytes);
    ++bodies.back().records;
  }
  return bodies;
}

}  // namespace clogs::load
