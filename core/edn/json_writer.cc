#include "core/edn/json_writer.h"

#include "core/base/instant.h"
#include "core/edn/escape.h"
#include "core/edn/numbers.h"
#include "core/edn/printer.h"

namespace clogs::edn {

namespace {

// JSON has no plus sign, no zeros in front and no bare point.
void write_number(std::string_view text, std::string& out) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (!text.empty() && text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
    text.remove_prefix(1);
  }
  size_t point = text.find('.');
  if (point == std::string_view::npos) {
    out += text;
    return;
  }
  out += text.substr(0, point + 1);
  std::string_view rest = text.substr(point + 1);
  if (rest.empty() || rest[0] < '0' || rest[0] > '9') out += '0';
  out += rest;
}

void write_key(View key, std::string& out) {
  switch (key.kind()) {
    case Kind::string:
    case Kind::keyword:
    case Kind::symbol:
      write_json_string(key.text(), out);
      return;
    default:
      write_json_string(print(key), out);
      return;
  }
}

void write_map(View view, std::string& out) {
  out += '{';
  bool first = true;
  for (auto it = view.begin(); it != view.end(); ++it) {
    if (!first) out += ',';
    first = false;
    write_key(*it, out);
    out += ':';
    write_json(*++it, out);
  }
  out += '}';
}

void write_array(View view, std::string& out) {
  out += '[';
  bool first = true;
  for (View item : view) {
    if (!first) out += ',';
    first = false;
    write_json(item, out);
  }
  out += ']';
}

void write_instant(std::string_view text, std::string& out) {
  Result<Instant> instant = parse_inst(text);
  write_json_string(instant.ok() ? format_rfc3339(*instant) : std::string(text), out);
}

}  // namespace

void write_json_string(std::string_view text, std::string& out) { append_quoted(text, out); }

void write_json(View view, std::string& out) {
  switch (view.kind()) {
    case Kind::nil:
      out += "null";
      return;
    case Kind::boolean:
      out += view.truth() ? "true" : "false";
      return;
    case Kind::integer:
    case Kind::big_integer:
    case Kind::decimal:
      write_number(view.text(), out);
      return;
    case Kind::floating:
      if (view.text().starts_with("##")) {
        write_json_string(view.text().substr(2), out);
      } else {
        write_number(view.text(), out);
      }
      return;
    case Kind::ratio:
    case Kind::character:
    case Kind::string:
    case Kind::keyword:
    case Kind::symbol:
      write_json_string(view.text(), out);
      return;
    case Kind::uuid:
      write_json_string(view.text(), out);
      return;
    case Kind::inst:
      write_instant(view.text(), out);
      return;
    case Kind::map:
      write_map(view, out);
      return;
    case Kind::list:
    case Kind::vector:
    case Kind::set:
      write_array(view, out);
      return;
    case Kind::tagged:
      out += "{\"$tag\":";
      write_json_string(view.text(), out);
      out += ",\"$value\":";
      write_json(view.tagged_value(), out);
      out += '}';
      return;
  }
}

void write_json(const Value& value, std::string& out) {
  Tape tape;
  tape.copy(value);
  write_json(tape.root(), out);
}

}  // namespace clogs::edn
