#include "server/ingest/json_line.h"

#include <array>
#include <string>
#include <string_view>

#include "core/record/level.h"
#include "core/record/record.h"

namespace clogs::ingest {
namespace {

using edn::Kind;
using edn::View;

constexpr std::array<std::string_view, 6> time_keys = {"timestamp", "@timestamp", "time",
                                                       "ts",        "@t",         "asctime"};
constexpr std::array<std::string_view, 6> level_keys = {"level",     "severity", "lvl",
                                                        "levelname", "@l",       "log.level"};
constexpr std::array<std::string_view, 6> message_keys = {"message", "msg",   "@m",
                                                          "log",     "event", "body"};

bool is_name(View key) { return key.is(Kind::keyword) || key.is(Kind::string); }

// The numbers of pino and bunyan: trace is 10, fatal 60; those between belong to the one below.
std::string_view numbered_level(int64_t number) {
  if (number < 10) return {};
  if (number >= 60) return "fatal";
  return record::severity_name(static_cast<record::Severity>(number / 10));
}

bool is_timestamp(View value) {
  switch (value.kind()) {
    case Kind::string:
    case Kind::inst:
    case Kind::integer:
    case Kind::floating:
      return record::timestamp_nanos(value).ok();
    default:
      return false;
  }
}

bool is_level(View value) {
  if (value.is(Kind::string)) return !value.text().empty();
  return value.is(Kind::integer) && (record::severity_of(value) != record::Severity::none ||
                                     !numbered_level(value.as_int64().value_or(0)).empty());
}

bool is_message(View value) { return value.is(Kind::string); }

// The entry that becomes the known key: the first of `names` that is there and fits.
template <size_t n, typename Fits>
View pick(View line, const std::array<std::string_view, n>& names, Fits fits) {
  for (std::string_view name : names) {
    // Found by hand: the key's node tells the entries apart afterwards.
    for (auto at = line.begin(); at != line.end(); ++at) {
      const View key = *at;
      const View value = *++at;
      if (is_name(key) && key.text() == name && fits(value)) return key;
    }
  }
  return {};
}

void put_level(View value, edn::Tape& record) {
  const bool number =
      value.is(Kind::integer) && record::severity_of(value) == record::Severity::none;
  if (!number) return record.copy(value);
  record.atom(Kind::string, numbered_level(value.as_int64().value_or(0)));
}

void put_message(View value, edn::Tape& record) {
  std::string_view text = value.text();
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  record.atom(Kind::string, text);
}

}  // namespace

JsonLine map_json_line(View line, edn::Tape& record) {
  const View time = pick(line, time_keys, is_timestamp);
  const View level = pick(line, level_keys, is_level);
  const View message = pick(line, message_keys, is_message);
  const size_t opened = record.open(Kind::map);
  for (auto at = line.begin(); at != line.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    if (time && key.node() == time.node()) {
      record.atom(Kind::keyword, "timestamp");
      record.copy(value);
    } else if (level && key.node() == level.node()) {
      record.atom(Kind::keyword, "level");
      put_level(value, record);
    } else if (message && key.node() == message.node()) {
      record.atom(Kind::keyword, "message");
      put_message(value, record);
    } else {
      record.copy(key);
      record.copy(value);
    }
  }
  record.close(opened, line.size());
  return {.has_timestamp = static_cast<bool>(time), .has_level = static_cast<bool>(level)};
}

}  // namespace clogs::ingest
