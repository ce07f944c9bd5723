#include "server/query/language/position.h"

#include <optional>
#include <string>

#include "core/edn/reader.h"
#include "core/edn/value.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

// Steps over forms of text that is known to be well-formed. JSON's punctuation is a subset of what
// EDN needs, with ':' besides, so that one scanner does for both.
class Scanner {
 public:
  Scanner(std::string_view text, bool json) : text_(text), json_(json) {}

  size_t at() const { return at_; }
  void move_to(size_t at) { at_ = at; }
  bool done() const { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // To the first character of the next form, over discarded ones.
  void skip_space() {
    size_t discards = 0;
    while (!done()) {
      char c = peek();
      if (is_space(c)) {
        ++at_;
      } else if (!json_ && c == ';') {
        while (!done() && peek() != '\n' && peek() != '\r') ++at_;
      } else if (!json_ && c == '#' && peek(1) == '_') {
        at_ += 2;
        ++discards;
      } else if (discards > 0) {
        skip_form();
        --discards;
      } else {
        return;
      }
    }
  }

  // At the first character of a form.
  void skip_form() {
    size_t depth = 0;
    bool tagged = false;
    do {
      if (depth > 0 || tagged) skip_space();
      tagged = false;
      if (done()) return;
      char c = peek();
      if (closes()) {
        ++at_;
        if (depth > 0) --depth;
      } else if (opens()) {
        enter();
        ++depth;
      } else {
        tagged = !json_ && c == '#' && peek(1) != '#';
        skip_atom();
      }
    } while (depth > 0 || tagged);
  }

  // '(' '[' '{' "#{" or "#:ns{" follows.
  bool opens() const {
    char c = peek();
    if (c == '(' || c == '[' || c == '{') return true;
    return !json_ && c == '#' && (peek(1) == '{' || peek(1) == ':');
  }
  bool opens_map() const { return peek() == '{' || (!json_ && peek() == '#' && peek(1) == ':'); }
  bool closes() const { return peek() == ')' || peek() == ']' || peek() == '}'; }

  // Behind the opening bracket; the name of a namespaced map.
  std::string_view enter() {
    size_t start = at_;
    while (!done() && peek() != '(' && peek() != '[' && peek() != '{') ++at_;
    std::string_view before = text_.substr(start, at_ - start);
    if (!done()) ++at_;
    return before.size() > 2 && before.starts_with("#:") ? before.substr(2) : std::string_view();
  }

 private:
  void skip_atom() {
    char c = peek();
    if (c == '"') return skip_string();
    if (!json_ && c == '\\') {
      at_ += 2;
      while (!done() && !is_end(peek())) ++at_;
      return;
    }
    ++at_;
    while (!done() && !is_end(peek())) ++at_;
  }

  void skip_string() {
    for (++at_; !done() && peek() != '"'; ++at_) {
      if (peek() == '\\') ++at_;
    }
    ++at_;
  }

  bool is_space(char c) const {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ',' ||
           (json_ && c == ':');
  }
  bool is_end(char c) const {
    return is_space(c) || std::string_view(";\"()[]{}").find(c) != std::string_view::npos;
  }

  std::string_view text_;
  bool json_;
  size_t at_ = 0;
};

class Locator {
 public:
  Locator(std::string_view text, bool json) : text_(text), json_(json), scanner_(text, json) {}

  size_t find(const Path& path, bool at_key) {
    scanner_.skip_space();
    size_t found = scanner_.at();
    for (size_t i = 0; i < path.size(); ++i) {
      scanner_.move_to(found);
      std::optional<size_t> next = step(path[i], at_key && i + 1 == path.size());
      if (!next) return found;
      found = *next;
    }
    return found;
  }

 private:
  std::optional<size_t> step(const Value& step, bool to_key) {
    if (!scanner_.opens()) return std::nullopt;
    if (scanner_.opens_map()) return entry(step, to_key);
    std::optional<int64_t> index = step.as_int64();
    if (!index) return std::nullopt;
    scanner_.enter();
    for (int64_t i = 0;; ++i) {
      scanner_.skip_space();
      if (scanner_.done() || scanner_.closes()) return std::nullopt;
      if (i == *index) return scanner_.at();
      scanner_.skip_form();
    }
  }

  std::optional<size_t> entry(const Value& step, bool to_key) {
    std::string_view space = scanner_.enter();
    for (;;) {
      scanner_.skip_space();
      if (scanner_.done() || scanner_.closes()) return std::nullopt;
      size_t key_at = scanner_.at();
      scanner_.skip_form();
      std::string_view key = text_.substr(key_at, scanner_.at() - key_at);
      scanner_.skip_space();
      size_t value_at = scanner_.at();
      if (is_key(key, space, step)) return to_key ? key_at : value_at;
      // A path goes through {"$set": [..]} without naming it.
      if (json_ && step.is(Kind::integer) && key.starts_with("\"$")) {
        std::optional<size_t> inside = Locator::step(step, to_key);
        return inside ? inside : value_at;
      }
      scanner_.skip_form();
    }
  }

  bool is_key(std::string_view key, std::string_view space, const Value& step) const {
    if (json_) {
      if (key.size() < 2) return false;
      std::string_view name = key.substr(1, key.size() - 2);
      if (name == step.text()) return true;
      return name.starts_with(':') && name.substr(1) == step.text();
    }
    Result<Value> value = edn::read_value(key);
    if (!value.ok()) return false;
    if (!space.empty() && value->is(Kind::keyword) &&
        value->text().find('/') == std::string::npos) {
      return step.is_keyword(std::string(space) + "/" + value->text());
    }
    return *value == step;
  }

  std::string_view text_;
  bool json_;
  Scanner scanner_;
};

}  // namespace

size_t offset_of(std::string_view text, Syntax syntax, const Path& path, bool at_key) {
  return Locator(text, syntax == Syntax::json).find(path, at_key);
}

}  // namespace clogs::query::language
