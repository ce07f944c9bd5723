// A transport on a loop of its own, and calls that wait for their outcome.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/send/framing.h"
#include "core/send/http2_transport.h"
#include "core/send/thread_loop.h"

namespace clogs::send::testing {

// Longer than anything here takes; a call that hangs fails its test instead of stopping it.
constexpr std::chrono::seconds long_time{30};

inline TimePoint in(std::chrono::nanoseconds time) {
  return std::chrono::steady_clock::now() + time;
}

inline std::shared_ptr<const std::string> framed(std::string_view body) {
  std::string out(message_prefix_bytes, '\0');
  write_prefix(false, body.size(), out.data());
  out.append(body);
  return std::make_shared<const std::string>(std::move(out));
}

inline std::string local(int port) { return "127.0.0.1:" + std::to_string(port); }

// Short times, so that what is waited for comes soon.
inline Http2Options quick(std::string endpoint) {
  Http2Options options;
  options.endpoint = std::move(endpoint);
  options.backoff = {std::chrono::milliseconds(5), std::chrono::milliseconds(20), 1.6, 0.2};
  return options;
}

class TestClient {
 public:
  explicit TestClient(Http2Options options)
      : transport_(make_http2_transport(loop_, std::move(options))) {}
  explicit TestClient(int port) : TestClient(quick(local(port))) {}

  std::future<Outcome> start(std::string_view method, std::string_view body,
                             std::chrono::nanoseconds timeout = long_time) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    last_ = transport_->start({method, framed(body), in(timeout)}, [promise](Outcome outcome) {
      promise->set_value(std::move(outcome));
    });
    return promise->get_future();
  }
  Outcome call(std::string_view method, std::string_view body,
               std::chrono::nanoseconds timeout = long_time) {
    return start(method, body, timeout).get();
  }
  Outcome echo(std::string_view body = "hello") { return call("/test/Echo", body); }
  std::unique_ptr<MessageStream> open(std::string_view method, std::string_view body,
                                      std::chrono::nanoseconds timeout = long_time) {
    return transport_->open({method, framed(body), in(timeout)});
  }

  Transport& transport() { return *transport_; }
  ThreadLoop& loop() { return loop_; }
  Transport::CallId last() const { return last_; }
  void close() { transport_.reset(); }

 private:
  ThreadLoop loop_;
  std::unique_ptr<Transport> transport_;
  Transport::CallId last_ = 0;
};

}  // namespace clogs::send::testing
