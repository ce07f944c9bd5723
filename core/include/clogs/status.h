// Errors as values. A Status is one pointer wide; OK costs nothing.
//
// The codes are gRPC's canonical codes with the same numbers, so that no layer needs a table to
// cross the wire. A failure carries a sentence for a person and, where there is one, the same
// facts as an EDN map (`details`, printed text) for a program.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace clogs {

enum class Code : uint8_t {
  ok = 0,
  cancelled = 1,            // the caller went away
  unknown = 2,              // an error of another system without a better code
  invalid_argument = 3,     // the input is wrong and will be wrong again
  deadline_exceeded = 4,    // the time limit was hit
  not_found = 5,            // no such thing
  already_exists = 6,       // it is there already
  permission_denied = 7,    // known caller, no right
  resource_exhausted = 8,   // a quota or queue is full; retry later
  failed_precondition = 9,  // the state forbids it until something else changes
  aborted = 10,             // lost a race; retry
  out_of_range = 11,        // over a size or position limit
  unimplemented = 12,       // legal, not built yet
  internal = 13,            // a broken invariant: a bug of ours
  unavailable = 14,         // not now (disk full, shutting down); retry with delay
  data_loss = 15,           // stored bytes are damaged
  unauthenticated = 16,     // no or unknown credential
};

// "invalid-argument", "unavailable", ...: the name used in logs and in EDN.
std::string_view code_name(Code code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message, std::string details = {});

  bool ok() const { return rep_ == nullptr; }
  Code code() const { return rep_ ? rep_->code : Code::ok; }
  // One sentence, without a final full stop. Empty when OK.
  const std::string& message() const;
  // The same facts as printed EDN (a map), or empty.
  const std::string& details() const;

  // The same failure with `prefix + ": "` before its sentence.
  Status with_context(std::string_view prefix) const;
  // "invalid-argument: the sentence"; "ok".
  std::string to_string() const;

 private:
  struct Rep {
    Code code;
    std::string message;
    std::string details;
  };
  std::shared_ptr<const Rep> rep_;
};

inline Status ok_status() { return {}; }
Status invalid_argument(std::string message, std::string details = {});
Status not_found(std::string message);
Status failed_precondition(std::string message);
Status resource_exhausted(std::string message);
Status out_of_range(std::string message);
Status unavailable(std::string message);
Status unimplemented(std::string message, std::string details = {});
Status internal_error(std::string message);
Status data_loss(std::string message);
// `what: strerror(err)`, with the code that fits the errno (ENOSPC is unavailable, ENOENT
// not_found).
Status errno_status(int err, std::string_view what);

}  // namespace clogs
