#include "server/api/http/answer.h"

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"

namespace clogs::api {
namespace {

using edn::Value;

// Seconds until a refused batch or query is worth another try: queues drain within one, a full disk
// or a restart takes longer.
constexpr std::string_view retry_soon = "Retry-After: 1\r\n";
constexpr std::string_view retry_later = "Retry-After: 5\r\n";

unsigned http_status(Code code) {
  switch (code) {
    case Code::ok:
      return 200;
    case Code::invalid_argument:
    case Code::unimplemented:
      return 400;
    case Code::unauthenticated:
      return 401;
    case Code::permission_denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::failed_precondition:
    case Code::already_exists:
      return 409;
    case Code::out_of_range:
      return 413;
    case Code::resource_exhausted:
      return 429;
    case Code::unavailable:
    case Code::aborted:
    case Code::deadline_exceeded:
    case Code::cancelled:
      return 503;
    case Code::unknown:
    case Code::internal:
    case Code::data_loss:
      break;
  }
  return 500;
}

Value details_value(std::string_view details_edn) {
  if (details_edn.empty()) return Value::map();
  Result<Value> read = edn::read_value(details_edn);
  return read.ok() ? std::move(read).value() : Value::map();
}

}  // namespace

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

std::string http_date(int64_t unix_seconds) {
  constexpr const char* days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr int64_t day_seconds = 86'400;
  const int64_t day = unix_seconds / day_seconds;
  const int64_t second = unix_seconds % day_seconds;
  const Civil civil = civil_from_days(day);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[day % 7], civil.day,
                     months[civil.month - 1], civil.year, second / 3600, second / 60 % 60,
                     second % 60);
}

void append_head(const Answer& answer, int64_t length, const HeadContext& context,
                 std::string& out) {
  // HTTP/1.0 clients are answered as 1.1 without what they do not know, as RFC 9112 has it.
  out.append("HTTP/1.1 ");
  fmt::format_int status(answer.status);
  out.append(status.data(), status.size()).append(" ").append(reason_of(answer.status));
  out.append("\r\nDate: ").append(context.date).append("\r\n");
  if (!answer.type.empty()) out.append("Content-Type: ").append(answer.type).append("\r\n");
  if (length >= 0) {
    fmt::format_int digits(length);
    out.append("Content-Length: ").append(digits.data(), digits.size()).append("\r\n");
  } else if (length == chunked_length) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  // Logs are nobody's to cache, and never to be guessed to be a page or a script.
  out.append("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
  out.append(answer.fields);
  if (!context.cors_origin.empty()) {
    out.append("Access-Control-Allow-Origin: ").append(context.cors_origin);
    out.append("\r\nVary: Origin\r\nAccess-Control-Expose-Headers: Retry-After, Clogs-Duplicate, ");
    out.append("Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin\r\n");
  }
  if (!context.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (context.version == 10) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

Answer value_answer(const edn::Value& value, Form form) {
  Answer answer;
  answer.type = form == Form::edn ? edn_type : json_type;
  if (form == Form::edn) {
    edn::print(value, answer.body);
  } else {
    edn::write_json(value, answer.body);
  }
  answer.body.push_back('\n');
  return answer;
}

Answer error_answer(unsigned status, std::string_view error, std::string_view details_edn,
                    Form form) {
  Answer answer;
  answer.status = status;
  const Value details = details_value(details_edn);
  if (form == Form::edn) {
    answer.type = edn_type;
    edn::print(Value::map_of({{"success", Value::boolean(false)},
                              {"error", Value::string(error)},
                              {"details", details}}),
               answer.body);
  } else {
    answer.type = json_type;
    answer.body = R"({"success":false,"error":)";
    edn::write_json_string(error, answer.body);
    answer.body.append(R"(,"details":)");
    edn::write_json(details, answer.body);
    answer.body.push_back('}');
  }
  answer.body.push_back('\n');
  return answer;
}

bool is_internal(const Status& status) { return http_status(status.code()) == 500; }

Answer failure_answer(const Status& status, Form form, std::string_view id) {
  const unsigned code = http_status(status.code());
  if (code == 500) {
    return error_answer(code, fmt::format("Internal error; the server's log has it under {}", id),
                        fmt::format("{{:code :clogs/internal :id \"{}\"}}", id), form);
  }
  Answer answer = error_answer(code, status.message(), status.details(), form);
  if (code == 429) answer.fields = retry_soon;
  if (code == 503) answer.fields = retry_later;
  if (code == 401) answer.fields = "WWW-Authenticate: Bearer\r\n";
  return answer;
}

}  // namespace clogs::api
