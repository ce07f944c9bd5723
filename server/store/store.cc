#include "server/store/store.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "server/store/backup.h"
#include "server/store/batch_check.h"
#include "server/store/committer.h"
#include "server/store/data_dir.h"
#include "server/store/deletion_log.h"
#include "server/store/feed_hub.h"
#include "server/store/frame_cursor.h"
#include "server/store/queue.h"
#include "server/store/snapshot.h"

namespace clogs::store {
namespace {

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// The system's words at the end of `status`, without the path that clients need not see.
std::string_view cause_of(const Status& status) {
  std::string_view text = status.message();
  size_t colon = text.rfind(": ");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

}  // namespace

std::string_view state_name(StoreState state) {
  switch (state) {
    case StoreState::running:
      return "running";
    case StoreState::refusing:
      return "refusing";
    case StoreState::failed:
      return "failed";
    case StoreState::closed:
      return "closed";
  }
  return "failed";
}

struct Store::Impl {
  Impl(StoreOptions given, FileSystem& file_system, const Clock& time)
      : options(std::move(given)),
        files(file_system),
        clock(time),
        catalog(time),
        queue(options.queue_bytes, options.window) {}

  Status start();
  void run();
  void commit(std::vector<PendingPtr>& taken);
  void commit_tenant(std::vector<PendingPtr> group);
  void count(const std::vector<PendingPtr>& group, const Committer::Commit& commit);
  void publish(std::vector<PendingPtr>& group);
  void settle(std::vector<PendingPtr>& group, const Status& status);
  Result<ingest::Ack> first_answer(const ingest::Batch& batch, const CommitQueue::Offer& offer);

  const StoreOptions options;
  FileSystem& files;
  const Clock& clock;
  Catalog catalog;
  CommitQueue queue;
  FeedHub hub;
  DataDir dir;
  OpenReport report;
  std::unique_ptr<DeletionLog> deletions;
  std::unique_ptr<DirectoryBackup> backup;
  std::unique_ptr<Committer> committer;  // the writer thread's, once that runs
  std::thread writer;
  std::mutex closing;  // one close() at a time

  mutable std::mutex mutex;
  StoreStats counters;  // guarded by mutex; the parts that the writer knows
};

Status Store::Impl::start() {
  int64_t now = clock.now_nanos();
  if (options.must_exist) CLOGS_RETURN_IF_ERROR(find_data_dir(files, options.dir));
  CLOGS_ASSIGN_OR_RETURN(dir, open_data_dir(files, options.dir, now, options.store_id));
  committer = std::make_unique<Committer>(
      files, catalog, CommitterOptions{options.dir, dir.store_id, options.roll_bytes});
  RecoveryOptions recovery;
  recovery.dir = options.dir;
  recovery.store_id = dir.store_id;
  recovery.window_day = format_day(std::max<int64_t>(0, now - options.window.keep_nanos));
  recovery.progress = options.progress;
  recovery.on_frame = [this](const LogFilePtr& file, uint64_t offset, const FrameHeader& header) {
    for (const BatchEntry& batch : header.batches) {
      RejectedAt rejected_at{batch.rejected_edn.empty() ? nullptr : file, offset};
      queue.windows().store(file->name.tenant, batch.producer, batch.sequence, batch.count,
                            std::move(rejected_at), header.time);
    }
  };
  CLOGS_ASSIGN_OR_RETURN(Recovered recovered, recover(files, recovery));
  CLOGS_ASSIGN_OR_RETURN(deletions, DeletionLog::open(files, dir, DeletionLog::Access::write));
  for (const FoundFile& found : recovered.files) {
    committer->adopt(found.extent, found.appendable);
    catalog.add(found.extent);
  }
  backup = std::make_unique<DirectoryBackup>(files, options.dir, catalog, *deletions);
  catalog.start_after(recovered.last_time);
  // A deletion concerns nothing that comes after it, also where the clock was set back.
  catalog.start_after(deletions->last_time());
  std::ranges::copy(deletions->damage(), std::back_inserter(recovered.damage));
  std::ranges::copy(deletions->torn(), std::back_inserter(recovered.torn));
  report = {std::move(recovered.damage), std::move(recovered.torn), catalog.files(),
            catalog.bytes()};
  writer = std::thread([this] { run(); });
  return ok_status();
}

void Store::Impl::run() {
  for (;;) {
    auto taken = queue.take(std::chrono::nanoseconds(options.idle_nanos));
    if (!taken.empty()) {
      commit(taken);
    } else {
      committer->cut_padding();
      if (queue.stopped()) return;
    }
  }
}

// One frame a tenant, in the order in which the tenants' first batches came.
void Store::Impl::commit(std::vector<PendingPtr>& taken) {
  while (!taken.empty()) {
    const std::string tenant = taken.front()->batch.tenant;
    std::vector<PendingPtr> group;
    std::vector<PendingPtr> others;
    for (PendingPtr& one : taken) {
      (one->batch.tenant == tenant ? group : others).push_back(std::move(one));
    }
    taken = std::move(others);
    commit_tenant(std::move(group));
  }
}

void Store::Impl::commit_tenant(std::vector<PendingPtr> group) {
  {
    std::unique_lock lock(mutex);
    if (counters.state == StoreState::failed) {
      lock.unlock();
      settle(group, unavailable("the store has failed and must be restarted"));
      return;
    }
  }
  std::vector<const ingest::Batch*> batches;
  batches.reserve(group.size());
  for (const PendingPtr& one : group) batches.push_back(&one->batch);
  Committer::Commit commit = committer->commit(batches.front()->tenant, batches);
  count(group, commit);
  if (commit.outcome == LogFile::Outcome::stored) {
    for (const PendingPtr& one : group) {
      queue.stored(*one, {commit.file, commit.offset}, commit.time);
    }
    publish(group);
    settle(group, ok_status());
  } else if (commit.outcome == LogFile::Outcome::uncertain) {
    queue.refuse_all(unavailable("the store has failed and must be restarted"));
    settle(group, internal_error(fmt::format(
                      "the write failed and could not be taken back, so that the records may be "
                      "stored or not: {}",
                      cause_of(commit.status))));
  } else {
    settle(group,
           unavailable(fmt::format("records cannot be stored now: {}", cause_of(commit.status))));
  }
}

void Store::Impl::count(const std::vector<PendingPtr>& group, const Committer::Commit& commit) {
  std::lock_guard lock(mutex);
  if (commit.outcome != LogFile::Outcome::stored) {
    ++counters.write_failures;
    counters.refused += group.size();
    counters.problem = commit.status.message();
    counters.state =
        commit.outcome == LogFile::Outcome::uncertain ? StoreState::failed : StoreState::refusing;
    return;
  }
  counters.state = StoreState::running;
  counters.problem.clear();
  for (const PendingPtr& one : group) counters.records += one->batch.count;
  counters.batches += group.size();
  counters.record_bytes += commit.bytes;
  ++counters.frames;
  counters.last_sync_seconds = commit.sync_seconds;
  counters.sync_seconds += commit.sync_seconds;
}

void Store::Impl::publish(std::vector<PendingPtr>& group) {
  if (!hub.has_listeners()) return;
  for (size_t i = 0; i < group.size(); ++i) {
    ingest::Batch& batch = group[i]->batch;
    hub.publish({batch.tenant, batch.stream, committer->first_id(i), batch.has_meta,
                 std::make_shared<const std::string>(std::move(batch.lines))});
  }
}

void Store::Impl::settle(std::vector<PendingPtr>& group, const Status& status) {
  for (PendingPtr& one : group) {
    std::vector<ingest::Acknowledge> all = queue.settle(*one);
    for (size_t i = 0; i < all.size(); ++i) {
      if (!status.ok()) {
        all[i](status);
      } else {
        all[i](ingest::Ack{one->batch.count, i > 0, one->batch.rejected_edn});
      }
    }
  }
}

// What was said to the batch when it was stored. What was rejected of it is read from its frame.
Result<ingest::Ack> Store::Impl::first_answer(const ingest::Batch& batch,
                                              const CommitQueue::Offer& offer) {
  ingest::Ack ack{offer.accepted, true, ""};
  const LogFilePtr& info = offer.rejected_at.file;
  if (info == nullptr) return ack;
  CLOGS_ASSIGN_OR_RETURN(auto file, files.open(info->path, OpenMode::read));
  CLOGS_ASSIGN_OR_RETURN(uint64_t size, file->size());
  FrameCursor cursor(*file, offer.rejected_at.offset, size, Batches::read);
  CLOGS_ASSIGN_OR_RETURN(auto outcome, cursor.next());
  if (outcome == FrameCursor::Outcome::frame) {
    for (const BatchEntry& entry : cursor.frame().header.batches) {
      if (entry.producer != batch.id->producer || entry.sequence != batch.id->sequence) continue;
      ack.rejected_edn = entry.rejected_edn;
      return ack;
    }
  }
  return data_loss("the batch is stored, but its first answer is damaged");
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Store::~Store() { close(); }

Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
  FileSystem& files = options.file_system ? *options.file_system : posix_file_system();
  const Clock& clock = options.clock ? *options.clock : system_clock();
  auto impl = std::make_unique<Impl>(std::move(options), files, clock);
  CLOGS_RETURN_IF_ERROR(impl->start());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

void Store::append(ingest::Batch batch, ingest::Acknowledge done) {
  Status checked = check_batch(batch);
  if (!checked.ok()) {
    done(checked);
    return;
  }
  auto pending = std::make_unique<Pending>();
  pending->batch = std::move(batch);
  pending->done = std::move(done);
  auto offer = impl_->queue.offer(pending, impl_->clock.now_nanos());
  switch (offer.kind) {
    case CommitQueue::Offer::Kind::taken:
      return;
    case CommitQueue::Offer::Kind::refused:
      pending->done(offer.status);
      return;
    case CommitQueue::Offer::Kind::stored_before:
      pending->done(impl_->first_answer(pending->batch, offer));
      return;
  }
}

bool Store::try_reserve(size_t bytes) { return impl_->queue.try_reserve(bytes); }
void Store::release(size_t bytes) { impl_->queue.release(bytes); }

Result<std::unique_ptr<Source>> Store::open(std::string_view tenant, int64_t as_of_nanos) {
  return std::unique_ptr<Source>(std::make_unique<SnapshotSource>(
      impl_->files, impl_->catalog.snapshot(tenant, as_of_nanos),
      impl_->deletions->in_force(tenant), impl_->deletions->damage()));
}

Result<Deletion> Store::record_deletion(Deletion deletion) {
  return impl_->deletions->record_deletion(std::move(deletion));
}

Result<BackupPlan> Store::plan() { return impl_->backup->plan(); }

Status Store::read(const BackupFile& file, uint64_t from, uint64_t to, const TakeBytes& take) {
  return impl_->backup->read(file, from, to, take);
}

std::vector<std::string> Store::tenants() const { return impl_->catalog.tenants(); }

std::shared_ptr<void> Store::subscribe(Listener listener) {
  return impl_->hub.subscribe(std::move(listener));
}

StoreStats Store::stats() const {
  StoreStats stats;
  {
    std::lock_guard lock(impl_->mutex);
    stats = impl_->counters;
  }
  CommitQueue::Stats queue = impl_->queue.stats();
  stats.queue_bytes = queue.bytes;
  stats.queue_batches = queue.batches;
  stats.reserved_bytes = queue.reserved;
  stats.queue_limit_bytes = queue.limit;
  stats.producers = queue.producers;
  stats.window_bytes = queue.window_bytes;
  stats.duplicates = queue.duplicates;
  stats.refused += queue.refused;
  stats.bytes = impl_->catalog.bytes();
  stats.files = impl_->catalog.files();
  auto free = impl_->files.free_bytes(impl_->options.dir);
  stats.free_bytes = free.ok() ? *free : 0;
  return stats;
}

const OpenReport& Store::opened() const { return impl_->report; }

void Store::close() {
  std::lock_guard closing(impl_->closing);
  if (!impl_->writer.joinable()) return;
  impl_->queue.stop(unavailable("the store is shutting down"));
  impl_->writer.join();
  impl_->deletions->close();
  impl_->dir.lock.reset();
  std::lock_guard lock(impl_->mutex);
  impl_->counters.state = StoreState::closed;
}

}  // namespace clogs::store
