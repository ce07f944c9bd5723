// `clogs tail`: follows records as they are stored.
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/level.h"
#include "core/record/record.h"
#include "server/app/cli/remote_target.h"
#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"

namespace clogs::app {

namespace {

std::string text_of(edn::View record, std::string_view key) {
  edn::View value = record.find(key);
  if (!value || value.is_nil()) return {};
  bool plain = value.is(edn::Kind::string) || value.is(edn::Kind::keyword);
  return plain ? std::string(value.text()) : edn::print(value);
}

std::string time_of(edn::View record) {
  edn::View value = record.find("timestamp");
  if (!value) return {};
  Result<int64_t> nanos = record::timestamp_nanos(value);
  return nanos.ok() ? format_rfc3339(Instant::from_nanos(*nanos)) : std::string();
}

bool is_headline(std::string_view key) {
  return key == "timestamp" || key == "level" || key == "service" || key == "message";
}

// "2026-11-23T10:00:00Z ERROR shop: payment failed order=17", the rest of the keys dimmed.
std::string line_of(edn::View record, bool colour) {
  std::string level = text_of(record, "level");
  std::string_view shade = colour ? level_colour(level) : std::string_view();
  std::string line = time_of(record);
  line += fmt::format(" {}{:<5}{}", shade, level, shade.empty() ? "" : colour_reset);
  if (std::string service = text_of(record, "service"); !service.empty()) {
    line += fmt::format(" {}:", service);
  }
  line += " " + text_of(record, "message");
  if (colour) line += colour_dim;
  for (auto at = record.begin(); at != record.end(); ++at) {
    edn::View key = *at;
    edn::View value = *++at;
    if (is_headline(key.text())) continue;
    line += fmt::format(" {}={}", key.text(), edn::print(value));
  }
  if (colour) line += colour_reset;
  return line;
}

Status print_event(const remote::Event& event, const TailOptions& options, bool colour) {
  if (!event.name.empty()) {
    fmt::print(stderr, "clogs: {}: {}\n", event.name, event.data);
    return {};
  }
  std::string line = event.data;
  if (options.format.empty() || options.format == "text") {
    edn::Tape tape;
    CLOGS_RETURN_IF_ERROR(edn::read_one(event.data, tape));
    line = line_of(tape.root(), colour);
  }
  line += '\n';
  bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  // Each record at once, also into a pipe.
  if (!written || std::fflush(stdout) != 0) return unavailable("cannot write to standard output");
  return {};
}

}  // namespace

int run_tail(const TailOptions& options) {
  auto client = remote::Client::make(target_of(options.remote));
  if (!client.ok()) return fail(client.status());
  remote::TailQuery query;
  query.text = options.query;
  query.rows_as_edn = options.format != "ndjson";
  bool colour = wants_colour(stdout);
  Status status = (*client)->tail(
      query, [&](const remote::Event& event) { return print_event(event, options, colour); },
      &stop_on_signal());
  // Ctrl-C is how a tail ends.
  return status.ok() || status.code() == Code::cancelled ? exit_done : fail(status);
}

}  // namespace clogs::app
