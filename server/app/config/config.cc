#include "server/app/config/config.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::app {

namespace {

using edn::Kind;
using edn::Value;

std::string_view expected(SettingType type) {
  switch (type) {
    case SettingType::text:
      return "text";
    case SettingType::address:
      return "an address such as \"127.0.0.1:8080\"";
    case SettingType::boolean:
      return "true or false";
    case SettingType::integer:
      return "an integer from 0";
    case SettingType::bytes:
      return "a size such as \"64MiB\"";
    case SettingType::duration:
      return "a duration such as \"30s\"";
    case SettingType::choice:
      return "one of the choices";
    case SettingType::texts:
      return "a vector of text";
    case SettingType::api_keys:
      return "a vector of maps {:name :secret :rights}";
  }
  return "";
}

bool is_text(const Value& value) { return value.is(Kind::string); }

bool is_choice(std::string_view choices, const Value& value) {
  if (!value.is(Kind::keyword) && !is_text(value)) return false;
  std::string padded = fmt::format("|{}|", choices);
  return padded.find(fmt::format("|{}|", value.text())) != std::string::npos;
}

bool is_right(const Value& value) {
  return value.is_keyword("ingest") || value.is_keyword("query") || value.is_keyword("admin");
}

bool is_api_key(const Value& key) {
  if (!key.is(Kind::map) || key.size() != 3) return false;
  const Value* name = key.find("name");
  const Value* secret = key.find("secret");
  const Value* rights = key.find("rights");
  if (name == nullptr || secret == nullptr || rights == nullptr) return false;
  return is_text(*name) && is_text(*secret) && secret->text().size() >= 16 &&
         (rights->is(Kind::set) || rights->is(Kind::vector)) && rights->size() > 0 &&
         std::all_of(rights->items().begin(), rights->items().end(), is_right);
}

bool fits(const Setting& setting, const Value& value) {
  auto natural = [&] { return value.as_int64().value_or(-1) >= 0; };
  if (value.is_nil()) return setting.fallback == "nil";
  switch (setting.type) {
    case SettingType::text:
      return is_text(value) && !value.text().empty();
    case SettingType::address:
      return is_text(value) && parse_address(value.text()).has_value();
    case SettingType::boolean:
      return value.is(Kind::boolean);
    case SettingType::integer:
      return natural();
    case SettingType::bytes:
      return natural() || (is_text(value) && parse_bytes(value.text()).has_value());
    case SettingType::duration:
      return is_text(value) && parse_duration(value.text()).has_value();
    case SettingType::choice:
      return is_choice(setting.choices, value);
    case SettingType::texts:
      return value.is(Kind::vector) &&
             std::all_of(value.items().begin(), value.items().end(), is_text);
    case SettingType::api_keys:
      return value.is(Kind::vector) &&
             std::all_of(value.items().begin(), value.items().end(), is_api_key);
  }
  return false;
}

// What a flag or variable says: plain text for most types, EDN for vectors.
Result<Value> value_of_text(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::text:
    case SettingType::address:
    case SettingType::bytes:
    case SettingType::duration:
      return Value::string(text);
    case SettingType::choice:
      return Value::keyword(text.starts_with(':') ? text.substr(1) : text);
    case SettingType::boolean:
      if (text == "1" || text == "true") return Value::boolean(true);
      if (text == "0" || text == "false") return Value::boolean(false);
      return Value::string(text);
    case SettingType::integer:
    case SettingType::texts:
    case SettingType::api_keys:
      return edn::read_value(text);
  }
  return internal_error("a setting without a type");
}

std::vector<std::string> known_keys(std::string_view prefix) {
  std::vector<std::string> keys;
  for (const Setting& setting : settings()) {
    if (!setting.path.starts_with(prefix)) continue;
    std::string_view rest = setting.path.substr(prefix.size());
    keys.emplace_back(rest.substr(0, rest.find('.')));
  }
  return keys;
}

// Replaces #clogs/env "NAME" by the variable's text.
Status resolve_environment(Value& value) {
  if (value.is(Kind::tagged)) {
    if (value.text() != "clogs/env" || !is_text(value.items().front())) {
      return invalid_argument(
          fmt::format("unknown tag #{}; expected #clogs/env \"NAME\"", value.text()));
    }
    const char* text = std::getenv(value.items().front().text().c_str());
    if (text == nullptr) {
      return invalid_argument(fmt::format("variable {} is not set", value.items().front().text()));
    }
    value = Value::string(text);
    return {};
  }
  for (Value& item : value.items()) CLOGS_RETURN_IF_ERROR(resolve_environment(item));
  return {};
}

}  // namespace

Config::Config() {
  for (const Setting& setting : settings()) {
    Result<Value> value = edn::read_value(setting.fallback);
    values_[std::string(setting.path)] = {value.ok() ? *value : Value(), "default"};
  }
}

Status Config::put(const Setting& setting, const Value& value, std::string origin) {
  if (!fits(setting, value)) {
    std::string wanted(expected(setting.type));
    if (setting.type == SettingType::choice) wanted = fmt::format("one of {}", setting.choices);
    if (setting.type == SettingType::api_keys) {
      wanted += ", a secret of at least 16 characters, rights of :ingest :query :admin";
    }
    bool secret = setting.type == SettingType::api_keys;
    return invalid_argument(fmt::format("{}: {} is {}, expected {}", origin, setting.path,
                                        secret ? "something else" : edn::print(value), wanted));
  }
  values_[std::string(setting.path)] = {value, std::move(origin)};
  return {};
}

Status Config::load_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found(fmt::format("cannot read configuration file {}", path));
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return unavailable(fmt::format("cannot read configuration file {}", path));
  return load_text(text, path);
}

namespace {

// Walks the file's map and collects (setting, value) pairs and every unknown key.
void collect(const Value& map, const std::string& prefix,
             std::vector<std::pair<const Setting*, Value>>& found,
             std::vector<std::string>& problems) {
  for (size_t i = 0; i + 1 < map.items().size(); i += 2) {
    const Value& key = map[i];
    std::string path = prefix + key.text();
    if (const Setting* setting = find_setting(path); setting && key.is(Kind::keyword)) {
      found.emplace_back(setting, map[i + 1]);
      continue;
    }
    std::vector<std::string> known = known_keys(prefix);
    bool is_group = key.is(Kind::keyword) && !known_keys(path + ".").empty();
    if (is_group && map[i + 1].is(Kind::map)) {
      collect(map[i + 1], path + ".", found, problems);
      continue;
    }
    if (is_group) {
      problems.push_back(fmt::format("{} is {}, expected a map", edn::print(key),
                                     edn::kind_name(map[i + 1].kind())));
      continue;
    }
    std::string suggestion = nearest(key.text(), known);
    problems.push_back(
        fmt::format("unknown key {}{}{}", edn::print(key),
                    prefix.empty() ? "" : " in :" + prefix.substr(0, prefix.size() - 1),
                    suggestion.empty() ? "" : "; did you mean :" + suggestion + "?"));
  }
}

}  // namespace

Status Config::load_text(std::string_view text, std::string_view name) {
  Result<Value> read = edn::read_value(text);
  if (!read.ok()) return read.status().with_context(name);
  if (!read->is(Kind::map)) {
    return invalid_argument(fmt::format("{}: the configuration is one map, found a {}", name,
                                        edn::kind_name(read->kind())));
  }
  std::vector<std::pair<const Setting*, Value>> found;
  std::vector<std::string> problems;
  collect(*read, "", found, problems);
  for (auto& [setting, value] : found) {
    Status status = resolve_environment(value);
    if (status.ok()) status = put(*setting, value, std::string(name));
    if (!status.ok()) problems.push_back(status.message());
  }
  if (problems.empty()) return {};
  std::string all;
  for (const std::string& problem : problems) {
    if (!all.empty()) all += "\n";
    all += problem.starts_with(name) ? problem : fmt::format("{}: {}", name, problem);
  }
  return invalid_argument(std::move(all));
}

Status Config::load_environment(const Environment& get) {
  for (const Setting& setting : settings()) {
    std::string name = environment_name(setting);
    const char* text = get(name.c_str());
    if (text == nullptr) continue;
    Result<Value> value = value_of_text(setting, text);
    if (!value.ok()) return value.status().with_context(name);
    CLOGS_RETURN_IF_ERROR(put(setting, *value, name));
  }
  return {};
}

Status Config::set_flag(std::string_view path, std::string_view text, std::string_view origin) {
  const Setting* setting = find_setting(path);
  if (setting == nullptr) return internal_error(fmt::format("no setting {}", path));
  Result<Value> value = value_of_text(*setting, text);
  if (!value.ok()) return value.status().with_context(origin);
  return put(*setting, *value, std::string(origin));
}

const Configured& Config::get(std::string_view path) const { return values_.find(path)->second; }

std::string Config::text(std::string_view path) const { return get(path).value.text(); }

bool Config::boolean(std::string_view path) const { return get(path).value.truth(); }

int64_t Config::integer(std::string_view path) const {
  const Value& value = get(path).value;
  if (auto number = value.as_int64()) return *number;
  const Setting* setting = find_setting(path);
  return setting->type == SettingType::duration ? parse_duration(value.text()).value_or(0)
                                                : parse_bytes(value.text()).value_or(0);
}

std::vector<std::string> Config::texts(std::string_view path) const {
  std::vector<std::string> all;
  for (const Value& item : get(path).value.items()) all.push_back(item.text());
  return all;
}

Status Config::check() const {
  bool cert = !text("tls.cert").empty();
  bool key = !text("tls.key").empty();
  if (cert != key) {
    return invalid_argument("TLS needs both :tls {:cert ... :key ...}; one of them is missing");
  }
  if (!text("tls.client-ca").empty() && !cert) {
    return invalid_argument(":tls :client-ca needs :cert and :key too");
  }
  bool guarded = cert || get("api-keys").value.size() > 0 || boolean("insecure");
  for (std::string_view path : {"http", "grpc"}) {
    auto address = parse_address(text(path));
    if (address && !is_loopback(address->first) && !guarded) {
      return invalid_argument(fmt::format(
          "{} {} is open to others: give :tls {{:cert :key}} or :api-keys, or say --insecure", path,
          text(path)));
    }
  }
  return {};
}

namespace {

Value hide_secrets(const Value& value) {
  Value shown = value;
  for (Value& key : shown.items()) {
    if (key.is(Kind::map)) key.set_key("secret", Value::string("..."));
  }
  return shown;
}

Value shown_value(const Setting& setting, const Value& value) {
  return setting.type == SettingType::api_keys ? hide_secrets(value) : value;
}

}  // namespace

std::string Config::show() const {
  std::string out;
  for (const Setting& setting : settings()) {
    const Configured& configured = get(setting.path);
    std::string line =
        fmt::format(":{} {}", setting.path, edn::print(shown_value(setting, configured.value)));
    out += fmt::format("{:<48}  ; {}\n", line, configured.origin);
  }
  return out;
}

Value Config::show_edn() const {
  Value all = Value::map();
  for (const Setting& setting : settings()) {
    const Configured& configured = get(setting.path);
    all.set_key(setting.path, Value::map_of({{"value", shown_value(setting, configured.value)},
                                             {"origin", Value::string(configured.origin)}}));
  }
  return all;
}

}  // namespace clogs::app
