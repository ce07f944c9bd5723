#include "server/api/http/tail_handler.h"

#include <atomic>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "server/api/http/query_parameters.h"
#include "server/api/http/router.h"
#include "server/api/metrics.h"
#include "server/api/query_tenant.h"
#include "server/query/engine.h"

namespace clogs::api {
namespace {

class TailHandler final : public Handler {
 public:
  TailHandler(const Services& services, const HttpLimits& limits)
      : services_(services), buffer_bytes_(limits.tail_buffer_bytes) {}

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    Result<query::PreparedPtr> prepared = prepare_parameter(*services_.engine, exchange->request);
    if (!prepared.ok()) return fail(*exchange, prepared.status());
    const Result<std::string> tenant = query_tenant(exchange->who, **prepared);
    if (!tenant.ok()) return fail(*exchange, tenant.status());
    Answer head;
    head.type = events_type;
    // Proxies of the nginx family hold answers back unless told.
    head.fields = "X-Accel-Buffering: no\r\n";
    if (exchange->request.method == Method::head) return exchange->respond(std::move(head));
    const bool as_edn = wants_edn(exchange->request);

    // Rows that come before begin() wait behind the head: this is the thread that would send them.
    exchange->endless = true;
    auto rows = std::make_shared<Rows>(exchange, services_.metrics, as_edn, buffer_bytes_);
    Result<std::unique_ptr<query::TailSubscription>> subscription = services_.engine->tail(
        *prepared, *tenant, [rows](const query::TailRow& row) { return rows->take(row); });
    if (!subscription.ok()) return fail(*exchange, subscription.status());
    exchange->begin(std::move(head));
    exchange->offer(": following\n\n", buffer_bytes_);
    if (services_.metrics != nullptr) services_.metrics->tails(Transport::http, 1);
    std::shared_ptr<query::TailSubscription> held = std::move(subscription).value();
    exchange->on_gone([held, metrics = services_.metrics]() mutable {
      held.reset();
      if (metrics != nullptr) metrics->tails(Transport::http, -1);
    });
  }

 private:
  // Called from one thread of the engine's.
  class Rows {
   public:
    Rows(std::shared_ptr<Exchange> exchange, Metrics* metrics, bool as_edn, size_t buffer_bytes)
        : exchange_(std::move(exchange)),
          metrics_(metrics),
          as_edn_(as_edn),
          buffer_bytes_(buffer_bytes) {}

    bool take(const query::TailRow& row) {
      event_.clear();
      if (row.dropped > 0) {
        fmt::format_to(std::back_inserter(event_), "event: dropped\ndata: {{\"dropped\":{}}}\n\n",
                       row.dropped);
      }
      fmt::format_to(std::back_inserter(event_), "id: {}\ndata: ", row.sequence);
      // Neither form holds a line break, which would end the event's data.
      if (as_edn_) {
        edn::print(row.row, event_);
      } else {
        edn::write_json(row.row, event_);
      }
      event_.append("\n\n");
      const bool taken = exchange_->offer(event_, buffer_bytes_) == Exchange::Offer::taken;
      if (metrics_ != nullptr) metrics_->tail_sent(Transport::http, taken ? 1 : 0, taken ? 0 : 1);
      return taken;
    }

   private:
    const std::shared_ptr<Exchange> exchange_;
    Metrics* const metrics_;
    const bool as_edn_;
    const size_t buffer_bytes_;
    std::string event_;
  };

  void fail(Exchange& exchange, const Status& status) {
    exchange.endless = false;
    exchange.respond(answer_for(services_, status, exchange.form, exchange.call));
  }

  const Services services_;
  const size_t buffer_bytes_;
};

}  // namespace

std::shared_ptr<Handler> make_tail_handler(const Services& services, const HttpLimits& limits) {
  return std::make_shared<TailHandler>(services, limits);
}

}  // namespace clogs::api
