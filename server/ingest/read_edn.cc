// EDN: a map, a vector of maps, or maps one after the other. Forms are read one by one, those of a
// vector too, so that the memory for parsing is that of one record.
#include <algorithm>
#include <string_view>

#include "core/edn/reader.h"
#include "core/edn/token.h"
#include "server/ingest/formats.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {
namespace {

using Outcome = edn::Reader::Outcome;

// The first byte that is neither white space nor of a comment.
size_t skip_blank(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (edn::is_space(text[at])) {
      ++at;
    } else if (text[at] == ';') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      break;
    }
  }
  return at;
}

size_t line_start(std::string_view text, size_t at) {
  const size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

class EdnBody {
 public:
  EdnBody(std::string_view body, Scratch& scratch, Collector& collector)
      : body_(body), scratch_(scratch), collector_(collector) {
    limits_.max_form_bytes = collector.max_source_bytes();
  }

  Status read_vector(size_t open);
  Status read_stream();
  size_t forms() const { return forms_; }

 private:
  void add_form(const edn::Reader& reader, size_t base) {
    const size_t from = base + reader.form_offset();
    const size_t to = base + reader.offset();
    if (body_.substr(from, to - from).find('\n') != std::string_view::npos) line_wise_ = false;
    collector_.add(scratch_.tape.root(), body_.substr(from, to - from));
  }
  Status failure(const edn::Reader& reader, size_t base) const {
    return moved_to(reader.error().status(), edn::position_of(body_, base));
  }
  // Where reading can go on behind the bad form that begins at `from`, or npos.
  size_t resume_behind(size_t from) const;

  std::string_view body_;
  Scratch& scratch_;
  Collector& collector_;
  edn::ReadLimits limits_;
  size_t forms_ = 0;
  // Every form so far stood on one line.
  bool line_wise_ = true;
};

Status EdnBody::read_vector(size_t open) {
  const size_t base = open + 1;
  edn::Reader reader(body_.substr(base), limits_);
  while (true) {
    scratch_.tape.clear();
    switch (reader.next(scratch_.tape)) {
      case Outcome::form:
        ++forms_;
        add_form(reader, base);
        break;
      case Outcome::end:
        return edn::ReadError{edn::position_of(body_, body_.size()), "the vector does not end",
                              "end of text", "]"}
            .status();
      case Outcome::error: {
        // The bracket that closes the vector is unmatched to a reader that began behind its
        // opening one.
        const size_t at = base + reader.error().at.offset;
        const bool closes =
            at < body_.size() && body_[at] == ']' && reader.form_offset() + base == at;
        if (!closes) return failure(reader, base);
        const size_t rest = skip_blank(body_, at + 1);
        if (rest == body_.size()) return ok_status();
        return edn::ReadError{edn::position_of(body_, rest), "a form behind the vector",
                              std::string(body_.substr(rest, 1)), "the end of the body"}
            .status();
      }
    }
  }
}

// A stream may be taken up again if it is one of lines: the forms before were a line each, the bad
// one begins its line, and so does the next. Guessing further could take a part of a bad record for
// a record.
size_t EdnBody::resume_behind(size_t from) const {
  if (!line_wise_ || line_start(body_, from) != from) return std::string_view::npos;
  size_t next = std::min(body_.find('\n', from), body_.size());
  while (next < body_.size() && (body_[next] == '\n' || body_[next] == '\r')) ++next;
  const bool can = next == body_.size() || body_[next] == '{';
  return can ? next : std::string_view::npos;
}

Status EdnBody::read_stream() {
  size_t base = 0;  // where the reader began, always at a line's beginning
  size_t line = 1;  // of `base`
  edn::Reader reader(body_, limits_);
  while (true) {
    scratch_.tape.clear();
    const Outcome outcome = reader.next(scratch_.tape);
    if (outcome == Outcome::end) return ok_status();
    ++forms_;
    if (outcome == Outcome::form) {
      add_form(reader, base);
      continue;
    }
    Status problem = reader.error().status();
    const size_t next = resume_behind(base + reader.form_offset());
    if (next == std::string_view::npos || collector_.describes()) {
      problem = moved_to(problem, {.offset = 0, .line = line, .column = 1});
    }
    if (next == std::string_view::npos) return problem;
    collector_.reject(problem);
    const std::string_view passed = body_.substr(base, next - base);
    line += static_cast<size_t>(std::count(passed.begin(), passed.end(), '\n'));
    base = next;
    reader = edn::Reader(body_.substr(base), limits_);
  }
}

}  // namespace

Status read_edn(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape) {
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  EdnBody reader(body, scratch, collector);
  const size_t first = skip_blank(body, 0);
  if (first < body.size() && body[first] == '[') return reader.read_vector(first);
  CLOGS_RETURN_IF_ERROR(reader.read_stream());
  shape.single = reader.forms() == 1;
  return ok_status();
}

}  // namespace clogs::ingest
