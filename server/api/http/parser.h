// Bytes to requests: HTTP/1.0 and 1.1, piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "server/api/http/request.h"

namespace clogs::api {

// Takes a body as it comes. A failure ends the request.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Status body(std::string_view piece) = 0;
};

class Parser {
 public:
  enum class Event : uint8_t {
    need_more,         // all of `in` that can be used was used
    header,            // request() is complete; a body may follow
    done,              // the request is complete
    bad,               // malformed: problem() says how
    header_too_large,  // over the limit
    refused,           // the body sink refused: refusal() says why
  };
  struct Step {
    Event event;
    size_t consumed;
  };

  explicit Parser(size_t header_bytes_max);
  ~Parser();

  // Begins the next request; its body goes to `sink`, which outlives it.
  void reset(BodySink* sink);
  // `in` holds everything that was not consumed before.
  Step feed(std::string_view in);

  Request& request();
  const Request& request() const;
  const std::string& problem() const;
  const Status& refusal() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::api
