#include "server/app/remote/answer.h"

#include <optional>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::app::remote {
namespace {

using edn::Kind;
using edn::View;

// Bytes of an answer that is no answer of ours (a proxy's page) that an error shows.
constexpr size_t shown_bytes_max = 200;

Code code_of(long http_status) {
  switch (http_status) {
    case 400:
    case 405:
    case 417:
      return Code::invalid_argument;
    case 401:
      return Code::unauthenticated;
    case 403:
      return Code::permission_denied;
    case 404:
      return Code::not_found;
    case 408:
    case 502:
    case 503:
    case 504:
      return Code::unavailable;
    case 409:
      return Code::failed_precondition;
    case 413:
    case 431:
      return Code::out_of_range;
    case 429:
      return Code::resource_exhausted;
    case 500:
      return Code::internal;
    case 501:
      return Code::unimplemented;
    default:
      return Code::unknown;
  }
}

// The map that the body is, on a tape that points into it; no value if it is none.
View read_map(std::string_view content_type, std::string_view body, edn::Tape& tape) {
  const bool is_edn = content_type.starts_with("application/edn");
  const Status status = is_edn ? edn::read_one(body, tape) : edn::JsonReader().read(body, tape);
  return status.ok() && tape.root().is(Kind::map) ? tape.root() : View();
}

std::string shown(std::string_view body) {
  std::string text(body.substr(0, shown_bytes_max));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

Rejection rejection_of(View item) {
  Rejection out;
  if (const View index = item.find("index")) {
    out.index = static_cast<uint64_t>(index.as_int64().value_or(0));
  }
  if (const View error = item.find("error"); error.is(Kind::string)) out.error = error.text();
  if (const View details = item.find("details")) out.details_edn = edn::print(details);
  return out;
}

void read_rejections(View list, Answer& answer) {
  if (!list.is(Kind::vector)) return;
  for (const View item : list) {
    if (item.is(Kind::map)) answer.rejected.push_back(rejection_of(item));
  }
}

}  // namespace

Status failure_of(long http_status, std::string_view content_type, std::string_view body) {
  edn::Tape tape;
  const View map = read_map(content_type, body, tape);
  const View error = map ? map.find("error") : View();
  if (!error.is(Kind::string)) {
    std::string message = "The server answered " + std::to_string(http_status);
    if (!body.empty()) message += ": " + shown(body);
    return Status(code_of(http_status), std::move(message));
  }
  const View details = map.find("details");
  return Status(code_of(http_status), std::string(error.text()),
                details ? edn::print(details) : std::string());
}

Result<Answer> ingest_answer(long http_status, std::string_view content_type,
                             std::string_view body) {
  edn::Tape tape;
  const View map = read_map(content_type, body, tape);
  Answer answer;
  if (http_status == 201 || http_status == 200) {
    const View accepted = map ? map.find("accepted") : View();
    const std::optional<int64_t> count = accepted ? accepted.as_int64() : std::nullopt;
    if (!count)
      return Status(Code::unknown, "The server's answer is none of Clogs: " + shown(body));
    answer.accepted = static_cast<uint64_t>(*count);
    if (const View rejected = map.find("rejected")) read_rejections(rejected, answer);
    return answer;
  }
  const View details = http_status == 400 && map ? map.find("details") : View();
  if (details.is(Kind::map)) {
    if (const View rejected = details.find("rejected")) read_rejections(rejected, answer);
  }
  if (answer.rejected.empty()) return failure_of(http_status, content_type, body);
  return answer;
}

}  // namespace clogs::app::remote
