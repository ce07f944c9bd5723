#include "core/send/response.h"

#include <charconv>
#include <utility>

#include "core/edn/utf8.h"
#include "core/send/error_details.h"
#include "core/send/grpc_status.h"

namespace clogs::send {
namespace {

constexpr uint32_t no_error = 0;
constexpr uint32_t refused_stream = 7;
// RFC 9113, section 4.1 of RFC 7541: what a list's size counts for each entry.
constexpr size_t entry_overhead = 32;

int parse_http_status(std::string_view text) {
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

std::string readable(std::string_view text) {
  std::string out;
  edn::append_repaired_utf8(text, out);
  return out;
}

}  // namespace

Outcome transport_failure(Code code, std::string message) {
  Outcome outcome;
  outcome.status = Status(code, std::move(message));
  outcome.by_transport = true;
  return outcome;
}

Status Response::header(std::string_view name, std::string_view value) {
  header_bytes_ += name.size() + value.size() + entry_overhead;
  if (header_bytes_ > max_header_bytes) {
    return resource_exhausted("The answer's headers are larger than " +
                              std::to_string(max_header_bytes) + " bytes");
  }
  if (name == ":status") {
    const int status = parse_http_status(value);
    interim_ = status >= 100 && status < 200;
    if (!interim_) http_status_ = status;
  }
  if (interim_) return {};
  if (name == "content-type") {
    content_type_ = value;
    grpc_content_ = value.substr(0, 16) == "application/grpc";
  } else if (name == "grpc-encoding") {
    reader_.set_encoding(value);
  } else if (name == "grpc-status") {
    grpc_status_ = parse_grpc_status(value);
  } else if (name == "grpc-message") {
    grpc_message_ = readable(percent_decode(value));
  } else if (name == "grpc-status-details-bin") {
    details_ = decode_base64(value).value_or("");
  }
  return {};
}

Status Response::data(std::string_view bytes, std::vector<std::string>& messages) {
  if (!is_grpc()) return {};
  return reader_.feed(bytes, messages);
}

Outcome Response::not_grpc() const {
  Outcome outcome;
  if (http_status_ != 200) {
    outcome.status = Status(code_of_http(http_status_),
                            "The server answered with HTTP status " + std::to_string(http_status_));
  } else {
    outcome.status = Status(Code::unknown, "The server answered with content type '" +
                                               readable(content_type_) + "', not application/grpc");
  }
  return outcome;
}

Outcome Response::finish(std::optional<uint32_t> reset) const {
  if (grpc_status_) {
    if (*grpc_status_ != Code::ok) {
      const ErrorDetails details = read_error_details(details_);
      Outcome outcome;
      outcome.status = Status(*grpc_status_, grpc_message_, details.edn);
      outcome.retry_delay = details.retry_delay;
      return outcome;
    }
    if (reader_.partial()) {
      return transport_failure(Code::internal, "The answer ends inside a message");
    }
    return {};
  }
  if (http_status_ != 0 && !is_grpc()) return not_grpc();
  if (!reset) {
    return transport_failure(Code::unknown, "The server ended its answer without a status");
  }
  Outcome outcome = transport_failure(
      code_of_reset(*reset), *reset == no_error
                                 ? "The server ended the call without a status"
                                 : "The server reset the call: " + http2_error_name(*reset));
  outcome.unprocessed = *reset == refused_stream;
  return outcome;
}

}  // namespace clogs::send
