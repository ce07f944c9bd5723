#include "server/app/sample/sample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "server/app/sample/shop.h"

namespace clogs::app {

namespace {

constexpr int64_t millisecond = 1'000'000;

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every platform, unlike <random>.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t limit) { return next() % limit; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // Log-normal around `median`.
  double latency(double median) {
    double normal = std::sqrt(-2 * std::log(1 - unit())) * std::cos(2 * std::numbers::pi * unit());
    return median * std::exp(0.5 * normal);
  }

 private:
  uint64_t state_;
};

struct Line {
  int64_t at = 0;
  uint64_t order = 0;  // breaks ties, so that the order is the same on every run
  uint8_t service = 0;
  std::string_view level;
  std::string_view logger;
  std::string message;
  std::string trace_id;
  uint64_t user = 0;
  std::string_view method;
  std::string_view route;
  uint16_t status = 0;  // 0: not the line of a request
  double duration_ms = -1;
  std::string_view exception_type;
  std::string exception_message;
};

struct Later {
  bool operator()(const Line& a, const Line& b) const {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

std::string hex(uint64_t high, uint64_t low) { return fmt::format("{:016x}{:016x}", high, low); }

}  // namespace

struct SampleGenerator::Impl {
  explicit Impl(SamplePlan plan_given) : plan(plan_given), random(plan_given.seed) {
    span = std::max<int64_t>(plan.end_nanos - plan.begin_nanos, 1);
    deploy_at = plan.begin_nanos + span / 3 * 2;
    outage_begin = deploy_at + span / 200;
    outage_end = plan.begin_nanos + span / 50 * 41;
    // A request gives 2.8 lines on average.
    request_gap = std::max<int64_t>(
        1, static_cast<int64_t>(static_cast<double>(span) * 2.8 / static_cast<double>(plan.rows)));
    request_at = plan.begin_nanos;
    say_deploys();
  }

  void push(Line line) {
    line.order = order++;
    line.at = std::clamp(line.at, plan.begin_nanos, plan.begin_nanos + span - 1);
    lines.push(std::move(line));
  }

  void say_deploys() {
    for (auto [at, text] : {std::pair{deploy_at, "deployed version 2.14.0, 3 pods ready"},
                            std::pair{outage_end, "rolled back to version 2.13.4, 3 pods ready"}}) {
      Line line;
      line.at = at;
      line.service = shop::payments;
      line.level = "info";
      line.logger = "deploy";
      line.message = text;
      push(std::move(line));
    }
  }

  std::string fill(std::string_view pattern, const Line& request, uint64_t order_number,
                   std::string_view sku) {
    std::string out;
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] != '{') {
        out += pattern[i];
        continue;
      }
      size_t close = pattern.find('}', i);
      std::string_view name = pattern.substr(i + 1, close - i - 1);
      if (name == "n") out += std::to_string(1 + random.below(40));
      if (name == "user") out += std::to_string(request.user);
      if (name == "order") out += std::to_string(order_number);
      if (name == "sku") out += sku;
      if (name == "ms") out += fmt::format("{:.1f}", random.latency(40));
      i = close;
    }
    return out;
  }

  const shop::Route& pick_route() {
    unsigned total = 0;
    for (const shop::Route& route : shop::routes) total += route.weight;
    auto at = static_cast<unsigned>(random.below(total));
    for (const shop::Route& route : shop::routes) {
      if (at < route.weight) return route;
      at -= route.weight;
    }
    return shop::routes.front();
  }

  bool is_outage(int64_t at) const { return at >= outage_begin && at < outage_end; }

  void request() {
    const shop::Route& route = pick_route();
    Line base;
    base.at = request_at;
    base.trace_id = hex(random.next(), random.next());
    base.user = 1 + static_cast<uint64_t>(std::exp(random.unit() * 8.5));
    uint64_t order_number = 100'000 + random.below(900'000);
    std::string_view sku = shop::skus[random.below(shop::skus.size())];
    double took = random.latency(route.typical_ms);
    uint16_t status = route.method == "POST" ? 201 : 200;
    auto step_gap = static_cast<int64_t>(took / (route.step_count + 1) * millisecond);
    for (unsigned i = 0; i < route.step_count; ++i) {
      const shop::Step& step = route.steps[i];
      bool fails =
          step.message.starts_with("card charged") && is_outage(request_at) && random.unit() < 0.45;
      if (fails) {
        took = 5000 + random.unit() * 40;
        status = 504;
        push_timeout(base, order_number, static_cast<int64_t>(took * millisecond));
        break;
      }
      Line line = base;
      line.at += step_gap * (i + 1);
      line.service = step.service;
      line.level = step.level;
      line.logger = step.logger;
      line.message = fill(step.message, base, order_number, sku);
      push(std::move(line));
    }
    if (random.below(100) == 0) status = mishap(base, order_number, sku, status);
    push_access(base, route, status, took);
    request_at += static_cast<int64_t>(static_cast<double>(request_gap) * 2 * random.unit()) + 1;
  }

  uint16_t mishap(const Line& base, uint64_t order_number, std::string_view sku, uint16_t status) {
    const shop::Mishap& what = shop::mishaps[random.below(shop::mishaps.size())];
    Line line = base;
    line.at += 3 * millisecond;
    line.service = what.service;
    line.level = what.level;
    line.logger = what.logger;
    line.message = fill(what.message, base, order_number, sku);
    push(std::move(line));
    return what.status == 200 ? status : what.status;
  }

  void push_timeout(const Line& base, uint64_t order_number, int64_t took) {
    Line retry = base;
    retry.at += took / 2;
    retry.service = shop::payments;
    retry.level = "warn";
    retry.logger = "payments.card";
    retry.message = fmt::format("card provider did not answer, retrying order {}", order_number);
    push(std::move(retry));
    Line line = base;
    line.at += took;
    line.service = shop::payments;
    line.level = "error";
    line.logger = "payments.card";
    line.message = fmt::format("payment of order {} failed: timeout after 5000 ms", order_number);
    line.exception_type = "java.net.SocketTimeoutException";
    line.exception_message = "Read timed out: cards.example.com:443";
    push(std::move(line));
  }

  void push_access(const Line& base, const shop::Route& route, uint16_t status, double took) {
    Line line = base;
    line.at += static_cast<int64_t>(took * millisecond);
    line.service = shop::gateway;
    line.level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
    line.logger = "gateway.access";
    line.message = fmt::format("{} {} {} in {:.1f} ms", route.method, route.route, status, took);
    line.method = route.method;
    line.route = route.route;
    line.status = status;
    line.duration_ms = took;
    push(std::move(line));
  }

  void write(const Line& line, edn::Tape& tape);
  void write_exception(const Line& line, edn::Tape& tape);

  SamplePlan plan;
  Random random;
  int64_t span = 0;
  int64_t deploy_at = 0;
  int64_t outage_begin = 0;
  int64_t outage_end = 0;
  int64_t request_gap = 0;
  int64_t request_at = 0;
  uint64_t order = 0;
  uint64_t given = 0;
  std::priority_queue<Line, std::vector<Line>, Later> lines;
};

namespace {

size_t put(edn::Tape& tape, std::string_view key, std::string_view text) {
  tape.atom(edn::Kind::keyword, key);
  tape.atom(edn::Kind::string, tape.keep(text));
  return 1;
}

}  // namespace

void SampleGenerator::Impl::write_exception(const Line& line, edn::Tape& tape) {
  tape.atom(edn::Kind::keyword, "exception");
  size_t map = tape.open(edn::Kind::map);
  put(tape, "type", line.exception_type);
  put(tape, "message", line.exception_message);
  put(tape, "stacktrace",
      fmt::format(
          "{}: {}\n\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:283)"
          "\n\tat shop.payments.CardClient.charge(CardClient.java:88)"
          "\n\tat shop.payments.CardService.pay(CardService.java:41)",
          line.exception_type, line.exception_message));
  tape.close(map, 3);
}

void SampleGenerator::Impl::write(const Line& line, edn::Tape& tape) {
  std::string_view service = shop::services[line.service];
  uint64_t pod = random.below(3);
  size_t keys = 0;
  size_t map = tape.open(edn::Kind::map);
  keys += put(tape, "timestamp", format_rfc3339(Instant::from_nanos(line.at)));
  keys += put(tape, "level", line.level);
  keys += put(tape, "service", service);
  keys += put(tape, "host", fmt::format("node-{}.eu.example.net", line.service % 4 + 1));
  keys += put(tape, "logger", line.logger);
  keys += put(tape, "message", line.message);
  if (!line.trace_id.empty()) {
    keys += put(tape, "trace_id", line.trace_id);
    tape.atom(edn::Kind::keyword, "user_id");
    tape.integer(static_cast<int64_t>(line.user));
    ++keys;
  }
  if (line.status != 0) {
    tape.atom(edn::Kind::keyword, "http");
    size_t http = tape.open(edn::Kind::map);
    put(tape, "method", line.method);
    put(tape, "route", line.route);
    tape.atom(edn::Kind::keyword, "status");
    tape.integer(line.status);
    tape.close(http, 3);
    tape.atom(edn::Kind::keyword, "duration_ms");
    tape.atom(edn::Kind::floating, tape.keep(fmt::format("{:.3f}", line.duration_ms)));
    keys += 2;
  }
  tape.atom(edn::Kind::keyword, "k8s");
  size_t k8s = tape.open(edn::Kind::map);
  put(tape, "namespace", "shop");
  put(tape, "pod", fmt::format("{}-{}", service, pod));
  tape.close(k8s, 2);
  ++keys;
  if (!line.exception_type.empty()) {
    write_exception(line, tape);
    ++keys;
  }
  tape.close(map, keys);
}

SampleGenerator::SampleGenerator(SamplePlan plan) : impl_(std::make_unique<Impl>(plan)) {}
SampleGenerator::~SampleGenerator() = default;

bool SampleGenerator::next(edn::Tape& tape) {
  Impl& impl = *impl_;
  if (impl.given == impl.plan.rows) return false;
  // Lines of a request lie up to 6 s behind its start, so the earliest line is final once the next
  // request starts after it.
  while (impl.lines.empty() || impl.lines.top().at >= impl.request_at) {
    if (impl.request_at >= impl.plan.begin_nanos + impl.span) {
      // The plan asks for more than the time holds at this pace: start over within it.
      impl.request_at = impl.plan.begin_nanos + impl.span - 1;
      impl.request();
      break;
    }
    impl.request();
  }
  tape.clear();
  impl.write(impl.lines.top(), tape);
  impl.lines.pop();
  ++impl.given;
  return true;
}

}  // namespace clogs::app
