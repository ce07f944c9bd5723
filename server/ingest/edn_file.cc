#include "server/ingest/edn_file.h"

#include <algorithm>

#include "core/edn/token.h"
#include "server/ingest/formats.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {
namespace {

using Read = edn::Reader::Outcome;

// Consumed bytes are cut off when there are so many, and not for every form.
constexpr size_t cut_bytes = size_t{1} << 20;

// Whether more bytes could make the form a good one: the text ended inside it, or the bad token is
// the last and may go on.
bool ends_early(const edn::ReadError& error, size_t size) {
  return error.found == "end of text" || error.at.offset + error.found.size() >= size;
}

}  // namespace

EdnFile::EdnFile(size_t max_form_bytes) { limits_.max_form_bytes = max_form_bytes; }

void EdnFile::feed(std::string_view bytes) {
  if (at_ >= cut_bytes || at_ == text_.size()) {
    text_.erase(0, at_);
    at_ = 0;
  }
  text_.append(bytes);
}

void EdnFile::consume(size_t bytes) {
  const auto from = text_.begin() + static_cast<std::ptrdiff_t>(at_);
  const auto to = from + static_cast<std::ptrdiff_t>(bytes);
  line_ += static_cast<uint64_t>(std::count(from, to, '\n'));
  if (bytes != 0) mid_line_ = *(to - 1) != '\n';
  at_ += bytes;
}

uint64_t EdnFile::lines() const { return line_ - (mid_line_ ? 0 : 1); }

// False if more bytes are needed to know.
bool EdnFile::open_vector() {
  std::string_view rest = std::string_view(text_).substr(at_);
  if (rest.starts_with(byte_order_mark)) {
    consume(byte_order_mark.size());
    rest.remove_prefix(byte_order_mark.size());
  }
  size_t first = 0;
  while (first < rest.size() && (edn::is_space(rest[first]) || rest[first] == ';')) {
    first = rest[first] == ';' ? std::min(rest.find('\n', first), rest.size()) : first + 1;
  }
  if (first == rest.size()) return finished_;
  began_ = true;
  vector_ = rest[first] == '[';
  consume(first + (vector_ ? 1 : 0));
  return true;
}

EdnFile::Step EdnFile::fail(const edn::Reader& reader) {
  const std::string_view rest = std::string_view(text_).substr(at_);
  const size_t form = reader.form_offset();
  const auto skipped = static_cast<uint64_t>(
      std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(form), '\n'));
  Step step{.outcome = Outcome::error, .form = {}, .line = line_ + skipped, .error = {}};
  const size_t line_begin = at_ == 0 ? std::string::npos : text_.rfind('\n', at_ - 1);
  const size_t column = at_ - (line_begin == std::string::npos ? 0 : line_begin + 1) + 1;
  step.error = moved_to(reader.error().status(), {.offset = 0, .line = line_, .column = column});
  // A line that begins with a map is where another record begins.
  const size_t next = rest.find("\n{", form);
  consume(next == std::string_view::npos ? rest.size() : next + 1);
  return step;
}

EdnFile::Step EdnFile::next() {
  if (!began_ && !open_vector()) return {};
  tape_.clear();
  const std::string_view rest = std::string_view(text_).substr(at_);
  edn::Reader reader(rest, limits_);
  const Read outcome = reader.next(tape_);
  const bool cut = outcome == Read::error && ends_early(reader.error(), rest.size());
  if (cut && !finished_ && rest.size() - reader.form_offset() <= limits_.max_form_bytes) return {};
  if (outcome == Read::end) {
    // A comment may go on in the next piece.
    if (finished_) consume(rest.size());
    return {};
  }
  if (outcome == Read::error) {
    const size_t at = reader.error().at.offset;
    if (vector_ && at < rest.size() && rest[at] == ']' && reader.form_offset() == at) {
      vector_ = false;
      consume(at + 1);
      return next();
    }
    return fail(reader);
  }
  Step step{.outcome = Outcome::form, .form = tape_.root(), .line = 0, .error = {}};
  consume(reader.form_offset());
  step.line = line_;
  consume(reader.offset() - reader.form_offset());
  return step;
}

}  // namespace clogs::ingest
