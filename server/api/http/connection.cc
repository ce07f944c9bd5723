#include "server/api/http/connection.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "server/api/http/handler.h"
#include "server/api/http/media.h"
#include "server/api/http/router.h"
#include "server/api/metrics.h"

namespace clogs::api {
namespace {

constexpr size_t first_buffer_bytes = size_t{8} << 10;
constexpr size_t buffer_bytes_max = size_t{64} << 10;  // over the largest header
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view processing_line = "HTTP/1.1 102 Processing\r\n\r\n";
// A client that ended its sending is either waiting for its answer or gone. Sending an interim
// response tells: who is gone resets the connection. Quick answers need no asking.
constexpr auto probe_after = std::chrono::milliseconds(500);
constexpr std::string_view body_problem = "Invalid request body or unsupported content type";

}  // namespace

Connection::Connection(ConnectionContext& context, ConnectionKeeper& keeper)
    : context_(context),
      keeper_(keeper),
      in_(first_buffer_bytes),
      parser_(context.limits->header_bytes),
      body_(*context.limits) {}

Connection::~Connection() = default;

void Connection::start(std::unique_ptr<Wire> wire) {
  wire_ = std::move(wire);
  set_deadline(context_.timeouts->handshake);
  wire_->open();
}

void Connection::on_open(bool ok) {
  if (state_ == State::closed) return;
  if (!ok) return close();
  next_request();
}

void Connection::set_deadline(Clock::duration after) { deadline_ = context_.now + after; }

// --- reading ------------------------------------------------------------------------------------

void Connection::read_more() {
  if (reading_ || peer_ended_ || state_ == State::closed) return;
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (in_end_ == in_.size()) {
    if (in_begin_ > 0) {
      std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
      in_end_ -= in_begin_;
      in_begin_ = 0;
    } else if (in_.size() < buffer_bytes_max) {
      in_.resize(in_.size() * 2);
    } else {
      return;  // a client that pipelines more than this waits for its answers
    }
  }
  reading_ = true;
  wire_->start_read(in_.data() + in_end_, in_.size() - in_end_);
}

void Connection::on_read(WireError error, size_t bytes) {
  reading_ = false;
  if (state_ == State::closed) return;
  if (error == WireError::failed) return close();
  if (error == WireError::end) {
    peer_ended_ = true;
    ended_at_ = context_.now;
    return on_end_of_input();
  }
  // A full read of a small buffer: there is more to come.
  const bool filled = in_end_ + bytes == in_.size();
  in_end_ += bytes;
  if (state_ == State::lingering) {
    in_begin_ = in_end_ = 0;
    return read_more();
  }
  if (filled && state_ == State::body && in_.size() < buffer_bytes_max && in_begin_ == 0) {
    in_.resize(in_.size() * 2);
  }
  if (state_ == State::header || state_ == State::body) return process();
  read_more();
}

void Connection::on_end_of_input() {
  switch (state_) {
    case State::header:
    case State::body:
      if (state_ == State::header && in_begin_ == in_end_) return close();
      last_ = true;
      return refuse(
          invalid_argument("The request ended too early", "{:code :clogs/truncated-request}"));
    case State::handling:
    case State::streaming:
      if (exchange_ != nullptr && exchange_->endless) return close();
      return;
    case State::opening:
    case State::lingering:
    case State::closed:
      return close();
  }
}

void Connection::next_request() {
  state_ = State::header;
  parser_.reset(&body_);
  body_.discard();
  route_ = nullptr;
  exchange_.reset();
  last_ = false;
  chunked_ = bodiless_ = ending_ = false;
  status_ = 0;
  cors_origin_.clear();
  if (context_.draining && in_begin_ == in_end_) return close();
  set_deadline(in_begin_ == in_end_ ? context_.timeouts->idle : context_.timeouts->header);
  process();
}

void Connection::process() {
  while (state_ == State::header || state_ == State::body) {
    // Empty lines before a request are tolerated (RFC 9112, 2.2).
    while (state_ == State::header && body_done_ && in_end_ - in_begin_ >= 2 &&
           in_[in_begin_] == '\r' && in_[in_begin_ + 1] == '\n') {
      in_begin_ += 2;
    }
    const std::string_view input(in_.data() + in_begin_, in_end_ - in_begin_);
    // A request without a body is complete with its header.
    if (input.empty() && state_ == State::header) break;
    // The header's time begins with its first byte.
    if (state_ == State::header && body_done_) {
      body_done_ = false;
      set_deadline(context_.timeouts->header);
    }
    const Parser::Step step = parser_.feed(input);
    in_begin_ += step.consumed;
    switch (step.event) {
      case Parser::Event::header:
        if (!on_header()) return;
        continue;
      case Parser::Event::done:
        body_done_ = true;
        on_request();
        return;
      case Parser::Event::bad:
        last_ = true;
        return refuse(invalid_argument("Malformed HTTP request: " + parser_.problem(),
                                       "{:code :clogs/malformed-request}"));
      case Parser::Event::header_too_large:
        last_ = true;
        return refuse(error_answer(
            431,
            fmt::format("The request line and header fields are over the limit of {} bytes",
                        context_.limits->header_bytes),
            fmt::format("{{:code :clogs/header-too-large :limit {}}}",
                        context_.limits->header_bytes),
            form_));
      case Parser::Event::refused: {
        last_ = true;
        const Status& why = parser_.refusal();
        return refuse(why.code() == Code::invalid_argument ? why.with_context(body_problem) : why);
      }
      case Parser::Event::need_more:
        break;
    }
    if (state_ == State::body && body_.sent_bytes() >= body_seen_ + body_progress_bytes) {
      body_seen_ = body_.sent_bytes();
      set_deadline(context_.timeouts->body);
    }
    if (step.event == Parser::Event::need_more) break;
  }
  if (peer_ended_) return on_end_of_input();
  read_more();
}

// False if the request was answered or ended here.
bool Connection::on_header() {
  const Request& request = parser_.request();
  Router::Match match = context_.router->match(request);
  route_ = match.route;
  form_ = match.form;
  who_ = std::move(match.who);
  cors_origin_ = match.cors_origin;
  last_ = !request.keep_alive;
  std::optional<Answer> refusal = std::move(match.answer);
  if (!refusal && request.version == 11 && request.host.empty()) {
    refusal = error_answer(400, "Malformed HTTP request: Host is missing",
                           "{:code :clogs/malformed-request}", form_);
  }
  if (!refusal && request.expect_other) {
    refusal =
        error_answer(417, "Expect may only be 100-continue", "{:code :clogs/expectation}", form_);
  }
  if (!refusal && route_->handler != nullptr && !route_->get) {
    Status begun = body_.begin(request, context_.router->services().sink);
    if (begun.code() == Code::invalid_argument) begun = begun.with_context(body_problem);
    if (!begun.ok()) refusal = context_.router->failure(begun, form_, route_->name);
  }
  state_ = State::body;
  body_seen_ = 0;
  set_deadline(context_.timeouts->body);
  if (refusal) {
    body_.discard();
    const bool short_body = !request.chunked && !request.expect_continue &&
                            request.content_length.value_or(0) <= discard_bytes_max;
    if (request.has_body() && !short_body) {
      // Reading on would cost more than a new connection.
      last_ = true;
      refuse(std::move(*refusal));
      return false;
    }
    whole_ = std::move(*refusal);
    status_ = whole_.status;
    return true;
  }
  if (request.expect_continue && request.has_body() && !writing_) {
    interim_ = true;
    start_write(std::array<std::string_view, 1>{continue_line});
  }
  return true;
}

void Connection::on_request() {
  request_at_ = Clock::now();
  if (status_ != 0) return send_whole(std::move(whole_));
  if (const Status finished = body_.finish(); !finished.ok()) {
    return refuse(finished.with_context(body_problem));
  }
  bodiless_ = parser_.request().method == Method::head;
  exchange_ = std::make_shared<Exchange>(std::move(parser_.request()), context_.waker,
                                         weak_from_this(), context_.limits->stream_buffer_bytes);
  exchange_->body = body_.take_text();
  exchange_->reservation = body_.take_reservation();
  exchange_->who = std::move(who_);
  exchange_->call = route_->name;
  exchange_->form = form_;
  exchange_->started = request_at_;
  if (route_->compress) {
    exchange_->negotiated = true;
    exchange_->coding = choose_coding(exchange_->request.accept_encoding);
  }
  state_ = State::handling;
  deadline_ = Clock::time_point::max();
  // Kept alive: the handler may answer and the connection end within the call.
  const std::shared_ptr<Exchange> exchange = exchange_;
  route_->handler->handle(exchange);
  if (exchange->deadline) keeper_.tick_by(*exchange->deadline);
  pump();
  // What comes next is read meanwhile: the next request, or the news that the client left.
  read_more();
}

void Connection::refuse(const Status& status) {
  refuse(context_.router->failure(status, form_, route_ ? route_->name : "unknown"));
}

void Connection::refuse(Answer answer) {
  if (request_at_ == Clock::time_point()) request_at_ = Clock::now();
  body_.discard();
  send_whole(std::move(answer));
}

// --- sending ------------------------------------------------------------------------------------

bool Connection::keeps_alive() const {
  // Requests that came before the client ended its sending are still to be answered.
  const bool nothing_more = peer_ended_ && in_begin_ == in_end_;
  return !last_ && !nothing_more && !context_.draining;
}

HeadContext Connection::head_context() const {
  HeadContext context;
  context.version = parser_.request().version;
  if (exchange_) context.version = exchange_->request.version;
  context.keep_alive = keeps_alive();
  context.date = context_.date;
  context.cors_origin = cors_origin_;
  return context;
}

void Connection::start_write(std::span<const std::string_view> pieces) {
  size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  writing_ = true;
  wrote_at_ = context_.now;
  if (state_ == State::handling || state_ == State::streaming) {
    set_deadline(context_.timeouts->write + std::chrono::seconds(bytes / write_rate_bytes));
  }
  wire_->start_write(pieces);
}

void Connection::on_woken(const Exchange& exchange) {
  if (exchange_.get() == &exchange) pump();
}

// Sends what the exchange has, if nothing is being sent.
void Connection::pump() {
  if (writing_ || exchange_ == nullptr || state_ == State::closed) return;
  Outgoing next = exchange_->take();
  if (next.empty()) {
    deadline_ = Clock::time_point::max();
    return;
  }
  if (next.aborted) return close();
  if (next.whole) return send_whole(std::move(*next.whole));
  if (next.head) send_head(*next.head);
  if (bodiless_) {
    next.data.clear();
    next.trailers.clear();
    if (next.head) next.finished = true;
  }
  send_data(std::move(next.data));
  if (next.finished) send_end(next.trailers);
  std::array<std::string_view, 4> pieces;
  size_t count = 0;
  for (const std::string* piece : {&head_, &frame_, &data_, &whole_.fields}) {
    if (!piece->empty()) pieces[count++] = *piece;
  }
  if (count == 0) return ending_ ? answer_sent() : pump();
  start_write({pieces.data(), count});
}

void Connection::send_whole(Answer answer) {
  state_ = State::streaming;
  whole_ = std::move(answer);
  status_ = whole_.status;
  if (whole_.close) last_ = true;
  head_.clear();
  frame_.clear();
  data_.clear();
  ending_ = true;
  const std::string_view text = whole_.text();
  const bool bodiless_status = whole_.status == 204;
  append_head(whole_, bodiless_status ? no_length : static_cast<int64_t>(text.size()),
              head_context(), head_);
  whole_.fields.clear();
  if (bodiless_ || parser_.request().method == Method::head || bodiless_status) {
    whole_.body.clear();
    whole_.fixed = {};
  }
  if (writing_) return;  // an interim response is on its way; on_written goes on
  const std::array<std::string_view, 2> pieces = {head_, whole_.text()};
  start_write({pieces.data(), pieces[1].empty() ? size_t{1} : size_t{2}});
}

void Connection::send_head(const Answer& answer) {
  state_ = State::streaming;
  status_ = answer.status;
  head_.clear();
  chunked_ = exchange_->request.version == 11;
  if (!chunked_) last_ = true;  // an HTTP/1.0 client takes the end of the stream as the end
  append_head(answer, chunked_ ? chunked_length : no_length, head_context(), head_);
}

void Connection::send_data(std::string data) {
  data_ = std::move(data);
  frame_.clear();
  if (!chunked_ || data_.empty()) return;
  frame_ = fmt::format("{:x}\r\n", data_.size());
  data_.append("\r\n");
}

void Connection::send_end(const std::string& trailers) {
  ending_ = true;
  whole_ = Answer();
  if (!chunked_ || bodiless_) return;
  whole_.fields = "0\r\n";
  whole_.fields.append(trailers).append("\r\n");
}

void Connection::on_written(WireError error) {
  writing_ = false;
  if (state_ == State::closed) return;
  if (error != WireError::none) return close();
  if (interim_) {
    interim_ = false;
    if (state_ == State::streaming && ending_) {
      const std::array<std::string_view, 2> pieces = {head_, whole_.text()};
      return start_write({pieces.data(), pieces[1].empty() ? size_t{1} : size_t{2}});
    }
    if (exchange_ != nullptr) pump();
    return;
  }
  head_.clear();
  data_.clear();
  frame_.clear();
  if (ending_) return answer_sent();
  pump();
}

void Connection::answer_sent() {
  Metrics* metrics = context_.router->services().metrics;
  if (metrics != nullptr) {
    const std::chrono::duration<double> took = Clock::now() - request_at_;
    metrics->request(Transport::http, route_ ? route_->name : "malformed", status_, took.count());
  }
  request_at_ = {};
  ending_ = false;
  whole_ = Answer();
  const bool alive = keeps_alive() && body_done_;
  leave_exchange();
  if (!alive) return linger();
  next_request();
}

void Connection::leave_exchange() {
  if (exchange_ == nullptr) return;
  const std::shared_ptr<Exchange> exchange = std::move(exchange_);
  exchange_.reset();
  // It holds the call, which holds the exchange.
  exchange->on_deadline = nullptr;
  exchange->leave();
}

// Closing with unread input would reset the connection and could take the answer from the client.
void Connection::linger() {
  if (peer_ended_) return close();
  state_ = State::lingering;
  set_deadline(context_.timeouts->linger);
  wire_->shutdown_send();
  in_begin_ = in_end_ = 0;
  read_more();
}

// --- the passing of time ------------------------------------------------------------------------

void Connection::probe() {
  if (!peer_ended_ || state_ != State::handling || writing_ || exchange_ == nullptr) return;
  if (exchange_->request.version == 10 || context_.now < ended_at_ + probe_after) return;
  ended_at_ = context_.now;
  interim_ = true;
  start_write(std::array<std::string_view, 1>{processing_line});
}

void Connection::keep_warm() {
  if (state_ != State::streaming || writing_ || ending_ || exchange_ == nullptr) return;
  if (route_->heartbeat.empty() || context_.now < wrote_at_ + context_.timeouts->heartbeat) return;
  exchange_->offer(route_->heartbeat, context_.limits->tail_buffer_bytes);
}

void Connection::on_tick() {
  if (context_.now >= deadline_) {
    const bool within_request = (state_ == State::header && in_begin_ != in_end_) ||
                                (state_ == State::header && !body_done_) || state_ == State::body;
    if (!within_request || writing_) return close(writing_);
    last_ = true;
    deadline_ = Clock::time_point::max();
    return refuse(error_answer(408, "The request did not come in time",
                               "{:code :clogs/request-timeout}", form_));
  }
  expire();
  probe();
  keep_warm();
}

// The deadline that the client gave.
void Connection::expire() {
  if (exchange_ == nullptr || !exchange_->deadline) return;
  if (context_.now < *exchange_->deadline) return keeper_.tick_by(*exchange_->deadline);
  const std::shared_ptr<Exchange> exchange = exchange_;
  exchange->deadline.reset();
  std::exchange(exchange->on_deadline, nullptr)();
}

void Connection::drain() {
  if (state_ == State::header && body_done_ && in_begin_ == in_end_) return close();
  if (exchange_ != nullptr && exchange_->endless) {
    const std::shared_ptr<Exchange> exchange = exchange_;
    exchange->finish();
    exchange->leave();
  }
}

void Connection::close(bool reset) {
  if (state_ == State::closed) return;
  const std::shared_ptr<Connection> self = shared_from_this();
  state_ = State::closed;
  deadline_ = Clock::time_point::max();
  leave_exchange();
  wire_->close(reset);
  keeper_.closed(*this);
}

}  // namespace clogs::api
