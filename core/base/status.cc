#include "clogs/status.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace clogs {

namespace {
const std::string& empty_string() {
  static const std::string empty;
  return empty;
}
}  // namespace

std::string_view code_name(Code code) {
  switch (code) {
    case Code::ok:
      return "ok";
    case Code::cancelled:
      return "cancelled";
    case Code::unknown:
      return "unknown";
    case Code::invalid_argument:
      return "invalid-argument";
    case Code::deadline_exceeded:
      return "deadline-exceeded";
    case Code::not_found:
      return "not-found";
    case Code::already_exists:
      return "already-exists";
    case Code::permission_denied:
      return "permission-denied";
    case Code::resource_exhausted:
      return "resource-exhausted";
    case Code::failed_precondition:
      return "failed-precondition";
    case Code::aborted:
      return "aborted";
    case Code::out_of_range:
      return "out-of-range";
    case Code::unimplemented:
      return "unimplemented";
    case Code::internal:
      return "internal";
    case Code::unavailable:
      return "unavailable";
    case Code::data_loss:
      return "data-loss";
    case Code::unauthenticated:
      return "unauthenticated";
  }
  return "unknown";
}

Status::Status(Code code, std::string message, std::string details) {
  if (code != Code::ok) {
    rep_ = std::make_shared<const Rep>(Rep{code, std::move(message), std::move(details)});
  }
}

const std::string& Status::message() const { return rep_ ? rep_->message : empty_string(); }
const std::string& Status::details() const { return rep_ ? rep_->details : empty_string(); }

Status Status::with_context(std::string_view prefix) const {
  if (ok()) return *this;
  std::string message(prefix);
  message += ": ";
  message += rep_->message;
  return {rep_->code, std::move(message), rep_->details};
}

std::string Status::to_string() const {
  std::string text(code_name(code()));
  if (!ok()) {
    text += ": ";
    text += rep_->message;
  }
  return text;
}

Status invalid_argument(std::string message, std::string details) {
  return {Code::invalid_argument, std::move(message), std::move(details)};
}
Status not_found(std::string message) { return {Code::not_found, std::move(message)}; }
Status failed_precondition(std::string message) {
  return {Code::failed_precondition, std::move(message)};
}
Status resource_exhausted(std::string message) {
  return {Code::resource_exhausted, std::move(message)};
}
Status out_of_range(std::string message) { return {Code::out_of_range, std::move(message)}; }
Status unavailable(std::string message) { return {Code::unavailable, std::move(message)}; }
Status unimplemented(std::string message, std::string details) {
  return {Code::unimplemented, std::move(message), std::move(details)};
}
Status internal_error(std::string message) { return {Code::internal, std::move(message)}; }
Status data_loss(std::string message) { return {Code::data_loss, std::move(message)}; }

Status errno_status(int err, std::string_view what) {
  Code code = Code::unknown;
  switch (err) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
      code = Code::unavailable;
      break;
    case ENOENT:
    case ENOTDIR:
      code = Code::not_found;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::permission_denied;
      break;
    case EEXIST:
      code = Code::already_exists;
      break;
    default:
      break;
  }
  std::string message(what);
  message += ": ";
  message += std::generic_category().message(err);
  return {code, std::move(message)};
}

}  // namespace clogs
