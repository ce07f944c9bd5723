// The parser behind Reader: one form by recursive descent. Private to core/edn.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::edn {

// How much of a wrong token an error shows.
inline constexpr size_t found_bytes_max = 40;
inline constexpr std::string_view end_of_text = "end of text";

// Every read_x() stands at the first byte of an x and leaves `at_` behind it; false means that the
// reader's error is set. `depth` is how many values the one to read is nested in.
class Parse {
 public:
  Parse(Reader& reader, Tape& tape)
      : reader_(reader),
        tape_(tape),
        begin_(reader.text_.data()),
        at_(begin_ + reader.at_),
        text_end_(begin_ + reader.text_.size()),
        end_(text_end_) {}

  Reader::Outcome run();

 private:
  size_t offset(const char* at) const { return static_cast<size_t>(at - begin_); }
  size_t form_bytes_max() const;
  // Lets the form that starts here end no later than one byte over its limit.
  void bound_form();
  bool check_size(const char* started);
  bool check_utf8(const char* started);
  bool enter(const char* at, size_t depth);

  // --- errors (parse_error.cc) ----------------------------------------------------------------

  bool fail(const char* at, std::string problem, std::string found, std::string expected = {});
  // The character or token at `at`, fit for an error.
  std::string found_at(const char* at) const;
  static std::string shown(std::string_view token);
  bool fail_at_end(std::string expected);
  bool fail_too_large();
  bool fail_token(const char* at, std::string_view what, std::string_view token,
                  std::string_view problem);
  bool fail_unmatched(std::string expected);
  bool fail_unclosed(const char* opened, char closer);

  // --- between values (parse.cc) --------------------------------------------------------------

  // White space, commas, comments and discarded forms.
  bool skip_blank(size_t depth);
  bool skip_discarded(size_t depth);

  // --- values (parse.cc) ----------------------------------------------------------------------

  bool read_value(size_t depth);
  bool read_sequence(Kind kind, size_t opener_bytes, size_t depth);
  bool read_map(size_t depth, std::string_view space);
  bool check_distinct(size_t node, const char* opened, std::string_view what);
  bool read_keyword();
  // Most numbers: digits without a zero in front, or digits with a point between them.
  bool read_plain_number();
  // The text between two quotes, decoded; `at_` stands at the first quote.
  bool read_string_text(std::string_view& text);
  bool read_string();

  // --- other atoms (parse_atom.cc) ------------------------------------------------------------

  std::string_view token_from(const char* started, bool number);
  bool read_symbol();
  bool read_number_token();
  bool read_character();
  bool read_escaped_text(const char* opened, const char* stop, std::string_view& text);

  // --- what starts with # and ^ (parse_dispatch.cc) -------------------------------------------

  bool read_dispatch(size_t depth);
  bool read_symbolic_value();
  // #:space{...}: names without a namespace get it, those of "_" lose theirs.
  bool read_namespaced_map(size_t depth);
  bool qualify(Node& node, std::string_view space);
  bool read_tagged(size_t depth);
  bool read_known_tag(std::string_view tag);
  // Metadata is read and left out: it is no part of a value.
  bool read_with_metadata(size_t depth);

  Reader& reader_;
  Tape& tape_;
  const char* begin_;
  const char* at_;
  const char* text_end_;
  const char* end_;                   // of what this form may take
  const char* discard_at_ = nullptr;  // the outermost discarded form
};

}  // namespace clogs::edn
