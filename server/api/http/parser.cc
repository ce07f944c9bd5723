#include "server/api/http/parser.h"

#include <optional>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

namespace clogs::api {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

bool same_text(string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i];
    if (c != lower[i]) return false;
  }
  return true;
}

class BeastParser final : public http::basic_parser<true> {
 public:
  BeastParser(Request& request, BodySink* sink) : request_(request), sink_(sink) {
    eager(false);
    body_limit(boost::none);  // the sink's matter, which sees what was sent and what it expands to
  }

  std::string problem;
  Status refusal;

 private:
  void on_request_impl(http::verb verb, string_view method, string_view target, int version,
                       error_code&) override {
    request_.method = method_of(verb);
    request_.method_text.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.version = static_cast<unsigned>(version);
  }

  void on_field_impl(http::field field, string_view name, string_view value,
                     error_code& ec) override {
    // Fields behind a chunked body must not change what was decided on its header.
    if (header_done_) return;
    std::string* slot = slot_of(field, name);
    if (slot == nullptr) return;
    if (slot->empty()) {
      slot->assign(value.data(), value.size());
    } else if (slot == &request_.accept || slot == &request_.accept_encoding) {
      slot->append(", ").append(value.data(), value.size());
    } else if (*slot != std::string_view(value.data(), value.size())) {
      problem = "the header field " + std::string(name.data(), name.size()) +
                " stands there twice with different values";
      ec = http::error::bad_field;
    }
  }

  std::string* slot_of(http::field field, string_view name) {
    switch (field) {
      case http::field::host:
        return &request_.host;
      case http::field::content_type:
        return &request_.content_type;
      case http::field::content_encoding:
        return &request_.content_encoding;
      case http::field::accept:
        return &request_.accept;
      case http::field::accept_encoding:
        return &request_.accept_encoding;
      case http::field::authorization:
        return &request_.authorization;
      case http::field::origin:
        return &request_.origin;
      case http::field::expect:
        return &expect_;
      case http::field::unknown:
        if (same_text(name, "clogs-batch-id")) return &request_.batch_id;
        if (same_text(name, "clogs-stream")) return &request_.stream;
        if (same_text(name, "clogs-tenant")) return &request_.tenant;
        if (same_text(name, "grpc-timeout")) return &request_.grpc_timeout;
        return nullptr;
      default:
        return nullptr;
    }
  }

  void on_header_impl(error_code&) override {
    header_done_ = true;
    request_.keep_alive = keep_alive();
    request_.chunked = chunked();
    if (const auto length = content_length()) request_.content_length = *length;
    if (!expect_.empty()) {
      request_.expect_continue =
          same_text(string_view(expect_.data(), expect_.size()), "100-continue");
      request_.expect_other = !request_.expect_continue;
    }
  }

  size_t take(string_view body, error_code& ec) {
    refusal = sink_->body({body.data(), body.size()});
    if (!refusal.ok()) ec = http::error::body_limit;
    return body.size();
  }
  size_t on_body_impl(string_view body, error_code& ec) override { return take(body, ec); }
  size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override {
    return take(body, ec);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request& request_;
  BodySink* sink_;
  bool header_done_ = false;
  std::string expect_;
};

}  // namespace

struct Parser::Impl {
  size_t header_bytes_max;
  Request request;
  std::optional<BeastParser> parser;
  bool header_told = false;
};

Parser::Parser(size_t header_bytes_max) : impl_(std::make_unique<Impl>()) {
  impl_->header_bytes_max = header_bytes_max;
}

Parser::~Parser() = default;

void Parser::reset(BodySink* sink) {
  impl_->request = Request();
  impl_->parser.emplace(impl_->request, sink);
  impl_->parser->header_limit(static_cast<std::uint32_t>(impl_->header_bytes_max));
  impl_->header_told = false;
}

Parser::Step Parser::feed(std::string_view in) {
  BeastParser& parser = *impl_->parser;
  size_t consumed = 0;
  while (true) {
    if (parser.is_header_done() && !impl_->header_told) {
      impl_->header_told = true;
      return {Event::header, consumed};
    }
    if (parser.is_done()) return {Event::done, consumed};
    if (consumed == in.size()) return {Event::need_more, consumed};
    error_code ec;
    const size_t used =
        parser.put(boost::asio::const_buffer(in.data() + consumed, in.size() - consumed), ec);
    consumed += used;
    if (!parser.refusal.ok()) return {Event::refused, consumed};
    if (ec == http::error::need_more) {
      // It may stand at the end of the header by now.
      if (parser.is_header_done() && !impl_->header_told) continue;
      return {Event::need_more, consumed};
    }
    if (ec == http::error::header_limit) return {Event::header_too_large, consumed};
    if (ec) {
      if (parser.problem.empty()) parser.problem = ec.message();
      return {Event::bad, consumed};
    }
  }
}

Request& Parser::request() { return impl_->request; }
const Request& Parser::request() const { return impl_->request; }
const std::string& Parser::problem() const { return impl_->parser->problem; }
const Status& Parser::refusal() const { return impl_->parser->refusal; }

}  // namespace clogs::api
