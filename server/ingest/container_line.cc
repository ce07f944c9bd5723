#include "server/ingest/container_line.h"

#include "core/base/instant.h"
#include "server/ingest/json_file.h"
#include "server/ingest/line_cursor.h"

namespace clogs::ingest {
namespace {

using edn::Kind;
using edn::View;

constexpr size_t date_bytes = 10;  // of 2024-05-01T

std::optional<Pipe> pipe_of(std::string_view name) {
  if (name == "stdout") return Pipe::out;
  if (name == "stderr") return Pipe::err;
  return std::nullopt;
}

bool is_object_text(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return false;
  ObjectScan scan;
  size_t at = 0;
  return scan.run(text, at) == ObjectScan::Outcome::whole && at == text.size();
}

}  // namespace

std::string_view pipe_name(Pipe pipe) { return pipe == Pipe::out ? "stdout" : "stderr"; }

std::optional<ContainerLine> read_cri_line(std::string_view line) {
  // Nearly every line of text fails here.
  if (line.size() <= date_bytes || line[date_bytes] != 'T' || !is_digit(line[0])) {
    return std::nullopt;
  }
  ContainerLine found;
  const size_t time_end = line.find(' ');
  if (time_end == std::string_view::npos) return std::nullopt;
  found.time = line.substr(0, time_end);
  const size_t pipe_end = line.find(' ', time_end + 1);
  if (pipe_end == std::string_view::npos) return std::nullopt;
  const std::optional<Pipe> pipe = pipe_of(line.substr(time_end + 1, pipe_end - time_end - 1));
  if (!pipe) return std::nullopt;
  found.pipe = *pipe;
  // Tags, apart by colons; the first says whether the line is whole.
  const size_t tags = pipe_end + 1;
  const size_t tags_end = line.find(' ', tags);
  const std::string_view tag = line.substr(tags, line.find_first_of(": ", tags) - tags);
  if (tag != "F" && tag != "P") return std::nullopt;
  found.whole = tag == "F";
  if (tags_end != std::string_view::npos) found.text = line.substr(tags_end + 1);
  if (!parse_rfc3339(found.time).ok()) return std::nullopt;
  return found;
}

std::optional<ContainerLine> read_docker_entry(View entry) {
  const View log = entry.find("log");
  const View stream = entry.find("stream");
  const View time = entry.find("time");
  if (!log || !stream || !time || !log.is(Kind::string) || !stream.is(Kind::string) ||
      !time.is(Kind::string)) {
    return std::nullopt;
  }
  const std::optional<Pipe> pipe = pipe_of(stream.text());
  if (!pipe || !parse_rfc3339(time.text()).ok()) return std::nullopt;
  ContainerLine found{.pipe = *pipe, .time = time.text(), .text = log.text(), .entry = entry};
  found.whole = found.text.ends_with('\n');
  if (found.whole) {
    found.text.remove_suffix(1);
  } else {
    found.whole = is_object_text(found.text);
  }
  return found;
}

size_t add_container_keys(Pipe pipe, View entry, View inner, edn::Tape& record) {
  const auto lacks = [inner](std::string_view key) { return !inner || !inner.find(key); };
  size_t added = 0;
  if (lacks("stream")) {
    record.atom(Kind::keyword, "stream");
    record.atom(Kind::string, pipe_name(pipe));
    ++added;
  }
  if (!entry) return added;
  for (auto at = entry.begin(); at != entry.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    const std::string_view name = key.text();
    if (name == "log" || name == "stream" || name == "time" || !lacks(name)) continue;
    record.copy(key);
    record.copy(value);
    ++added;
  }
  return added;
}

}  // namespace clogs::ingest
