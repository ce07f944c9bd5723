#include "server/app/serve/store_metrics.h"

#include <string_view>

namespace clogs::app {

namespace {

api::Sample sample(api::Sample::Kind kind, std::string_view name, std::string_view help,
                   double value) {
  api::Sample made;
  made.kind = kind;
  made.name = name;
  made.help = help;
  made.value = value;
  return made;
}

api::Sample gauge(std::string_view name, std::string_view help, uint64_t value) {
  return sample(api::Sample::Kind::gauge, name, help, static_cast<double>(value));
}

api::Sample counter(std::string_view name, std::string_view help, double value) {
  return sample(api::Sample::Kind::counter, name, help, value);
}

}  // namespace

std::vector<api::Sample> store_samples_of(const store::StoreStats& stats) {
  auto count = [](uint64_t value) { return static_cast<double>(value); };
  return {
      gauge("clogs_store_bytes", "Committed bytes in files.", stats.bytes),
      gauge("clogs_store_files", "Files that records are in.", stats.files),
      gauge("clogs_store_free_bytes", "Free space of the file system.", stats.free_bytes),
      gauge("clogs_store_queue_bytes", "Batches that wait for the disk.", stats.queue_bytes),
      gauge("clogs_store_queue_batches", "Batches that wait for the disk.", stats.queue_batches),
      gauge("clogs_store_queue_limit_bytes", "Budget of the queue.", stats.queue_limit_bytes),
      gauge("clogs_store_reserved_bytes", "Memory promised to bodies that are being read.",
            stats.reserved_bytes),
      gauge("clogs_store_producers", "Producers with a window of sequences.", stats.producers),
      gauge("clogs_store_window_bytes", "Memory of the windows.", stats.window_bytes),
      gauge("clogs_store_writable", "1 while batches are taken.",
            stats.state == store::StoreState::running ? 1 : 0),
      sample(api::Sample::Kind::gauge, "clogs_store_last_sync_seconds",
             "Duration of the last sync.", stats.last_sync_seconds),
      counter("clogs_store_records_total", "Records committed.", count(stats.records)),
      counter("clogs_store_written_bytes_total", "Bytes committed.", count(stats.record_bytes)),
      counter("clogs_store_batches_total", "Batches committed.", count(stats.batches)),
      counter("clogs_store_commits_total", "Group commits, one sync each.", count(stats.frames)),
      counter("clogs_store_sync_seconds_total", "Time spent in syncs.", stats.sync_seconds),
      counter("clogs_store_duplicates_total", "Batches that were stored before.",
              count(stats.duplicates)),
      counter("clogs_store_refused_total", "Batches refused.", count(stats.refused)),
      counter("clogs_store_write_failures_total", "Commits that failed and were taken back.",
              count(stats.write_failures)),
  };
}

std::vector<api::Part> parts_of(const store::StoreStats& stats) {
  api::Part store;
  store.name = "store";
  store.ready = stats.state == store::StoreState::running;
  store.detail = store.ready ? std::string() : stats.problem;
  if (!store.ready && store.detail.empty()) store.detail = store::state_name(stats.state);
  return {store};
}

}  // namespace clogs::app
