// A request's line and the header fields that the server uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clogs::api {

enum class Method : uint8_t { get, head, post, options, other };

struct Request {
  Method method = Method::other;
  std::string method_text;
  std::string target;
  unsigned version = 11;  // 10 or 11
  bool keep_alive = true;
  bool chunked = false;
  std::optional<uint64_t> content_length;
  bool expect_continue = false;
  bool expect_other = false;  // an Expect that nobody defined

  std::string host;
  std::string content_type;
  std::string content_encoding;
  std::string accept;
  std::string accept_encoding;
  std::string authorization;
  std::string origin;
  std::string batch_id;      // Clogs-Batch-Id
  std::string stream;        // Clogs-Stream
  std::string tenant;        // Clogs-Tenant
  std::string grpc_timeout;  // of gRPC-Web

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

}  // namespace clogs::api
