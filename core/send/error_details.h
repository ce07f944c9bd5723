// What a server says of a failure beyond its sentence: google.rpc.Status in the trailer
// grpc-status-details-bin, with BadRequest, ErrorInfo and RetryInfo.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace clogs::send {

struct ErrorDetails {
  // An EDN map, or empty where the server sent nothing that we know:
  // {:code :clogs/unknown-operator, :violations [{:field "[:where]", :description "..."}],
  //  :retry-delay-ms 250, <the metadata of ErrorInfo>}
  std::string edn;
  std::optional<std::chrono::milliseconds> retry_delay;
};

// `status` is an encoded google.rpc.Status. What is malformed or unknown is passed over.
ErrorDetails read_error_details(std::string_view status);

}  // namespace clogs::send
