#include "core/encode/redactor.h"

#include <algorithm>
#include <array>

namespace clogs::encode {
namespace {

// Names of secrets in web frameworks and their libraries, folded (core/encode/key_names.h).
constexpr std::array<std::string_view, 34> secret_names = {
    "password",    "passwd",       "passphrase",  "pwd",           "mysqlpwd",
    "secret",      "clientsecret", "secretkey",   "apikey",        "xapikey",
    "accesskey",   "privatekey",   "auth",        "authorization", "proxyauthorization",
    "credentials", "token",        "accesstoken", "refreshtoken",  "idtoken",
    "xauthtoken",  "cookie",       "setcookie",   "session",       "sessionid",
    "usersession", "phpsessid",    "connectsid",  "csrf",          "csrftoken",
    "xcsrftoken",  "xsrf",         "xsrftoken",   "aiohttpsession"};

}  // namespace

Redactor::Redactor(const Options& options) : censor_(options.redact_censor) {
  if (options.redact) {
    for (std::string_view name : secret_names) keys_.add(name);
  }
  for (const std::string& name : options.redact_keys) keys_.add(name);
  for (std::string_view path : options.redact_paths) {
    Path parts;
    while (true) {
      const size_t dot = path.find('.');
      parts.emplace_back(path.substr(0, dot));
      if (dot == std::string_view::npos) break;
      path.remove_prefix(dot + 1);
    }
    paths_.push_back(std::move(parts));
  }
  for (const std::string& pattern : options.redact_values) {
    if (std::unique_ptr<Detector> detector = make_detector(pattern)) {
      detectors_.push_back(std::move(detector));
    }
  }
}

Redactor::Places Redactor::top() const {
  Places places;
  for (uint32_t i = 0; i < paths_.size(); ++i) places.push_back({i, 0});
  return places;
}

bool Redactor::step(const Places& above, std::string_view key, Places& below) const {
  below.clear();
  bool ends = false;
  const auto reach = [&](Place place) {
    if (place.part == paths_[place.pattern].size()) {
      ends = true;
    } else {
      below.push_back(place);
    }
  };
  for (const Place& place : above) {
    const Path& path = paths_[place.pattern];
    if (path[place.part] == "*" || path[place.part] == key) {
      reach({place.pattern, place.part + 1});
      continue;
    }
    // "http.request" as one key, for the parts "http" and "request".
    size_t at = 0;
    uint32_t part = place.part;
    for (; part < path.size() && at <= key.size(); ++part) {
      const size_t dot = std::min(key.find('.', at), key.size());
      if (path[part] != "*" && path[part] != key.substr(at, dot - at)) break;
      at = dot + 1;
    }
    if (at > key.size()) reach({place.pattern, part});
  }
  return ends;
}

bool Redactor::path_begins(std::string_view key) const {
  return std::ranges::any_of(
      paths_, [&](const Path& path) { return path[0] == "*" || key.starts_with(path[0]); });
}

bool Redactor::finds(std::string_view text) const {
  return std::ranges::any_of(detectors_, [&](const std::unique_ptr<Detector>& detector) {
    return detector->find(text, 0).begin != std::string_view::npos;
  });
}

// Each detector is asked again only behind its last answer, so that the whole stays linear.
size_t Redactor::append_censored(std::string_view text, std::string& out) const {
  std::vector<Span> next;
  next.reserve(detectors_.size());
  for (const auto& detector : detectors_) next.push_back(detector->find(text, 0));
  size_t from = 0;
  size_t count = 0;
  while (true) {
    const auto first = std::ranges::min_element(next, {}, &Span::begin);
    if (first == next.end() || first->begin == std::string_view::npos) break;
    const Span found = *first;
    out.append(text.substr(from, found.begin - from));
    out.append(censor_);
    ++count;
    from = found.end;
    for (size_t i = 0; i < next.size(); ++i) {
      if (next[i].begin < from) next[i] = detectors_[i]->find(text, from);
    }
  }
  out.append(text.substr(from));
  return count;
}

}  // namespace clogs::encode
