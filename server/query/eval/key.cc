#include "server/query/eval/key.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "server/query/eval/number.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

void append_text(char tag, std::string_view text, std::string& out) {
  out.push_back(tag);
  size_t length = text.size();
  for (; length >= 128; length >>= 7) out.push_back(static_cast<char>(length & 127U));
  out.push_back(static_cast<char>(length | 128U));
  out.append(text);
}

void append_instant(std::string_view text, std::string& out) {
  Result<Instant> instant = parse_inst(text);
  if (!instant.ok()) return append_text('@', text, out);
  char buffer[48];
  char* end = std::to_chars(buffer, buffer + 24, instant->seconds).ptr;
  *end++ = '.';
  end = std::to_chars(end, buffer + sizeof buffer, instant->nanos).ptr;
  append_text('@', {buffer, static_cast<size_t>(end - buffer)}, out);
}

void append_uuid(std::string_view text, std::string& out) {
  const size_t at = out.size();
  append_text('u', text, out);
  std::transform(out.begin() + static_cast<ptrdiff_t>(at + 1), out.end(),
                 out.begin() + static_cast<ptrdiff_t>(at + 1),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
}

void append_sorted(char tag, std::vector<std::string> keys, std::string& out) {
  std::sort(keys.begin(), keys.end());
  out.push_back(tag);
  for (const std::string& key : keys) out.append(key);
  out.push_back('\0');
}

void append_collection(View view, std::string& out) {
  if (view.kind() == Kind::list || view.kind() == Kind::vector) {
    out.push_back('[');
    for (View element : view) append_key(element, out);
    out.push_back('\0');
    return;
  }
  std::vector<std::string> keys;
  keys.reserve(view.size());
  for (auto at = view.begin(); at != view.end(); ++at) {
    std::string key = key_of(*at);
    if (view.kind() == Kind::map) append_key(*++at, key);
    keys.push_back(std::move(key));
  }
  append_sorted(view.kind() == Kind::map ? '{' : '(', std::move(keys), out);
}

}  // namespace

void append_key(View view, std::string& out) {
  if (!view) {
    out.push_back('0');
    return;
  }
  switch (view.kind()) {
    case Kind::nil:
      out.push_back('0');
      return;
    case Kind::boolean:
      out.push_back(view.truth() ? 'T' : 'F');
      return;
    case Kind::integer:
    case Kind::big_integer:
    case Kind::floating:
    case Kind::decimal:
    case Kind::ratio:
      if (auto number = number_of(view)) return append_number_key(*number, out);
      return append_text('?', view.text(), out);
    case Kind::string:
    case Kind::keyword:
      return append_text('t', view.text(), out);
    case Kind::character:
      return append_text('c', view.text(), out);
    case Kind::symbol:
      return append_text('y', view.text(), out);
    case Kind::inst:
      return append_instant(view.text(), out);
    case Kind::uuid:
      return append_uuid(view.text(), out);
    case Kind::tagged:
      append_text('#', view.text(), out);
      return append_key(view.tagged_value(), out);
    case Kind::list:
    case Kind::vector:
    case Kind::map:
    case Kind::set:
      return append_collection(view, out);
  }
}

std::string key_of(View view) {
  std::string key;
  append_key(view, key);
  return key;
}

}  // namespace clogs::query
