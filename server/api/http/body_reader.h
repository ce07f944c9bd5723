// Collects a request body: decodes it, counts what was sent and what it became, and reserves the
// memory before it is used.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server/api/decoder.h"
#include "server/api/http/limits.h"
#include "server/api/http/parser.h"
#include "server/api/http/request.h"
#include "server/api/reservation.h"

namespace clogs::api {

class BodyReader final : public BodySink {
 public:
  explicit BodyReader(const HttpLimits& limits) : limits_(limits) {}

  // Takes the next body. out_of_range if Content-Length is over the limit, resource_exhausted if
  // there is no memory for it, invalid_argument for an unknown Content-Encoding.
  Status begin(const Request& request, ingest::Sink* budget);
  // The next body is thrown away, up to discard_bytes_max.
  void discard();

  Status body(std::string_view piece) override;
  // At the body's end.
  Status finish();

  std::string take_text() { return std::move(text_); }
  Reservation take_reservation() { return std::move(reservation_); }
  size_t sent_bytes() const { return sent_; }

 private:
  Status grow(size_t bytes);

  const HttpLimits& limits_;
  bool discarding_ = true;
  size_t sent_ = 0;
  std::string text_;
  std::unique_ptr<Decoder> decoder_;
  Reservation reservation_;
};

}  // namespace clogs::api
