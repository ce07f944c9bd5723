#include "server/api/http/body_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace clogs::api {
namespace {

// Reserved at first, then doubled as the body comes: a client cannot hold the budget by announcing
// a large body and sending nothing.
constexpr size_t first_reservation_bytes = size_t{256} << 10;

Status too_large(std::string_view what, size_t limit) {
  return Status(Code::out_of_range,
                fmt::format("The body is over the limit of {} bytes {}", limit, what),
                fmt::format("{{:code :clogs/body-too-large :limit {}}}", limit));
}

}  // namespace

Status BodyReader::begin(const Request& request, ingest::Sink* budget) {
  discarding_ = false;
  sent_ = 0;
  text_.clear();
  decoder_.reset();
  reservation_ = Reservation(budget);
  const size_t announced = request.content_length.value_or(0);
  if (announced > limits_.body_bytes) return too_large("as sent", limits_.body_bytes);
  CLOGS_ASSIGN_OR_RETURN(const Coding coding, parse_coding(request.content_encoding));
  decoder_ = make_decoder(coding);
  const size_t first = std::min(announced, first_reservation_bytes);
  CLOGS_RETURN_IF_ERROR(grow(first));
  text_.reserve(first);
  return ok_status();
}

void BodyReader::discard() {
  discarding_ = true;
  sent_ = 0;
  text_.clear();
  decoder_.reset();
  reservation_.release();
}

Status BodyReader::grow(size_t bytes) {
  if (bytes > limits_.expanded_bytes) return too_large("expanded", limits_.expanded_bytes);
  if (bytes <= reservation_.bytes()) return ok_status();
  const size_t wanted = std::max(bytes, reservation_.bytes() * 2);
  if (reservation_.grow_to(wanted) || reservation_.grow_to(bytes)) return ok_status();
  return Status(Code::resource_exhausted, "The server has no memory for this body now",
                "{:code :clogs/out-of-memory}");
}

Status BodyReader::body(std::string_view piece) {
  sent_ += piece.size();
  if (discarding_) {
    return sent_ > discard_bytes_max ? too_large("where none is expected", discard_bytes_max)
                                     : ok_status();
  }
  if (sent_ > limits_.body_bytes) return too_large("as sent", limits_.body_bytes);
  if (decoder_ != nullptr) {
    return decoder_->feed(piece, text_, [this](size_t bytes) { return grow(bytes); });
  }
  CLOGS_RETURN_IF_ERROR(grow(text_.size() + piece.size()));
  text_.append(piece);
  return ok_status();
}

Status BodyReader::finish() {
  if (discarding_ || decoder_ == nullptr) return ok_status();
  if (sent_ == 0) return ok_status();
  return decoder_->finish();
}

}  // namespace clogs::api
