// Answers and their bytes on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "core/edn/value.h"

namespace clogs::api {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view edn_type = "application/edn";
constexpr std::string_view ndjson_type = "application/x-ndjson";
constexpr std::string_view csv_type = "text/csv; charset=utf-8";
constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view events_type = "text/event-stream";

struct Answer {
  unsigned status = 200;
  std::string_view type;   // static storage; empty: no Content-Type
  std::string_view fixed;  // static storage; the body if `body` is empty
  std::string body;
  std::string fields;  // further header fields, each "Name: value\r\n"
  bool close = false;  // the connection ends after this

  std::string_view text() const { return body.empty() ? fixed : std::string_view(body); }
};

// The form of answers and errors that a request asked for.
enum class Form : uint8_t { json, edn };

// What depends on the connection and not on the answer.
struct HeadContext {
  unsigned version = 11;
  bool keep_alive = true;
  std::string_view date;         // RFC 9110 IMF-fixdate
  std::string_view cors_origin;  // an allowed Origin; empty: no CORS fields
};

// Appends status line and fields, the empty line included. `length` is the Content-Length;
// no_length gives none, chunked "Transfer-Encoding: chunked".
constexpr int64_t no_length = -1;
constexpr int64_t chunked_length = -2;
void append_head(const Answer& answer, int64_t length, const HeadContext& context,
                 std::string& out);

std::string_view reason_of(unsigned status);

// "Mon, 23 Nov 2026 20:16:03 GMT".
std::string http_date(int64_t unix_seconds);

// 200 with a value on a line.
Answer value_answer(const edn::Value& value, Form form);

// {"success":false,"error":"..","details":{..}} or the same as EDN. `details_edn` is a map or
// empty.
Answer error_answer(unsigned status, std::string_view error, std::string_view details_edn,
                    Form form);

// The HTTP status that a failure gets, with Retry-After, WWW-Authenticate and the like. Failures of
// the server's own (500) carry `id`, not their sentence, which is the log's.
Answer failure_answer(const Status& status, Form form, std::string_view id);
bool is_internal(const Status& status);

}  // namespace clogs::api
