#include "server/query/eval/pattern.h"

#include <re2/re2.h>

#include "server/query/eval/text.h"

namespace clogs::query {
namespace {

// Of the compiled program; a pattern that needs more is refused when the query is read.
constexpr int64_t regex_memory_bytes = int64_t{8} << 20;

RE2::Options regex_options(bool insensitive) {
  RE2::Options options;
  options.set_case_sensitive(!insensitive);
  options.set_log_errors(false);
  options.set_max_mem(regex_memory_bytes);
  return options;
}

}  // namespace

Wildcard::Wildcard(std::string_view pattern, bool insensitive) : insensitive_(insensitive) {
  while (!pattern.empty()) {
    int32_t character = take_character(pattern);
    if (character == '*') {
      pieces_.push_back({Piece::Kind::run});
      continue;
    }
    if (character == '?') {
      pieces_.push_back({Piece::Kind::one});
      continue;
    }
    if (character == '\\' && !pattern.empty()) character = take_character(pattern);
    pieces_.push_back({Piece::Kind::literal, insensitive ? fold_character(character) : character});
  }
}

bool Wildcard::matches(std::string_view text) const {
  // The last run that was passed may take one more character when what follows it fails; earlier
  // runs never need to.
  size_t piece = 0;
  size_t after_run = std::string_view::npos;
  std::string_view run_text;
  while (!text.empty()) {
    if (piece < pieces_.size() && pieces_[piece].kind == Piece::Kind::run) {
      after_run = ++piece;
      run_text = text;
      continue;
    }
    std::string_view rest = text;
    const int32_t character = take_character(rest);
    if (piece < pieces_.size() &&
        (pieces_[piece].kind == Piece::Kind::one ||
         pieces_[piece].character == (insensitive_ ? fold_character(character) : character))) {
      ++piece;
      text = rest;
      continue;
    }
    if (after_run == std::string_view::npos) return false;
    take_character(run_text);
    text = run_text;
    piece = after_run;
  }
  while (piece < pieces_.size() && pieces_[piece].kind == Piece::Kind::run) ++piece;
  return piece == pieces_.size();
}

struct Regex::Impl {
  RE2 program;
  Impl(std::string_view pattern, bool insensitive)
      : program(re2::StringPiece(pattern.data(), pattern.size()), regex_options(insensitive)) {}
};

Regex::Regex(std::string_view pattern, bool insensitive)
    : impl_(std::make_unique<Impl>(pattern, insensitive)) {}

Regex::~Regex() = default;

bool Regex::matches(std::string_view text) const {
  return impl_->program.ok() &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->program);
}

}  // namespace clogs::query
