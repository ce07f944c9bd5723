#include "server/ingest/line_level.h"

#include <algorithm>
#include <array>

#include "core/record/level.h"

namespace clogs::ingest {
namespace {

using record::Severity;
using record::severity_of;

// Words behind the time among which a level may stand: a process, a thread, a logger come before.
constexpr int words_searched = 4;
// Columns of a line of a cluster: LABEL EPOCH DATE NODE TIME NODE TYPE UNIT LEVEL.
constexpr int cluster_time_column = 4;
constexpr int cluster_level_column = 8;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Digits name OTLP severities, but in a line of text they are a process or a thread.
bool names_level(std::string_view word) {
  return !word.empty() && word[0] > '9' && severity_of(word) != Severity::none;
}

bool all_capitals(std::string_view word) { return std::all_of(word.begin(), word.end(), is_upper); }

bool capitalised(std::string_view word) {
  return is_upper(word[0]) && std::all_of(word.begin() + 1, word.end(), is_lower);
}

std::string_view letter_level(char letter) {
  switch (letter) {
    case 'V':
    case 'T':
      return "trace";
    case 'D':
      return "debug";
    case 'I':
      return "info";
    case 'W':
      return "warn";
    case 'E':
      return "error";
    case 'F':
    case 'C':
    case 'A':
      return "fatal";
    default:
      return {};
  }
}

bool separates(char c) {
  return c == ' ' || c == '\t' || c == '|' || c == ',' || c == ';' || c == '-';
}

// The next word from `at` on; a group in brackets is one word, without them.
struct Word {
  std::string_view text;
  bool bracketed = false;
};

Word bracket_group(std::string_view line, size_t& at) {
  const char close = line[at] == '[' ? ']' : line[at] == '<' ? '>' : ')';
  const size_t from = at + 1;
  const size_t end = line.find(close, from);
  if (end == std::string_view::npos) {
    at = line.size();
    return {};
  }
  at = end + 1;
  return {line.substr(from, end - from), true};
}

Word next_word(std::string_view line, size_t& at) {
  while (at < line.size() && (separates(line[at]) || line[at] == ':')) ++at;
  if (at == line.size()) return {};
  if (line[at] == '[' || line[at] == '<' || line[at] == '(') return bracket_group(line, at);
  const size_t from = at;
  while (at < line.size() && line[at] != ' ' && line[at] != '\t' && line[at] != '|' &&
         line[at] != ',' && line[at] != '[') {
    ++at;
  }
  std::string_view text = line.substr(from, at - from);
  while (text.ends_with(':')) text.remove_suffix(1);
  return {text, false};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "error" of "core:error", as Apache 2.4 writes it.
std::string_view behind_colon(std::string_view text) {
  const size_t colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

std::string among_first_words(std::string_view line, size_t at) {
  for (int i = 0; i < words_searched; ++i) {
    const Word word = next_word(line, at);
    if (word.text.empty() && !word.bracketed) return {};
    if (word.bracketed) {
      const std::string_view inside = behind_colon(trimmed(word.text));
      if (names_level(inside)) return lower(inside);
    } else if (names_level(word.text) &&
               (all_capitals(word.text) || (i == 0 && capitalised(word.text)))) {
      return lower(word.text);
    }
  }
  return {};
}

std::string_view column(std::string_view line, int index) {
  size_t at = 0;
  for (int i = 0;; ++i) {
    at = line.find_first_not_of(' ', at);
    if (at == std::string_view::npos) return {};
    const size_t end = std::min(line.find(' ', at), line.size());
    if (i == index) return line.substr(at, end - at);
    at = end;
  }
}

// Only where a date stands in its column; other clusters have a line of syslog from there on.
std::string cluster(std::string_view line) {
  const std::string_view time = column(line, cluster_time_column);
  if (time.empty() || time[0] < '0' || time[0] > '9') return {};
  const std::string_view word = column(line, cluster_level_column);
  return names_level(word) ? lower(word) : std::string();
}

std::string key_value(std::string_view line) {
  constexpr std::array<std::string_view, 3> keys = {"level=", "lvl=", "severity="};
  for (std::string_view key : keys) {
    const size_t found = line.find(key);
    if (found == std::string_view::npos || (found != 0 && line[found - 1] != ' ')) continue;
    size_t from = found + key.size();
    if (from < line.size() && line[from] == '"') ++from;
    const size_t end = std::min(line.find_first_of(" \"", from), line.size());
    const std::string_view word = line.substr(from, end - from);
    if (names_level(word)) return lower(word);
  }
  return {};
}

// The letter in the column of Android's logs: behind process and thread.
std::string android(std::string_view line, size_t at) {
  for (int i = 0; i < 3; ++i) {
    const Word word = next_word(line, at);
    if (word.text.size() == 1 && is_upper(word.text[0])) {
      return std::string(letter_level(word.text[0]));
    }
  }
  return {};
}

// "<165>" says facility * 8 + severity.
std::string priority(std::string_view line) {
  if (!line.starts_with('<')) return {};
  const size_t close = line.substr(0, 5).find('>');
  if (close == std::string_view::npos || close == 1) return {};
  int value = 0;
  for (char c : line.substr(1, close - 1)) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  constexpr int last_priority = 191;
  if (value > last_priority) return {};
  constexpr std::array<std::string_view, 8> names = {"emerg",   "alert",  "critical", "error",
                                                     "warning", "notice", "info",     "debug"};
  return std::string(names[static_cast<size_t>(value % 8)]);
}

}  // namespace

std::string find_line_level(std::string_view line, const LineTime& time) {
  switch (time.shape) {
    case TimeShape::syslog:
      return priority(line);
    case TimeShape::android: {
      std::string level = android(line, time.end);
      return level.empty() ? among_first_words(line, time.end) : level;
    }
    case TimeShape::cluster:
      return cluster(line);
    case TimeShape::glog:
      return std::string(letter_level(line[line.find_first_not_of(" \t[")]));
    case TimeShape::dotted:
    case TimeShape::numbered:
    case TimeShape::access:
      return {};
    case TimeShape::logfmt:
      return key_value(line);
    default:
      break;
  }
  if (std::string level = priority(line); !level.empty()) return level;
  if (std::string level = among_first_words(line, time.end); !level.empty()) return level;
  return key_value(line);
}

}  // namespace clogs::ingest
