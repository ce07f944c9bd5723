#include "core/edn/printer.h"

#include <algorithm>
#include <vector>

#include "core/edn/escape.h"

namespace clogs::edn {

namespace {

struct Brackets {
  std::string_view open;
  char close;
};

Brackets brackets_of(Kind kind) {
  switch (kind) {
    case Kind::list:
      return {"(", ')'};
    case Kind::vector:
      return {"[", ']'};
    case Kind::set:
      return {"#{", '}'};
    default:
      return {"{", '}'};
  }
}

void print_character(std::string_view text, std::string& out) {
  struct Named {
    char character;
    std::string_view name;
  };
  constexpr Named named[] = {{'\n', "newline"}, {' ', "space"}, {'\t', "tab"}, {'\r', "return"}};
  out += '\\';
  if (text.size() == 1) {
    char c = text[0];
    for (const Named& candidate : named) {
      if (c == candidate.character) {
        out += candidate.name;
        return;
      }
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr char hex[] = "0123456789abcdef";
      out += "u00";
      out += hex[(c >> 4) & 0xF];
      out += hex[c & 0xF];
      return;
    }
  }
  out += text;
}

void canonical(View view, std::string& out);

void canonical_items(View view, std::string& out) {
  std::vector<std::string> items;
  for (auto it = view.begin(); it != view.end(); ++it) {
    std::string item;
    canonical(*it, item);
    if (view.is(Kind::map)) {
      item += ' ';
      canonical(*++it, item);
    }
    items.push_back(std::move(item));
  }
  if (view.is(Kind::map) || view.is(Kind::set)) std::sort(items.begin(), items.end());
  for (size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += ' ';
    out += items[i];
  }
}

void canonical(View view, std::string& out) {
  if (is_collection(view.kind())) {
    Brackets brackets = brackets_of(view.kind());
    out += brackets.open;
    canonical_items(view, out);
    out += brackets.close;
    return;
  }
  if (view.is(Kind::boolean)) {
    out += view.truth() ? "true" : "false";
    return;
  }
  print_atom(view.kind(), view.text(), out);
  if (view.is(Kind::tagged)) {
    out += ' ';
    canonical(view.tagged_value(), out);
  }
}

void pretty(View view, size_t column, size_t width, std::string& out) {
  size_t flat_at = out.size();
  print(view, out);
  bool fits = out.size() - flat_at + column <= width;
  if (fits || (!is_collection(view.kind()) && !view.is(Kind::tagged))) return;
  out.resize(flat_at);
  if (view.is(Kind::tagged)) {
    print_atom(view.kind(), view.text(), out);
    out += ' ';
    pretty(view.tagged_value(), column + out.size() - flat_at, width, out);
    return;
  }
  Brackets brackets = brackets_of(view.kind());
  out += brackets.open;
  column += brackets.open.size();
  bool first = true;
  for (auto it = view.begin(); it != view.end(); ++it) {
    if (!first) out.append("\n").append(column, ' ');
    first = false;
    size_t entry_at = out.size();
    pretty(*it, column, width, out);
    if (!view.is(Kind::map)) continue;
    out += ' ';
    size_t line_at = out.rfind('\n');
    bool one_line = line_at == std::string::npos || line_at < entry_at;
    pretty(*++it, column + (one_line ? out.size() - entry_at : 0), width, out);
  }
  out += brackets.close;
}

Tape tape_of(const Value& value) {
  Tape tape;
  tape.copy(value);
  return tape;
}

}  // namespace

void print_atom(Kind kind, std::string_view text, std::string& out) {
  switch (kind) {
    case Kind::nil:
      out += "nil";
      return;
    case Kind::big_integer:
      out.append(text) += 'N';
      return;
    case Kind::decimal:
      out.append(text) += 'M';
      return;
    case Kind::character:
      print_character(text, out);
      return;
    case Kind::string:
      append_quoted(text, out);
      return;
    case Kind::keyword:
      (out += ':').append(text);
      return;
    case Kind::inst:
      out += "#inst ";
      append_quoted(text, out);
      return;
    case Kind::uuid:
      out += "#uuid ";
      append_quoted(text, out);
      return;
    case Kind::tagged:
      (out += '#').append(text);
      return;
    default:
      out += text;
      return;
  }
}

void print(View view, std::string& out) {
  if (is_collection(view.kind())) {
    Brackets brackets = brackets_of(view.kind());
    out += brackets.open;
    bool first = true;
    for (View item : view) {
      if (!first) out += ' ';
      first = false;
      print(item, out);
    }
    out += brackets.close;
    return;
  }
  if (view.is(Kind::boolean)) {
    out += view.truth() ? "true" : "false";
    return;
  }
  print_atom(view.kind(), view.text(), out);
  if (view.is(Kind::tagged)) {
    out += ' ';
    print(view.tagged_value(), out);
  }
}

void print(const Value& value, std::string& out) { print(tape_of(value).root(), out); }

std::string print(View view) {
  std::string out;
  print(view, out);
  return out;
}

std::string print(const Value& value) { return print(tape_of(value).root()); }

std::string print_canonical(View view) {
  std::string out;
  canonical(view, out);
  return out;
}

std::string print_canonical(const Value& value) { return print_canonical(tape_of(value).root()); }

std::string print_pretty(const Value& value, size_t width) {
  std::string out;
  pretty(tape_of(value).root(), 0, width, out);
  return out;
}

}  // namespace clogs::edn
