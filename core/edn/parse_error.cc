#include "core/edn/parse.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"

namespace clogs::edn {

bool Parse::fail(const char* at, std::string problem, std::string found, std::string expected) {
  reader_.error_ = {position_of(reader_.text_, offset(at)), std::move(problem), std::move(found),
                    std::move(expected)};
  return false;
}

std::string Parse::found_at(const char* at) const {
  if (at == end_) return std::string(end_of_text);
  const char* token_end = at + 1;
  while (token_end != end_ && (static_cast<uint8_t>(*token_end) & 0xC0) == 0x80) ++token_end;
  if (!ends_token(*at)) {
    while (token_end != end_ && !ends_token(*token_end)) ++token_end;
  }
  return shown({at, static_cast<size_t>(token_end - at)});
}

std::string Parse::shown(std::string_view token) {
  std::string_view cut = token.substr(0, found_bytes_max);
  while (cut.size() < token.size() && !cut.empty() && !is_valid_utf8(cut)) cut.remove_suffix(1);
  if (!is_valid_utf8(cut)) return "bytes that are not UTF-8";
  return std::string(cut) + (cut.size() < token.size() ? "..." : "");
}

bool Parse::fail_at_end(std::string expected) {
  if (end_ != text_end_) return fail_too_large();
  return fail(end_, std::string(end_of_text), std::string(end_of_text), std::move(expected));
}

bool Parse::fail_too_large() {
  std::string limit = std::to_string(form_bytes_max());
  return fail(at_, "form larger than " + limit + " bytes", found_at(at_),
              "at most " + limit + " bytes");
}

bool Parse::fail_token(const char* at, std::string_view what, std::string_view token,
                       std::string_view problem) {
  std::string found = shown(token);
  std::string sentence(what);
  sentence += ' ';
  sentence += found;
  sentence += ' ';
  sentence += problem;
  return fail(at, std::move(sentence), std::move(found));
}

bool Parse::fail_unmatched(std::string expected) {
  return fail(at_, std::string("unmatched delimiter ") + *at_, std::string(1, *at_),
              std::move(expected));
}

bool Parse::fail_unclosed(const char* opened, char closer) {
  Position where = position_of(reader_.text_, offset(opened));
  return fail_at_end(std::string(1, closer) + " for what opens at line " +
                     std::to_string(where.line) + ", column " + std::to_string(where.column));
}

}  // namespace clogs::edn
