#include "core/base/instant.h"

namespace clogs {

namespace {

constexpr int64_t seconds_per_day = 86'400;

bool is_leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int64_t year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Reads the fields of one date-time from left to right; each step says whether it matched.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool done() const { return at_ == end_; }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take_date_separator() { return take('T') || take('t') || take(' '); }
  // Exactly `width` digits.
  bool number(int width, int& value) {
    if (end_ - at_ < width) return false;
    int sum = 0;
    for (int i = 0; i < width; ++i) {
      unsigned digit = static_cast<unsigned char>(at_[i]) - unsigned{'0'};
      if (digit > 9) return false;
      sum = sum * 10 + static_cast<int>(digit);
    }
    at_ += width;
    value = sum;
    return true;
  }
  // One to nine digits after the point, as nanoseconds.
  bool fraction(int& nanos) {
    int digits = 0;
    int sum = 0;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_, ++digits) {
      if (digits == 9) return false;
      sum = sum * 10 + (*at_ - '0');
    }
    if (digits == 0) return false;
    for (; digits < 9; ++digits) sum *= 10;
    nanos = sum;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

struct Fields {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanos = 0;
  int offset_minutes = 0;
};

bool read_offset(Scanner& in, Fields& fields) {
  if (in.take('Z') || in.take('z')) return true;
  int sign = 0;
  if (in.take('+')) {
    sign = 1;
  } else if (in.take('-')) {
    sign = -1;
  } else {
    return false;
  }
  int hours = 0;
  int minutes = 0;
  if (!in.number(2, hours) || !in.take(':') || !in.number(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  fields.offset_minutes = sign * (hours * 60 + minutes);
  return true;
}

bool read_seconds(Scanner& in, Fields& fields) {
  return in.number(2, fields.second) && (!in.take('.') || in.fraction(fields.nanos));
}

// Each part is there only if the one before it is.
bool read_prefix(Scanner& in, Fields& fields) {
  if (!in.number(4, fields.year)) return false;
  if (!in.take('-')) return true;
  if (!in.number(2, fields.month)) return false;
  if (!in.take('-')) return true;
  if (!in.number(2, fields.day)) return false;
  if (!in.take_date_separator()) return true;
  if (!in.number(2, fields.hour)) return false;
  if (!in.take(':')) return true;
  if (!in.number(2, fields.minute)) return false;
  return !in.take(':') || read_seconds(in, fields);
}

bool read_whole(Scanner& in, Fields& fields) {
  return in.number(4, fields.year) && in.take('-') && in.number(2, fields.month) && in.take('-') &&
         in.number(2, fields.day) && in.take_date_separator() && in.number(2, fields.hour) &&
         in.take(':') && in.number(2, fields.minute) && in.take(':') && read_seconds(in, fields);
}

bool in_range(const Fields& fields) {
  if (fields.month < 1 || fields.month > 12) return false;
  if (fields.day < 1 || fields.day > days_in_month(fields.year, fields.month)) return false;
  if (fields.hour > 23 || fields.minute > 59) return false;
  // A leap second is the last of an hour in any offset; it counts as the second after it.
  return fields.second <= 59 || (fields.second == 60 && fields.minute == 59);
}

Instant to_instant(const Fields& fields) {
  int64_t days = days_from_civil(fields.year, fields.month, fields.day);
  int64_t seconds = days * seconds_per_day + fields.hour * 3600 + fields.minute * 60 +
                    fields.second - int64_t{fields.offset_minutes} * 60;
  return {seconds, fields.nanos};
}

Status not_an_instant(std::string_view text, std::string_view wanted) {
  constexpr size_t shown_bytes = 64;
  std::string message = "not a date and time: \"";
  for (char c : text.substr(0, shown_bytes)) {
    bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    message += plain ? c : '?';
  }
  if (text.size() > shown_bytes) message += "...";
  message += "\", expected ";
  message += wanted;
  return invalid_argument(std::move(message));
}

void append_padded(int64_t value, int width, std::string& out) {
  char buffer[20];
  int at = width;
  for (int64_t rest = value; at > 0; rest /= 10) buffer[--at] = static_cast<char>('0' + rest % 10);
  out.append(buffer, static_cast<size_t>(width));
}

void append_date(Civil date, std::string& out) {
  if (date.year < 0) {
    out += '-';
    date.year = -date.year;
  }
  if (date.year > 9999) {
    out += std::to_string(date.year);
  } else {
    append_padded(date.year, 4, out);
  }
  out += '-';
  append_padded(date.month, 2, out);
  out += '-';
  append_padded(date.day, 2, out);
}

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::optional<int64_t> Instant::to_nanos() const {
  // Counting from the second above a negative time keeps the product inside int64 at both ends.
  int64_t whole = seconds;
  int64_t rest = nanos;
  if (whole < 0 && rest > 0) {
    ++whole;
    rest -= nanos_per_second;
  }
  int64_t out = 0;
  if (__builtin_mul_overflow(whole, nanos_per_second, &out)) return std::nullopt;
  if (__builtin_add_overflow(out, rest, &out)) return std::nullopt;
  return out;
}

Instant Instant::from_nanos(int64_t nanos) {
  int64_t seconds = floor_div(nanos, nanos_per_second);
  int64_t rest = nanos % nanos_per_second;
  if (rest < 0) rest += nanos_per_second;
  return {seconds, static_cast<int32_t>(rest)};
}

Result<Instant> parse_rfc3339(std::string_view text) {
  Scanner in(text);
  Fields fields;
  if (!read_whole(in, fields) || !read_offset(in, fields) || !in.done() || !in_range(fields)) {
    return not_an_instant(text, "RFC 3339 as 2026-11-23T14:05:09.25Z");
  }
  return to_instant(fields);
}

Result<Instant> parse_inst(std::string_view text) {
  Scanner in(text);
  Fields fields;
  bool good = read_prefix(in, fields) && (in.done() || read_offset(in, fields)) && in.done();
  if (!good || !in_range(fields)) {
    return not_an_instant(text, "RFC 3339 or a prefix of it as 2026-11-23");
  }
  return to_instant(fields);
}

void format_rfc3339(Instant instant, std::string& out) {
  int64_t days = floor_div(instant.seconds, seconds_per_day);
  int64_t rest = instant.seconds - days * seconds_per_day;
  append_date(civil_from_days(days), out);
  out += 'T';
  append_padded(rest / 3600, 2, out);
  out += ':';
  append_padded(rest / 60 % 60, 2, out);
  out += ':';
  append_padded(rest % 60, 2, out);
  if (instant.nanos != 0) {
    out += '.';
    append_padded(instant.nanos, 9, out);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
}

std::string format_rfc3339(Instant instant) {
  std::string out;
  format_rfc3339(instant, out);
  return out;
}

std::string format_day(int64_t unix_nanos) {
  std::string out;
  append_date(civil_from_days(floor_div(unix_nanos, nanos_per_second * seconds_per_day)), out);
  return out;
}

// Both follow http://howardhinnant.github.io/date_algorithms.html: years start in March, so that
// the leap day is the last of its year, and are counted in eras of 400 years.
int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = floor_div(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Civil civil_from_days(int64_t days) {
  days += 719'468;
  int64_t era = floor_div(days, 146'097);
  int64_t day_of_era = days - era * 146'097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  int day = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
  int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2), month, day};
}

}  // namespace clogs
