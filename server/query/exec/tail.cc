#include "server/query/exec/tail.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "server/query/eval/predicate.h"
#include "server/query/exec/projection.h"
#include "server/query/exec/scan.h"
#include "server/store/feed.h"

namespace clogs::query {
namespace {

uint64_t count_lines(std::string_view lines) {
  return static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

struct Subscriber {
  Subscriber(PreparedPtr asked, std::string_view of_tenant, Engine::OnTailRow callback)
      : prepared(std::move(asked)),
        tenant(of_tenant),
        on_row(std::move(callback)),
        filter(compile(prepared->query.where,
                       {prepared->query.options.strict_types, prepared->query.tz})),
        projection(prepared->query.select, false) {}

  void offer(const Entry& entry) {
    if (!filter->matches(entry)) return;
    TailRow row;
    row.sequence = ++sequence;
    row.dropped = dropped;
    row.row = projection.project(entry, scratch);
    if (on_row(row)) {
      dropped = 0;
    } else {
      ++dropped;
    }
  }

  PreparedPtr prepared;
  std::string tenant;
  Engine::OnTailRow on_row;
  FilterPtr filter;
  Projection projection;
  edn::Tape scratch;
  uint64_t sequence = 0;
  uint64_t dropped = 0;
  uint64_t after = 0;  // blocks up to this one came before the tail began
};

struct Queued {
  uint64_t number = 0;  // of the block, from 1
  store::Committed committed;
};

// A tail has rows as they come, so nothing of it can be sorted, counted or cut.
Status check_tail(const Query& query) {
  const char* clause = nullptr;
  if (query.grouped()) clause = query.groups.empty() ? "aggregations" : "group-by";
  if (query.distinct.on) clause = "distinct";
  if (!query.order.empty()) clause = "order-by";
  if (query.offset != 0) clause = "offset";
  if (!query.after.empty()) clause = "after";
  if (!query.before.empty()) clause = "before";
  if (query.as_of) clause = "as-of";
  if (clause == nullptr) return ok_status();
  return invalid_argument(
      "Invalid query: a tail shows records as they come and takes no :" + std::string(clause),
      "{:code :clogs/not-for-tail, :path [:" + std::string(clause) + "]}");
}

}  // namespace

struct TailHub::Impl {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Queued> queue;  // guarded by mutex, as all below
  size_t queued_bytes = 0;
  uint64_t blocks = 0;  // that came while somebody followed
  bool stopping = false;
  std::vector<std::pair<std::string, uint64_t>> lost;  // records dropped, by tenant

  std::mutex subscribers_mutex;  // held while rows are offered
  std::list<Subscriber> subscribers;
  std::atomic<size_t> following{0};  // how many; without any nothing is queued

  std::thread thread;
  std::shared_ptr<void> subscription;

  void enqueue(const store::Committed& committed) {
    if (following.load() == 0) return;
    {
      std::lock_guard lock(mutex);
      ++blocks;
      if (queue.size() >= tail_blocks_max ||
          queued_bytes + committed.lines->size() > tail_bytes_max) {
        lost.emplace_back(committed.tenant, count_lines(*committed.lines));
        // Few tenants lose at once; keep one sum for each.
        if (lost.size() > 1 && lost[lost.size() - 2].first == committed.tenant) {
          lost[lost.size() - 2].second += lost.back().second;
          lost.pop_back();
        }
        return;
      }
      queued_bytes += committed.lines->size();
      queue.push_back({blocks, committed});
    }
    wake.notify_one();
  }

  void loop() {
    for (;;) {
      Queued queued;
      std::vector<std::pair<std::string, uint64_t>> losses;
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return stopping || !queue.empty(); });
        if (stopping) return;
        queued = std::move(queue.front());
        queue.pop_front();
        queued_bytes -= queued.committed.lines->size();
        losses.swap(lost);
      }
      std::lock_guard lock(subscribers_mutex);
      deliver(queued.number, queued.committed);
      for (const auto& [tenant, records] : losses) count_lost(tenant, records);
    }
  }

  void count_lost(const std::string& tenant, uint64_t records) {
    for (Subscriber& subscriber : subscribers) {
      if (subscriber.tenant != tenant) continue;
      subscriber.sequence += records;
      subscriber.dropped += records;
    }
  }

  void deliver(uint64_t number, const store::Committed& committed) {
    std::vector<Subscriber*> wanting;
    for (Subscriber& subscriber : subscribers) {
      if (number > subscriber.after && subscriber.tenant == committed.tenant &&
          wants_stream(subscriber.prepared->query.from, committed.stream)) {
        wanting.push_back(&subscriber);
      }
    }
    if (wanting.empty()) return;
    BlockReader reader(committed.tenant);
    const store::Block block{*committed.lines, committed.first, committed.stream,
                             committed.has_meta};
    reader.read(block, [&](const Entry& entry) {
      for (Subscriber* subscriber : wanting) subscriber->offer(entry);
    });
  }
};

namespace {

class Subscription final : public TailSubscription {
 public:
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  ~Subscription() override { end_(); }

 private:
  std::function<void()> end_;
};

}  // namespace

TailHub::TailHub(store::Feed& feed) : impl_(std::make_shared<Impl>()) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
  impl_->subscription = feed.subscribe(
      [impl = impl_.get()](const store::Committed& committed) { impl->enqueue(committed); });
}

TailHub::~TailHub() {
  impl_->subscription.reset();
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
}

Result<std::unique_ptr<TailSubscription>> TailHub::subscribe(PreparedPtr query,
                                                             std::string_view tenant,
                                                             Engine::OnTailRow on_row) {
  CLOGS_RETURN_IF_ERROR(check_tail(query->query));
  std::lock_guard lock(impl_->subscribers_mutex);
  auto& added = impl_->subscribers.emplace_back(std::move(query), tenant, std::move(on_row));
  {
    std::lock_guard counting(impl_->mutex);
    added.after = impl_->blocks;
    ++impl_->following;
  }
  return std::unique_ptr<TailSubscription>(
      std::make_unique<Subscription>([impl = impl_, subscriber = &added] {
        std::lock_guard ending(impl->subscribers_mutex);
        --impl->following;
        impl->subscribers.remove_if([&](const Subscriber& one) { return &one == subscriber; });
      }));
}

}  // namespace clogs::query
