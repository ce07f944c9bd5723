#include "server/api/http/backup_handler.h"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/edn/value.h"
#include "server/api/http/router.h"
#include "server/api/http/target.h"
#include "server/api/worker_pool.h"
#include "server/store/backup_source.h"
#include "server/store/frame.h"

namespace clogs::api {
namespace {

using edn::Value;

constexpr std::string_view bytes_type = "application/octet-stream";
constexpr std::string_view trailer_names = "Trailer: Clogs-Sum\r\n";

Value count_of(uint64_t count) { return Value::integer(static_cast<int64_t>(count)); }

Value plan_value(const store::BackupPlan& plan) {
  std::vector<Value> files;
  for (const store::BackupFile& file : plan.files) {
    files.push_back(
        Value::map_of({{"path", Value::string(file.path)}, {"bytes", count_of(file.bytes)}}));
  }
  return Value::map_of({{"success", Value::boolean(true)},
                        {"as-of", Value::inst_nanos(plan.as_of_nanos)},
                        {"files", Value::vector(std::move(files))}});
}

Result<uint64_t> number_parameter(const Target& target, std::string_view name) {
  const std::string text = target.parameter(name).value_or("");
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return invalid_argument(fmt::format("Parameter {} is no number of bytes", name),
                          fmt::format("{{:code :clogs/bad-parameter :parameter \"{}\"}}", name));
}

class BackupHandler final : public Handler, public std::enable_shared_from_this<BackupHandler> {
 public:
  BackupHandler(const Services& services, WorkerPool& queries)
      : services_(services), queries_(queries) {}

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    const bool taken =
        queries_.submit([self = shared_from_this(), exchange] { self->run(*exchange); });
    if (taken) return;
    fail(*exchange, resource_exhausted("Too many queries are waiting; try again"));
  }

 private:
  void run(Exchange& exchange) {
    if (exchange.gone()) return;
    const Target target = split_target(exchange.request.target);
    if (target.path == backup_path) return plan(exchange);
    bool begun = false;
    const Status sent = send(exchange, target, begun);
    if (sent.ok()) return;
    if (begun) return exchange.abort();
    fail(exchange, sent);
  }

  void plan(Exchange& exchange) {
    const Result<store::BackupPlan> plan = services_.backup->plan();
    if (!plan.ok()) return fail(exchange, plan.status());
    exchange.respond(value_answer(plan_value(*plan), exchange.form));
  }

  Status send(Exchange& exchange, const Target& target, bool& begun) {
    const auto path = percent_decode(target.path.substr(backup_path.size() + 1), false);
    if (!path) return invalid_argument("The path is not percent-encoded");
    CLOGS_ASSIGN_OR_RETURN(const uint64_t from, number_parameter(target, "from"));
    CLOGS_ASSIGN_OR_RETURN(const uint64_t to, number_parameter(target, "to"));
    store::Checksum sum;
    const Status read = services_.backup->read({*path, to}, from, to, [&](std::string_view piece) {
      if (!begun) begin(exchange);
      begun = true;
      sum.add(piece);
      return exchange.write(piece);
    });
    // A range beyond the file is a bad request, not a body that is too large.
    if (read.code() == Code::out_of_range) return invalid_argument(read.message());
    CLOGS_RETURN_IF_ERROR(read);
    if (!begun) begin(exchange);
    exchange.finish(fmt::format("Clogs-Sum: {:016x}\r\n", sum.value()));
    return ok_status();
  }

  static void begin(Exchange& exchange) {
    Answer head;
    head.type = bytes_type;
    if (exchange.request.version == 11) head.fields = trailer_names;
    exchange.begin(std::move(head));
  }

  void fail(Exchange& exchange, const Status& status) {
    exchange.respond(answer_for(services_, status, exchange.form, exchange.call));
  }

  const Services services_;
  WorkerPool& queries_;
};

}  // namespace

std::shared_ptr<Handler> make_backup_handler(const Services& services, WorkerPool& queries) {
  return std::make_shared<BackupHandler>(services, queries);
}

}  // namespace clogs::api
