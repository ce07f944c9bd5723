#include "server/ingest/line_time.h"

#include <algorithm>
#include <array>

#include "core/base/instant.h"
#include "server/ingest/line_cursor.h"

namespace clogs::ingest {
namespace {

constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view weekdays = "MonTueWedThuFriSatSun";

bool take_name(Cursor& in, std::string_view names, int64_t& index) {
  for (size_t i = 0; i + 3 <= names.size(); i += 3) {
    if (in.take_text(names.substr(i, 3))) {
      index = static_cast<int64_t>(i / 3) + 1;
      return true;
    }
  }
  return false;
}

bool take_clock(Cursor& in, LineTime& time, char separator = ':', size_t min_digits = 2) {
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  if (!in.number(min_digits, 2, hour) || !in.take(separator) || !in.number(min_digits, 2, minute) ||
      !in.take(separator) || !in.number(min_digits, 2, second)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  time.second_of_day = hour * 3600 + minute * 60 + std::min<int64_t>(second, 59);
  return true;
}

// One to nine digits behind a separator; further ones are cut.
bool take_fraction(Cursor& in, std::string_view separators, LineTime& time) {
  Cursor probe = in;
  if (!probe.take_any(separators) || !is_digit(probe.peek())) return false;
  int64_t nanos = 0;
  int digits = 0;
  for (; is_digit(probe.peek()); probe.move(1)) {
    if (digits == 9) continue;
    nanos = nanos * 10 + (probe.peek() - '0');
    ++digits;
  }
  for (; digits < 9; ++digits) nanos *= 10;
  time.nanos = static_cast<int32_t>(nanos);
  in = probe;
  return true;
}

bool set_date(LineTime& time, int64_t year, int64_t month, int64_t day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  time.month = static_cast<int>(month);
  time.day = static_cast<int>(day);
  const int64_t days = days_from_civil(year, time.month, time.day);
  // 30 February is no date; without a year 29 February may be one.
  const Civil back = civil_from_days(days);
  const bool leap_day = !time.has_year && month == 2 && day == 29;
  if (!leap_day && back.month != month) return false;
  time.seconds = days * 86'400 + time.second_of_day;
  return true;
}

// "Z", "+01:30", "+0130", "+01", " UTC", " +0000" behind a time that is complete.
void take_zone(Cursor& in, LineTime& time) {
  Cursor probe = in;
  probe.skip_spaces();
  const bool spaced = probe.at() != in.at();
  int64_t offset = 0;
  if (probe.take_text("UTC") || probe.take_text("GMT") || (!spaced && probe.take('Z'))) {
    offset = 0;
  } else if (probe.peek() == '+' || probe.peek() == '-') {
    const int64_t sign = probe.peek() == '-' ? -1 : 1;
    probe.move(1);
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!probe.digits(2, hours)) return;
    const bool colon = probe.take(':');
    if ((colon || is_digit(probe.peek())) && !probe.digits(2, minutes)) return;
    // Behind a space only the four-digit form is a zone: "12:00:00 -42 errors" has none.
    if (spaced && !colon && minutes == 0 && hours != 0 && probe.at() - in.at() < 5) return;
    if (hours > 23 || minutes > 59 || is_digit(probe.peek())) return;
    offset = sign * (hours * 3600 + minutes * 60);
  } else {
    return;
  }
  // A word that only begins like a zone is none.
  const char next = probe.peek();
  if ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || is_digit(next)) return;
  time.absolute = true;
  time.seconds -= offset;
  in = probe;
}

int64_t whole_year(int64_t two_digits, int64_t this_year) {
  const int64_t year = this_year / 100 * 100 + two_digits;
  return year <= this_year ? year : year - 100;
}

bool iso(Cursor& in, LineTime& time) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!in.digits(4, year)) return false;
  const char separator = in.peek();
  if (!in.take_any("-/.") || !in.digits(2, month) || !in.take(separator) || !in.digits(2, day)) {
    return false;
  }
  if (!in.take_any("T_-t") && !in.space()) return false;
  if (!take_clock(in, time)) return false;
  take_fraction(in, ".,:", time);
  if (!set_date(time, year, month, day)) return false;
  take_zone(in, time);
  return true;
}

bool syslog(Cursor& in, LineTime& time) {
  int64_t month = 0;
  int64_t day = 0;
  int64_t year = 0;
  if (!take_name(in, months, month) || !in.space() || !in.number(1, 2, day) || !in.space()) {
    return false;
  }
  Cursor probe = in;
  time.has_year = probe.number(4, 4, year) && probe.space();
  if (time.has_year) {
    in = probe;
  } else {
    year = 0;
  }
  if (!take_clock(in, time)) return false;
  take_fraction(in, ".", time);
  if (!set_date(time, year, month, day)) return false;
  if (time.has_year) take_zone(in, time);
  return true;
}

bool ctime(Cursor& in, LineTime& time) {
  int64_t weekday = 0;
  int64_t month = 0;
  int64_t day = 0;
  int64_t year = 0;
  if (!take_name(in, weekdays, weekday) || !in.space() || !take_name(in, months, month) ||
      !in.space() || !in.number(1, 2, day) || !in.space() || !take_clock(in, time)) {
    return false;
  }
  take_fraction(in, ".", time);
  Cursor probe = in;
  std::string_view zone;
  if (probe.space() && !is_digit(probe.peek()) && probe.token(zone) &&
      (zone == "UTC" || zone == "GMT")) {
    time.absolute = true;
    in = probe;
  } else {
    in.skip_spaces();
  }
  return in.number(4, 4, year) && set_date(time, year, month, day);
}

bool short_slash(Cursor& in, LineTime& time, int64_t this_year) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!in.digits(2, year) || !in.take('/') || !in.digits(2, month) || !in.take('/') ||
      !in.digits(2, day) || !in.space() || !take_clock(in, time)) {
    return false;
  }
  take_fraction(in, ".,", time);
  return set_date(time, whole_year(year, this_year), month, day);
}

bool packed(Cursor& in, LineTime& time, int64_t this_year) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  if (!in.digits(2, year) || !in.digits(2, month) || !in.digits(2, day) || !in.take(' ') ||
      !in.digits(2, hour) || !in.digits(2, minute) || !in.digits(2, second) ||
      is_digit(in.peek()) || hour > 23 || minute > 59 || second > 60) {
    return false;
  }
  time.second_of_day = hour * 3600 + minute * 60 + std::min<int64_t>(second, 59);
  take_fraction(in, ".,", time);
  return set_date(time, whole_year(year, this_year), month, day);
}

// MM-DD or MM.DD, no year.
bool month_day(Cursor& in, LineTime& time, char separator) {
  int64_t month = 0;
  int64_t day = 0;
  if (!in.digits(2, month) || !in.take(separator) || !in.digits(2, day) || !in.space() ||
      !take_clock(in, time)) {
    return false;
  }
  take_fraction(in, ".,", time);
  time.has_year = false;
  return set_date(time, 0, month, day);
}

bool compact(Cursor& in, LineTime& time) {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
  if (!in.digits(4, year) || !in.digits(2, month) || !in.digits(2, day) || !in.take_any("-T ") ||
      !take_clock(in, time, ':', 1)) {
    return false;
  }
  int64_t millis = 0;
  Cursor probe = in;
  // HealthApp does not pad: ":9" are nine milliseconds.
  if (probe.take(':') && probe.number(1, 3, millis)) {
    time.nanos = static_cast<int32_t>(millis * 1'000'000);
    in = probe;
  } else {
    take_fraction(in, ".,", time);
  }
  return set_date(time, year, month, day);
}

constexpr int64_t earliest_epoch = 631'152'000;  // 1990
constexpr int64_t latest_epoch = 4'102'444'800;  // 2100

bool ten_digit_epoch(Cursor& in, LineTime& time) {
  if (!in.number(9, 10, time.seconds)) return false;
  if (time.seconds < earliest_epoch || time.seconds > latest_epoch) return false;
  time.absolute = true;
  return true;
}

// The wall clock of the line has the fraction that the epoch lacks; it is taken where the two agree
// on the minute and second.
void take_cluster_fraction(Cursor in, LineTime& time) {
  std::string_view node;
  int64_t ignored = 0;
  LineTime wall;
  if (!in.token(node) || !in.number(4, 4, ignored) || !in.take('-') || !in.number(2, 2, ignored) ||
      !in.take('-') || !in.number(2, 2, ignored) || !in.take('-') || !take_clock(in, wall, '.')) {
    return;
  }
  take_fraction(in, ".", wall);
  if (wall.second_of_day % 3600 == time.seconds % 3600) time.nanos = wall.nanos;
}

bool cluster(Cursor& in, LineTime& time) {
  std::string_view label;
  int64_t ignored = 0;
  if (!in.token(label) || !ten_digit_epoch(in, time) || !in.space() || !in.number(4, 4, ignored) ||
      !in.take('.') || !in.number(2, 2, ignored) || !in.take('.') || !in.number(2, 2, ignored) ||
      !in.space()) {
    return false;
  }
  take_cluster_fraction(in, time);
  return true;
}

bool numbered(Cursor& in, LineTime& time) {
  int64_t id = 0;
  int64_t flag = 0;
  std::string_view word;
  if (!in.number(1, 12, id) || !in.space() || !in.token(word)) return false;
  // The unit and the state are one to four words.
  for (int words = 0; words < 5; ++words) {
    Cursor probe = in;
    const bool found = ten_digit_epoch(probe, time) && probe.space();
    if (found && (probe.take('-'), probe.number(1, 1, flag))) {
      in = probe;
      return true;
    }
    if (!in.token(word)) return false;
  }
  return false;
}

bool glog(Cursor& in, LineTime& time) {
  int64_t month = 0;
  int64_t day = 0;
  if (!in.take_any("IWEFD") || !in.digits(2, month) || !in.digits(2, day) || !in.space() ||
      !take_clock(in, time) || !take_fraction(in, ".", time)) {
    return false;
  }
  time.has_year = false;
  return set_date(time, 0, month, day);
}

// How far into a line the bracket of an access log is looked for.
constexpr size_t access_reach = 256;

bool access(std::string_view line, Cursor& in, LineTime& time) {
  const size_t open = line.substr(0, access_reach).find('[');
  if (open == std::string_view::npos) return false;
  in.move(open + 1);
  int64_t day = 0;
  int64_t month = 0;
  int64_t year = 0;
  if (!in.digits(2, day) || !in.take('/') || !take_name(in, months, month) || !in.take('/') ||
      !in.digits(4, year) || !in.take(':') || !take_clock(in, time) ||
      !set_date(time, year, month, day)) {
    return false;
  }
  take_zone(in, time);
  return in.take(']');
}

bool epoch(Cursor& in, LineTime& time) {
  int64_t value = 0;
  const size_t from = in.at();
  if (!in.number(10, 19, value)) return false;
  const size_t digits = in.at() - from;
  time.absolute = true;
  if (digits == 10) {
    time.seconds = value;
    take_fraction(in, ".,", time);
  } else if (digits == 13 || digits == 16 || digits == 19) {
    int64_t unit = digits == 13 ? 1'000 : digits == 16 ? 1'000'000 : nanos_per_second;
    time.seconds = value / unit;
    time.nanos = static_cast<int32_t>(value % unit * (nanos_per_second / unit));
  } else {
    return false;
  }
  return time.seconds >= earliest_epoch && time.seconds <= latest_epoch &&
         (in.done() || in.peek() == ' ' || in.peek() == '\t' || in.peek() == ']' ||
          in.peek() == ',' || in.peek() == '|' || in.peek() == ':');
}

bool logfmt(std::string_view line, Cursor& in, LineTime& time) {
  constexpr std::array<std::string_view, 4> keys = {"time=", "ts=", "timestamp=", "t="};
  for (std::string_view key : keys) {
    const size_t found = line.find(key);
    if (found == std::string_view::npos || (found != 0 && line[found - 1] != ' ')) continue;
    in = Cursor(line, found + key.size());
    in.take('"');
    const Cursor begin = in;
    if (iso(in, time)) return true;
    in = begin;
    time = {};
    if (epoch(in, time)) return true;
    return false;
  }
  return false;
}

bool try_shape(TimeShape shape, std::string_view line, Cursor& in, LineTime& time,
               int64_t this_year) {
  switch (shape) {
    case TimeShape::iso:
      return iso(in, time);
    case TimeShape::syslog:
      return syslog(in, time);
    case TimeShape::ctime:
      return ctime(in, time);
    case TimeShape::short_slash:
      return short_slash(in, time, this_year);
    case TimeShape::packed:
      return packed(in, time, this_year);
    case TimeShape::android:
      return month_day(in, time, '-');
    case TimeShape::dotted:
      return month_day(in, time, '.');
    case TimeShape::compact:
      return compact(in, time);
    case TimeShape::cluster:
      return cluster(in, time);
    case TimeShape::numbered:
      return numbered(in, time);
    case TimeShape::glog:
      return glog(in, time);
    case TimeShape::access:
      return access(line, in, time);
    case TimeShape::logfmt:
      return logfmt(line, in, time);
    case TimeShape::epoch:
      return epoch(in, time);
    case TimeShape::none:
      break;
  }
  return false;
}

// Whether the shape also stands behind one word: a file's or container's name.
bool may_be_prefixed(TimeShape shape) {
  return shape == TimeShape::iso || shape == TimeShape::syslog || shape == TimeShape::ctime;
}

// Behind "<165>1 " of syslog, an opening bracket, white space.
size_t skip_opening(std::string_view line) {
  Cursor in(line);
  in.skip_spaces();
  Cursor probe = in;
  int64_t number = 0;
  if (probe.take('<') && probe.number(1, 3, number) && probe.take('>')) {
    in = probe;
    if (probe.number(1, 2, number) && probe.space()) in = probe;
  }
  in.take('[');
  in.skip_spaces();
  return in.at();
}

std::optional<LineTime> match(TimeShape shape, std::string_view line, size_t from,
                              int64_t this_year) {
  LineTime time;
  Cursor in(line, from);
  if (!try_shape(shape, line, in, time, this_year)) return std::nullopt;
  in.take(']');
  time.shape = shape;
  time.end = in.at();
  return time;
}

std::optional<LineTime> match_anywhere(TimeShape shape, std::string_view line, size_t opening,
                                       int64_t this_year) {
  if (auto time = match(shape, line, opening, this_year)) return time;
  if (!may_be_prefixed(shape)) return std::nullopt;
  Cursor in(line, opening);
  std::string_view word;
  if (!in.token(word)) return std::nullopt;
  if (in.take('|')) in.skip_spaces();
  in.take('[');
  return match(shape, line, in.at(), this_year);
}

}  // namespace

std::optional<LineTime> find_line_time(std::string_view line, TimeShape hint, int64_t this_year) {
  const size_t opening = skip_opening(line);
  if (hint != TimeShape::none) {
    if (auto time = match_anywhere(hint, line, opening, this_year)) return time;
  }
  for (auto shape = TimeShape::iso; shape != TimeShape::none;
       shape = static_cast<TimeShape>(static_cast<uint8_t>(shape) + 1)) {
    if (shape == hint) continue;
    if (auto time = match_anywhere(shape, line, opening, this_year)) return time;
  }
  return std::nullopt;
}

}  // namespace clogs::ingest
