#include "server/api/rpc/details.h"

#include <algorithm>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/api/rpc/limits.h"
#include "server/ingest/service.h"

namespace clogs::api {
namespace rpc {
namespace {

using edn::View;

constexpr std::string_view error_domain = "clogs";

// ":clogs/unknown-operator" is UNKNOWN_OPERATOR.
std::string reason_of(std::string_view code) {
  if (const size_t slash = code.find('/'); slash != std::string_view::npos) {
    code.remove_prefix(slash + 1);
  }
  std::string reason(code);
  for (char& c : reason) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return reason;
}

template <typename Message>
bool add_detail(const Message& message, google::rpc::Status& status) {
  auto* any = status.add_details();
  any->PackFrom(message);
  if (status.ByteSizeLong() <= max_details_bytes) return true;
  status.mutable_details()->RemoveLast();
  return false;
}

void add_retry(std::chrono::milliseconds delay, google::rpc::Status& status) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(delay.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(delay.count() % 1000 * 1'000'000));
  add_detail(retry, status);
}

void add_violation(const Status& status, View details, google::rpc::Status& out) {
  const View path = details.find("path");
  const View key = details.find("key");
  google::rpc::BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field(cut(path  ? edn::print(path)
                           : key ? edn::print(key)
                                 : std::string("query"),
                           max_violation_bytes));
  violation->set_description(cut(status.message(), max_violation_bytes));
  add_detail(bad, out);
}

// Every entry of the details but :code and :path, printed.
void add_error_info(View details, google::rpc::Status& out) {
  const View code = details.find("code");
  if (!code.is(edn::Kind::keyword)) return;
  google::rpc::ErrorInfo info;
  info.set_reason(reason_of(code.text()));
  info.set_domain(std::string(error_domain));
  for (auto it = details.begin(); it != details.end();) {
    const View key = *it++;
    const View value = *it++;
    if (key.text() == "code" || key.text() == "path") continue;
    (*info.mutable_metadata())[std::string(key.text())] =
        cut(edn::print(value), max_violation_bytes);
  }
  if (!add_detail(info, out)) {
    info.clear_metadata();
    add_detail(info, out);
  }
}

CallStatus finished(Code code, std::string_view message, google::rpc::Status& details) {
  CallStatus status{code, cut(message, max_status_message_bytes), {}};
  if (details.details_size() == 0) return status;
  details.set_code(static_cast<int>(code));
  details.set_message(cut(message, max_violation_bytes));
  status.details_bin = details.SerializeAsString();
  return status;
}

}  // namespace

std::string cut(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes - 3;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::optional<std::chrono::milliseconds> retry_of(const Status& status) {
  if (status.code() == Code::resource_exhausted) return retry_when_busy;
  if (status.code() == Code::unavailable) return retry_when_unavailable;
  return std::nullopt;
}

CallStatus ingest_status(const Status& status) {
  CallStatus answer = call_status(status, retry_of(status));
  if (answer.code == Code::out_of_range) answer.code = Code::resource_exhausted;
  return answer;
}

CallStatus query_status(const Status& status) {
  if (status.code() == Code::out_of_range) {
    return call_status(invalid_argument(status.message(), status.details()));
  }
  return call_status(status, retry_of(status));
}

CallStatus all_rejected_status(const std::vector<ingest::Rejection>& rejected) {
  std::string message = "No record of the batch was good";
  if (!rejected.empty()) message += ": " + rejected.front().error;
  google::rpc::BadRequest bad;
  size_t bytes = 2 * max_violation_bytes;  // the status's own message, tags and type name
  for (const ingest::Rejection& rejection : rejected) {
    auto* violation = bad.add_field_violations();
    violation->set_field("records[" + std::to_string(rejection.index) + "]");
    violation->set_description(cut(rejection.error, max_violation_bytes));
    bytes += violation->ByteSizeLong() + 4;
    if (bytes <= max_details_bytes) continue;
    bad.mutable_field_violations()->RemoveLast();
    break;
  }
  google::rpc::Status details;
  if (bad.field_violations_size() > 0) add_detail(bad, details);
  return finished(Code::invalid_argument, message, details);
}

CallStatus busy_status() {
  return call_status(resource_exhausted("Too many calls are waiting; send this one again later"),
                     retry_when_busy);
}

CallStatus not_a_message(std::string_view type) {
  return call_status(
      invalid_argument("Invalid request: the message is not a clogs.v1." + std::string(type),
                       "{:code :clogs/bad-protobuf :path []}"));
}

}  // namespace rpc

CallStatus call_status(const Status& status, std::optional<std::chrono::milliseconds> retry_after) {
  if (status.ok()) return {};
  google::rpc::Status details;
  edn::Tape tape;
  if (!status.details().empty() && edn::read_one(status.details(), tape).ok() &&
      tape.root().is(edn::Kind::map)) {
    const bool about_the_request =
        status.code() == Code::invalid_argument || status.code() == Code::unimplemented;
    if (about_the_request) rpc::add_violation(status, tape.root(), details);
    rpc::add_error_info(tape.root(), details);
  }
  if (retry_after) rpc::add_retry(*retry_after, details);
  return rpc::finished(status.code(), status.message(), details);
}

}  // namespace clogs::api
