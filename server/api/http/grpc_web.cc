#include "server/api/http/grpc_web.h"

#include <atomic>
#include <charconv>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "server/api/calls.h"
#include "server/api/http/base64.h"
#include "server/api/http/limits.h"
#include "server/api/http/media.h"

namespace clogs::api {
namespace {

constexpr std::string_view body_problem = "Invalid request body or unsupported content type";
constexpr size_t frame_header_bytes = 5;

struct WebType {
  std::string_view answer;
  bool text;
};

Result<WebType> web_type(std::string_view content_type) {
  CLOGS_ASSIGN_OR_RETURN(const std::string type, media_type(content_type));
  if (type == "application/grpc-web" || type == "application/grpc-web+proto") {
    return WebType{"application/grpc-web+proto", false};
  }
  if (type == "application/grpc-web-text" || type == "application/grpc-web-text+proto") {
    return WebType{"application/grpc-web-text+proto", true};
  }
  return invalid_argument(
      "gRPC-Web takes application/grpc-web and application/grpc-web-text, with or without +proto",
      "{:code :clogs/unsupported-type}");
}

std::string trailer_text(const CallStatus& status) {
  std::string text = fmt::format("grpc-status: {}\r\n", static_cast<unsigned>(status.code));
  if (!status.message.empty()) {
    text += fmt::format("grpc-message: {}\r\n", encode_grpc_message(status.message));
  }
  if (!status.details_bin.empty()) {
    text += fmt::format("grpc-status-details-bin: {}\r\n", base64_encode(status.details_bin));
  }
  return text;
}

Answer web_answer(const WebType& type, const CallStatus& status, std::string_view message) {
  Answer answer;
  answer.type = type.answer;
  if (status.ok()) append_grpc_web_frame(data_flag, message, type.text, answer.body);
  append_grpc_web_frame(trailer_flag, trailer_text(status), type.text, answer.body);
  return answer;
}

// One call on its way to its end, which is either the method's or the deadline's.
class WebCall final : public StreamWriter {
 public:
  WebCall(std::shared_ptr<Exchange> exchange, WebType type, size_t buffer_bytes)
      : exchange_(std::move(exchange)), type_(type), buffer_bytes_(buffer_bytes) {}

  // The answer of a unary call.
  void respond(const CallStatus& status, std::string_view message) {
    if (!end()) return;
    exchange_->respond(web_answer(type_, status, message));
  }

  bool write(std::string message) override {
    return begin() && exchange_->write(frame_of(message)).ok();
  }

  Offer offer(std::string message) override {
    if (!begin()) return Offer::gone;
    switch (exchange_->offer(frame_of(message), buffer_bytes_)) {
      case Exchange::Offer::taken:
        return Offer::taken;
      case Exchange::Offer::full:
        return Offer::full;
      case Exchange::Offer::gone:
        break;
    }
    return Offer::gone;
  }

  void finish(CallStatus status) override {
    if (!end()) return;
    if (!begun_) return exchange_->respond(web_answer(type_, status, {}));
    std::string frame;
    append_grpc_web_frame(trailer_flag, trailer_text(status), type_.text, frame);
    exchange_->finish_with(frame);
  }

 private:
  std::string frame_of(std::string_view message) const {
    std::string frame;
    append_grpc_web_frame(data_flag, message, type_.text, frame);
    return frame;
  }

  // False once the call has ended.
  bool begin() {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    if (std::exchange(begun_, true)) return true;
    Answer head;
    head.type = type_.answer;
    exchange_->begin(std::move(head));
    return true;
  }
  // True for the first that ends the call. From then on begun_ does not change.
  bool end() {
    const std::lock_guard lock(mutex_);
    return !std::exchange(ended_, true);
  }

  const std::shared_ptr<Exchange> exchange_;
  const WebType type_;
  const size_t buffer_bytes_;
  std::mutex mutex_;
  bool begun_ = false;  // guarded by mutex_ until ended_
  bool ended_ = false;  // guarded by mutex_
};

CallStatus deadline_passed() { return {Code::deadline_exceeded, "The call's deadline passed", {}}; }

class GrpcWebHandler final : public Handler {
 public:
  explicit GrpcWebHandler(const Services& services) : services_(services) {}

  std::optional<Answer> admit(const Request& request, Form form) override {
    const Result<WebType> type = web_type(request.content_type);
    if (!type.ok()) return failure_answer(type.status().with_context(body_problem), form, {});
    if (services_.auth == nullptr) return std::nullopt;
    // Strangers are refused before their body is read; the method asks for its right itself.
    const Result<Principal> who = services_.auth->authorize(request.authorization, 0);
    if (who.ok()) return std::nullopt;
    return web_answer(*type, call_status(who.status()), {});
  }

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    const WebType type = *web_type(exchange->request.content_type);
    const auto call = std::make_shared<WebCall>(exchange, type, HttpLimits().tail_buffer_bytes);
    Result<std::string> message = read_grpc_web_body(exchange->body, type.text);
    if (!message.ok()) return call->respond(call_status(message.status()), {});
    exchange->body.clear();
    CallContext context;
    context.transport = Transport::grpc_web;
    context.authorization = exchange->request.authorization;
    context.tenant = exchange->request.tenant;
    context.cancel = std::make_shared<std::atomic<bool>>(false);
    if (!exchange->request.grpc_timeout.empty()) {
      const auto timeout_ms = parse_grpc_timeout_ms(exchange->request.grpc_timeout);
      if (!timeout_ms) return call->respond(call_status(bad_timeout()), {});
      context.deadline = exchange->started + std::chrono::milliseconds(*timeout_ms);
    }
    exchange->deadline = context.deadline;
    if (Calls::kind(exchange->request.target) == Calls::Kind::server_stream) {
      return stream(exchange, call, context, *std::move(message));
    }
    // A batch that is on its way to the disk is not taken back: the client, which does not know,
    // sends it again, and its identity keeps it from being stored twice.
    exchange->on_deadline = [call, cancel = context.cancel] {
      cancel->store(true);
      call->respond(deadline_passed(), {});
    };
    exchange->on_gone([cancel = context.cancel] { cancel->store(true); });
    services_.calls->unary(exchange->request.target, context, *std::move(message),
                           [call](const CallStatus& status, const std::string& response) {
                             call->respond(status, response);
                           });
    exchange->reservation.release();
  }

 private:
  static Status bad_timeout() {
    return invalid_argument(
        "Invalid request: grpc-timeout is no number of 1 to 8 digits with a unit");
  }

  void stream(const std::shared_ptr<Exchange>& exchange, const std::shared_ptr<WebCall>& web,
              const CallContext& context, std::string message) {
    const std::string_view method = exchange->request.target;
    exchange->endless = method.ends_with("/Tail");
    const std::shared_ptr<StreamCall> call =
        services_.calls->server_stream(method, context, std::move(message), web);
    exchange->reservation.release();
    exchange->on_deadline = [web, call] {
      web->finish(deadline_passed());
      call->cancel();
    };
    exchange->on_gone([call] { call->cancel(); });
  }

  const Services services_;
};

}  // namespace

std::shared_ptr<Handler> make_grpc_web_handler(const Services& services) {
  return std::make_shared<GrpcWebHandler>(services);
}

Result<std::string> read_grpc_web_body(std::string_view body, bool text) {
  std::string decoded;
  if (text) {
    if (!base64_decode(body, decoded)) return invalid_argument("the body is not base64");
    body = decoded;
  }
  if (body.size() < frame_header_bytes) {
    return invalid_argument("the body ends within a gRPC-Web frame");
  }
  const auto byte = [&body](size_t i) { return static_cast<uint32_t>(uint8_t(body[i])); };
  const uint32_t flag = byte(0);
  const size_t length = (byte(1) << 24) | (byte(2) << 16) | (byte(3) << 8) | byte(4);
  if (flag == 1) return unimplemented("compressed gRPC-Web frames are not taken");
  if (flag != data_flag) return invalid_argument("the first gRPC-Web frame is no message");
  body.remove_prefix(frame_header_bytes);
  if (body.size() < length) return invalid_argument("the body ends within a gRPC-Web frame");
  if (body.size() > length) {
    return invalid_argument("the body holds more than one gRPC-Web message");
  }
  return std::string(body);
}

void append_grpc_web_frame(uint8_t flag, std::string_view message, bool text, std::string& out) {
  const auto length = static_cast<uint32_t>(message.size());
  std::string frame;
  frame.reserve(frame_header_bytes + message.size());
  frame.push_back(static_cast<char>(flag));
  for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(length >> shift));
  frame.append(message);
  out.append(text ? base64_encode(frame) : frame);
}

std::optional<int64_t> parse_grpc_timeout_ms(std::string_view field) {
  constexpr size_t digits_max = 8;  // as the gRPC specification has it
  if (field.size() < 2 || field.size() > digits_max + 1) return std::nullopt;
  int64_t amount = 0;
  const char* const end = field.data() + field.size() - 1;
  const auto [at, error] = std::from_chars(field.data(), end, amount);
  if (error != std::errc() || at != end || amount < 0) return std::nullopt;
  switch (field.back()) {
    case 'H':
      return amount * 3'600'000;
    case 'M':
      return amount * 60'000;
    case 'S':
      return amount * 1'000;
    case 'm':
      return amount;
    case 'u':
      return amount / 1'000;
    case 'n':
      return amount / 1'000'000;
    default:
      return std::nullopt;
  }
}

std::string encode_grpc_message(std::string_view message) {
  std::string out;
  for (const char c : message) {
    if (c >= ' ' && c <= '~' && c != '%') {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<uint8_t>(c)));
    }
  }
  return out;
}

}  // namespace clogs::api
