// Options from text and from the environment.
#include "clogs/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/encode/options_table.h"
#include "core/record/level.h"

namespace clogs {
namespace {

using encode::ChoiceAccess;
using encode::OptionInfo;
using encode::Pairs;
using encode::Texts;
using std::chrono::milliseconds;

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

// The parts between commas, without white space around them and without empty ones.
Texts split(std::string_view text) {
  Texts parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = trimmed(text.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::optional<bool> parse_flag(std::string_view text) {
  constexpr std::array<std::string_view, 4> yes = {"1", "true", "yes", "on"};
  constexpr std::array<std::string_view, 4> no = {"0", "false", "no", "off"};
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  if (std::ranges::find(yes, lower) != yes.end()) return true;
  if (std::ranges::find(no, lower) != no.end()) return false;
  return std::nullopt;
}

std::optional<uint64_t> parse_number(std::string_view text, const OptionInfo& info) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < info.min || number > info.max) {
    return std::nullopt;
  }
  return number;
}

std::optional<Level> parse_level(std::string_view text) {
  switch (record::severity_of(text)) {
    case record::Severity::none:
      return std::nullopt;
    case record::Severity::trace:
      return Level::trace;
    case record::Severity::debug:
      return Level::debug;
    case record::Severity::info:
      return Level::info;
    case record::Severity::warn:
      return Level::warn;
    case record::Severity::error:
      return Level::error;
    case record::Severity::fatal:
      return Level::fatal;
  }
  return std::nullopt;
}

std::optional<Pairs> parse_pairs(std::string_view text) {
  Pairs pairs;
  for (const std::string& part : split(text)) {
    const size_t equals = part.find('=');
    const std::string_view key = trimmed(std::string_view(part).substr(0, equals));
    if (equals == std::string::npos || key.empty()) return std::nullopt;
    pairs.emplace_back(key, trimmed(std::string_view(part).substr(equals + 1)));
  }
  return pairs;
}

// What a value should have been, for a warning.
std::string expected(const OptionInfo& info) {
  const std::string range = std::to_string(info.min) + " to " + std::to_string(info.max);
  return std::visit(
      Overloaded{
          [](std::string Options::*) { return std::string("text"); },
          [](bool Options::*) { return std::string("1, true, yes, on, 0, false, no or off"); },
          [&](uint64_t Options::*) { return "an integer from " + range; },
          [&](milliseconds Options::*) { return "milliseconds from " + range; },
          [](Level Options::*) { return std::string("trace, debug, info, warn, error or fatal"); },
          [](Texts Options::*) { return std::string("a comma-separated list"); },
          [](Pairs Options::*) { return std::string("k=v,k=v"); },
          [&](const ChoiceAccess*) {
            std::string list;
            for (std::string_view choice : info.choices) {
              list += (list.empty() ? "" : ", ") + std::string(choice);
            }
            return "one of " + list;
          }},
      info.member);
}

// "CLOGS_ON_FULL "maybe": expected one of ...". A wrong value may be long, and may be a secret.
std::string wrong_value(const OptionInfo& info, std::string_view value, std::string_view source) {
  constexpr size_t shown_max = 64;
  std::string shown =
      info.secret ? "(secret)" : "'" + std::string(value.substr(0, shown_max)) + "'";
  if (!info.secret && value.size() > shown_max) shown += "...";
  return "option " + std::string(info.name) + " is " + shown + " (from " + std::string(source) +
         "), expected " + expected(info);
}

// Whether the value was taken.
bool assign(Options& options, const OptionInfo& info, std::string_view text) {
  const auto put = [&options](auto member, auto value) {
    const bool taken = value.has_value();
    if (taken) options.*member = *std::move(value);
    return taken;
  };
  return std::visit(
      Overloaded{[&](std::string Options::* member) {
                   options.*member = text;
                   return true;
                 },
                 [&](bool Options::* member) { return put(member, parse_flag(text)); },
                 [&](uint64_t Options::* member) { return put(member, parse_number(text, info)); },
                 [&](milliseconds Options::* member) {
                   const std::optional<uint64_t> number = parse_number(text, info);
                   if (number) options.*member = milliseconds(*number);
                   return number.has_value();
                 },
                 [&](Level Options::* member) { return put(member, parse_level(text)); },
                 [&](Texts Options::* member) {
                   options.*member = split(text);
                   return true;
                 },
                 [&](Pairs Options::* member) { return put(member, parse_pairs(text)); },
                 [&](const ChoiceAccess* access) {
                   const auto choice = std::ranges::find(info.choices, text);
                   if (choice == info.choices.end()) return false;
                   access->set(options, static_cast<uint8_t>(choice - info.choices.begin()));
                   return true;
                 }},
      info.member);
}

const OptionInfo* find_option(std::string_view name) {
  for (const OptionInfo& info : encode::option_table()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::string shown(const Options& options, const OptionInfo& info) {
  return std::visit(
      Overloaded{
          [&](std::string Options::* member) { return options.*member; },
          [&](bool Options::* member) { return std::string(options.*member ? "true" : "false"); },
          [&](uint64_t Options::* member) { return std::to_string(options.*member); },
          [&](milliseconds Options::* member) { return std::to_string((options.*member).count()); },
          [&](Level Options::* member) { return std::string(level_name(options.*member)); },
          [&](Texts Options::* member) {
            std::string list;
            for (const std::string& text : options.*member) {
              list += (list.empty() ? "" : ",") + text;
            }
            return list;
          },
          [&](Pairs Options::* member) {
            std::string list;
            for (const auto& [key, value] : options.*member) {
              if (!list.empty()) list += ',';
              list.append(key).append("=").append(value);
            }
            return list;
          },
          [&](const ChoiceAccess* access) {
            const size_t choice = access->get(options);
            return choice < info.choices.size() ? std::string(info.choices[choice])
                                                : std::to_string(choice);
          }},
      info.member);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// OTEL_RESOURCE_ATTRIBUTES is W3C baggage: values are percent-encoded.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// OpenTelemetry's names of what has an option of its own here go there, if nothing is there yet.
void adopt_otel_resource(Options& options) {
  Pairs rest;
  for (auto& [key, encoded] : options.resource) {
    std::string value = percent_decoded(encoded);
    std::string* own = nullptr;
    if (key == "service.name") own = &options.service;
    if (key == "service.version") own = &options.version;
    if (key == "deployment.environment" || key == "deployment.environment.name") {
      own = &options.environment;
    }
    if (own == nullptr) {
      rest.emplace_back(std::move(key), std::move(value));
    } else if (own->empty()) {
      *own = std::move(value);
    }
  }
  options.resource = std::move(rest);
}

// OTLP endpoints are URLs; ours without TLS are host:port.
std::string endpoint_of_url(std::string_view url) {
  constexpr std::string_view plain = "http://";
  if (url.starts_with(plain)) url.remove_prefix(plain.size());
  const size_t scheme = url.find("://");
  const size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return std::string(url.substr(0, path));
}

class FromEnvironment {
 public:
  explicit FromEnvironment(const Options::Environment& environment) : environment_(environment) {}

  Options read() {
    const std::optional<bool> otel = parse_flag(variable("CLOGS_OTEL_ENV"));
    for (const OptionInfo& info : encode::option_table()) {
      if (take(info, info.environment)) continue;
      if (otel.value_or(false) && *info.otel_fallback != '\0') take(info, info.otel_fallback);
      if (*info.fallback != '\0' && take(info, info.fallback)) otel_resource_ |= is_resource(info);
    }
    if (otel_resource_) adopt_otel_resource(options_);
    return std::move(options_);
  }

 private:
  static bool is_resource(const OptionInfo& info) {
    const auto* pairs = std::get_if<Pairs Options::*>(&info.member);
    return pairs != nullptr && *pairs == &Options::resource;
  }

  // Empty counts as absent.
  std::string_view variable(const char* name) const {
    const char* value = environment_(name);
    return value == nullptr ? std::string_view() : trimmed(value);
  }

  // Whether the variable is there, right or wrong.
  bool take(const OptionInfo& info, const char* name) {
    const std::string_view value = variable(name);
    if (value.empty()) return false;
    std::string text(value);
    if (info.inverted) {
      if (const std::optional<bool> flag = parse_flag(value)) text = *flag ? "false" : "true";
    }
    if (name == info.otel_fallback) text = endpoint_of_url(value);
    if (!assign(options_, info, text)) {
      options_.warnings.push_back(wrong_value(info, value, name) + "; it is now " +
                                  shown(options_, info));
    }
    return true;
  }

  const Options::Environment& environment_;
  Options options_;
  bool otel_resource_ = false;
};

// A number that code set without a check.
std::optional<uint64_t> number_of(const Options& options, const OptionInfo& info) {
  if (const auto* integer = std::get_if<uint64_t Options::*>(&info.member)) {
    return options.*(*integer);
  }
  if (const auto* duration = std::get_if<milliseconds Options::*>(&info.member)) {
    const int64_t count = (options.*(*duration)).count();
    // A negative duration is out of every range.
    return count < 0 ? UINT64_MAX : static_cast<uint64_t>(count);
  }
  return std::nullopt;
}

bool in_range(const Options& options, const OptionInfo& info) {
  if (const auto* access = std::get_if<const ChoiceAccess*>(&info.member)) {
    return (*access)->get(options) < info.choices.size();
  }
  if (const auto* level = std::get_if<Level Options::*>(&info.member)) {
    return record::severity_of(std::to_string(static_cast<int>(options.*(*level)))) !=
           record::Severity::none;
  }
  const std::optional<uint64_t> number = number_of(options, info);
  return !number || (*number >= info.min && *number <= info.max);
}

// Lowers `member` to `bound`. A default is lowered silently: only the other was chosen.
template <typename T>
void lower(Options& options, T Options::* member, T Options::* bound, std::string_view name,
           std::string_view bound_name) {
  if (options.*member <= options.*bound) return;
  if (options.*member != Options().*member) {
    const OptionInfo& info = *find_option(name);
    options.warnings.push_back("option " + std::string(name) + " is " + shown(options, info) +
                               ", expected at most " + std::string(bound_name) + "; it is now " +
                               shown(options, *find_option(bound_name)));
  }
  options.*member = options.*bound;
}

}  // namespace

Options Options::from_environment() {
  return from_environment([](const char* name) -> const char* {
    return std::getenv(name);  // tidy-ok: the options of a library have no other door than this
  });
}

Options Options::from_environment(const Environment& environment) {
  Options options = FromEnvironment(environment).read();
  options.correct();
  return options;
}

Status Options::set(std::string_view name, std::string_view value) {
  const OptionInfo* info = find_option(name);
  if (info == nullptr) return not_found("no option '" + std::string(name.substr(0, 64)) + "'");
  if (assign(*this, *info, value)) return ok_status();
  return invalid_argument(wrong_value(*info, value, "code"));
}

Result<std::string> Options::get(std::string_view name) const {
  const OptionInfo* info = find_option(name);
  if (info == nullptr) return not_found("no option '" + std::string(name.substr(0, 64)) + "'");
  std::string text = shown(*this, *info);
  if (info->secret && !text.empty()) return std::string("(secret)");
  return text;
}

void Options::correct() {
  const Options defaults;
  for (const OptionInfo& info : encode::option_table()) {
    if (in_range(*this, info)) continue;
    const std::string wrong = shown(*this, info);
    assign(*this, info, shown(defaults, info));
    warnings.push_back(wrong_value(info, wrong, "code") + "; it is now " + shown(*this, info));
  }
  lower(*this, &Options::batch_max_records, &Options::queue_max_records, "batch_max_records",
        "queue_max_records");
  lower(*this, &Options::batch_max_bytes, &Options::queue_max_bytes, "batch_max_bytes",
        "queue_max_bytes");
  lower(*this, &Options::retry_initial, &Options::retry_max, "retry_initial", "retry_max");
}

}  // namespace clogs
