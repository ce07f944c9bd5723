// One request and the way to its answer. The connection makes it; a handler answers it exactly
// once, now or later, from any thread.
//
// An answer is either whole (respond) or streamed (begin, write .., finish or abort). What comes
// after its end is dropped: the first end counts, from whichever thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/auth.h"
#include "server/api/http/answer.h"
#include "server/api/http/encoder.h"
#include "server/api/http/request.h"
#include "server/api/reservation.h"

namespace clogs::api {

class Exchange;

// Tells the connection's thread that an exchange has something to send. Thread-safe.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake(std::shared_ptr<Exchange> exchange) = 0;
};

// What a connection has to send next.
struct Outgoing {
  std::optional<Answer> whole;
  std::optional<Answer> head;  // of a streamed answer
  std::string data;
  bool finished = false;
  std::string trailers;  // fields, each "Name: value\r\n"
  bool aborted = false;

  bool empty() const { return !whole && !head && data.empty() && !finished && !aborted; }
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Request asked, std::shared_ptr<Waker> waker, std::weak_ptr<void> connection,
           size_t buffer_bytes);

  // Set before the handler runs; then the handler's.
  const Request request;
  std::string body;  // decoded
  Reservation reservation;
  Principal who;
  std::string_view call;  // the route, for metrics
  Form form = Form::json;
  std::chrono::steady_clock::time_point started;
  // The client takes the answer in this Content-Encoding; set where the route's answers are worth
  // it. `negotiated`: what the answer is like depends on Accept-Encoding.
  Coding coding = Coding::identity;
  bool negotiated = false;
  // Set by the handler before it returns: when the connection is to call on_deadline, once, on its
  // thread, unless the answer was sent before. It must not block.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::function<void()> on_deadline;
  // Set by the handler before it returns: a stream without an end of its own, which the server's
  // drain ends, and a client that ends its sending too.
  bool endless = false;

  // --- for handlers, from any thread ------------------------------------------------------------
  void respond(Answer answer);
  void begin(Answer head);
  // Waits while the buffer is full. cancelled: the client is gone.
  Status write(std::string_view bytes);
  enum class Offer : uint8_t { taken, full, gone };
  // Takes `bytes` if they fit into a buffer of `limit_bytes` (or if it is empty); does not wait.
  // Not for answers in a Content-Encoding.
  Offer offer(std::string_view bytes, size_t limit_bytes);
  void finish(std::string trailers = {});
  // finish() behind the last bytes, whatever waits in the buffer; does not wait.
  void finish_with(std::string_view last, std::string trailers = {});
  // The answer cannot be completed: the connection is cut so that nobody takes it for whole.
  void abort();
  // Runs `call_back` once when the client goes away or the server stops, on the connection's
  // thread; at once if that has happened. It must not block.
  void on_gone(std::function<void()> call_back);
  bool gone() const;

  // --- for the connection, on its thread --------------------------------------------------------
  // What is to be sent now; if there is nothing, the connection is woken when there is.
  Outgoing take();
  // The client went away: writers fail from now on.
  void leave();
  const std::weak_ptr<void>& connection() const { return connection_; }

 private:
  void signal();
  void encode_whole(Answer& answer) const;

  const std::shared_ptr<Waker> waker_;
  const std::weak_ptr<void> connection_;
  const size_t buffer_bytes_;
  std::unique_ptr<Encoder> encoder_;  // of the thread that writes

  mutable std::mutex mutex_;
  std::condition_variable space_;
  // Guarded by mutex_:
  Outgoing outgoing_;
  bool waiting_ = false;  // the connection waits to be woken
  bool gone_ = false;
  bool ended_ = false;  // by respond, finish or abort
  std::function<void()> on_gone_;
};

}  // namespace clogs::api
