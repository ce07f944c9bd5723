#include "core/queue/spool.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/queue/segment.h"
#include "core/queue/spool_folder.h"

namespace clogs::queue {
namespace {

// Files that are open for adopted segments at most; the folders beyond wait for the next start.
constexpr size_t adopted_segments_max = 256;
// The oldest segment that goes for want of room is at most this part of the whole.
constexpr uint64_t segments_min = 8;

int64_t now_nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// As mkdir -p, for the owner only.
Status make_directories(FileSystem& files, const std::string& path) {
  Status made = files.make_directory(path);
  if (made.code() == Code::not_found) {
    const size_t slash = path.find_last_of('/');
    if (slash == std::string::npos || slash == 0) return made;
    CLOGS_RETURN_IF_ERROR(make_directories(files, path.substr(0, slash)));
    made = files.make_directory(path);
  }
  return made.code() == Code::already_exists ? ok_status() : made;
}

}  // namespace

struct Spool::Impl {
  struct Entry {
    std::unique_ptr<Segment> segment;
    std::string path;
    SpoolFolder* folder = nullptr;
  };
  using Entries = std::map<uint64_t, Entry>;

  Impl(SpoolOptions the_options, FileSystem& the_files, SpoolFolder folder)
      : options(std::move(the_options)), files(the_files), own(std::move(folder)) {
    options.segment_bytes = std::min(options.segment_bytes, options.max_bytes / segments_min);
  }

  bool forked() const { return ::getpid() != process; }
  Status adopt_all(const std::string& own_path);
  void adopt(SpoolFolder folder);
  bool is_of_our_service(const SegmentHead& head) const { return head.service == options.service; }

  uint64_t bytes() const;
  // The segment that takes `needed` bytes of this producer's.
  Result<Segment*> writable(const std::string& producer, uint64_t needed);
  // Drops the oldest segments until `needed` more bytes fit.
  void make_room(uint64_t needed);
  void erase(Entries::iterator entry);
  void erase_if_done(Entries::iterator entry);

  SpoolOptions options;
  FileSystem& files;
  const pid_t process = ::getpid();
  SpoolFolder own;
  std::list<SpoolFolder> adopted;
  Entries entries;           // oldest first
  uint64_t next_id = 1;      // never used twice, so that an old position finds nothing
  uint64_t next_number = 1;  // of own files
  uint64_t active = 0;       // the entry that is appended to; 0: none
  uint64_t dropped_records = 0;
  uint64_t adopted_batches = 0;
  uint64_t damaged_gone = 0;  // in segments that are no more
};

uint32_t endpoint_tag(std::string_view endpoint) {
  constexpr uint64_t mask = (uint64_t{1} << (8 * batch_endpoint_bytes)) - 1;
  const auto tag = static_cast<uint32_t>(body_sum(endpoint) & mask);
  return tag == 0 ? 1 : tag;
}

Spool::Spool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Spool::~Spool() {
  if (impl_->forked()) return;
  const uint64_t active = std::exchange(impl_->active, 0);
  if (auto entry = impl_->entries.find(active); entry != impl_->entries.end()) {
    impl_->erase_if_done(entry);
  }
  impl_->own.remove_if_empty();
}

Result<std::unique_ptr<Spool>> Spool::open(SpoolOptions options, FileSystem& files) {
  if (options.directory.empty()) return invalid_argument("the spool has no directory");
  if (options.service.size() > spool_name_bytes_max) {
    return invalid_argument("the service's name is longer than 256 bytes");
  }
  const std::string directory = options.directory;
  CLOGS_RETURN_IF_ERROR(make_directories(files, directory));
  auto folder = SpoolFolder::make(files, directory, now_nanos());
  if (!folder.ok()) return folder.status();
  std::string own_path = folder->path();
  if (options.sync) CLOGS_RETURN_IF_ERROR(files.sync_directory(directory));
  auto impl = std::make_unique<Impl>(std::move(options), files, std::move(*folder));
  Status adopted = impl->adopt_all(own_path);
  std::unique_ptr<Spool> spool(new Spool(std::move(impl)));
  if (!adopted.ok()) return adopted;
  return spool;
}

Status Spool::Impl::adopt_all(const std::string& own_path) {
  CLOGS_ASSIGN_OR_RETURN(std::vector<std::string> names, files.list(options.directory));
  for (const std::string& name : names) {
    std::string path = options.directory + "/" + name;
    if (path == own_path) continue;
    // Whatever is the matter with a folder keeps nobody from logging: it waits for the next start.
    auto folder = SpoolFolder::adopt(files, std::move(path));
    if (folder.ok()) adopt(std::move(*folder));
    if (entries.size() >= adopted_segments_max) break;
  }
  make_room(0);
  return ok_status();
}

void Spool::Impl::adopt(SpoolFolder folder) {
  auto paths = folder.segments();
  if (!paths.ok()) return;
  adopted.push_back(std::move(folder));
  SpoolFolder* place = &adopted.back();
  for (std::string& path : *paths) {
    auto file = files.open(path, OpenMode::existing);
    if (!file.ok()) continue;
    auto size = (*file)->size();
    auto segment = Segment::load(std::move(*file));
    if (!segment.ok()) {
      // A head that is damaged costs its segment. One of a newer version, or that cannot be read
      // now, is left.
      if (segment.status().code() != Code::data_loss) continue;
      if (size.ok()) damaged_gone += *size;
      (void)files.remove(path);
      continue;
    }
    if (!is_of_our_service((*segment)->head())) continue;
    adopted_batches += (*segment)->batches();
    auto entry = entries.emplace_hint(entries.end(), next_id++,
                                      Entry{std::move(*segment), std::move(path), place});
    erase_if_done(entry);
  }
  place->remove_if_empty();
  // Without segments of ours in it the folder is nothing to keep locked.
  const bool used =
      std::ranges::any_of(entries, [&](const auto& entry) { return entry.second.folder == place; });
  if (!used) adopted.pop_back();
}

uint64_t Spool::Impl::bytes() const {
  uint64_t sum = 0;
  for (const auto& [id, entry] : entries) sum += entry.segment->bytes();
  return sum;
}

void Spool::Impl::make_room(uint64_t needed) {
  while (!entries.empty() && bytes() + needed > options.max_bytes) {
    dropped_records += entries.begin()->second.segment->records();
    erase(entries.begin());
  }
}

void Spool::Impl::erase(Entries::iterator entry) {
  if (entry->first == active) active = 0;
  damaged_gone += entry->second.segment->damaged_bytes();
  SpoolFolder* folder = entry->second.folder;
  (void)files.remove(entry->second.path);  // what stays is adopted again, and stored once
  entries.erase(entry);
  if (folder != &own) folder->remove_if_empty();
}

void Spool::Impl::erase_if_done(Entries::iterator entry) {
  if (entry->first != active && entry->second.segment->batches() == 0) erase(entry);
}

Result<Segment*> Spool::Impl::writable(const std::string& producer, uint64_t needed) {
  if (auto entry = entries.find(active); entry != entries.end()) {
    Segment& segment = *entry->second.segment;
    if (!segment.broken() && segment.head().producer == producer &&
        segment.bytes() + needed <=
            std::max(options.segment_bytes, segment.head().bytes + needed)) {
      return &segment;
    }
    active = 0;
    erase_if_done(entry);
  }
  SegmentHead head;
  head.service = options.service;
  head.producer = producer;
  std::string path = own.segment_path(next_number++);
  CLOGS_ASSIGN_OR_RETURN(std::unique_ptr<File> file, files.open(path, OpenMode::create));
  auto segment = Segment::create(std::move(file), std::move(head));
  Status made = segment.status();
  if (made.ok() && options.sync) made = files.sync_directory(own.path());
  if (!made.ok()) {
    (void)files.remove(path);
    return made;
  }
  active = next_id++;
  Entry entry{std::move(*segment), std::move(path), &own};
  return entries.emplace_hint(entries.end(), active, std::move(entry))->second.segment.get();
}

Result<SpoolPosition> Spool::append(const BatchId& id, uint64_t records, std::string_view body) {
  Impl& spool = *impl_;
  if (spool.forked()) return failed_precondition("the spool belongs to the parent process");
  const uint64_t needed = batch_head_bytes + body.size();
  if (id.producer.size() > spool_name_bytes_max) return out_of_range("the producer is too long");
  if (body.size() > spool_body_bytes_max ||
      needed + segment_head_bytes_max > spool.options.max_bytes) {
    return out_of_range("the batch is larger than the spool");
  }
  spool.make_room(needed + segment_head_bytes_max);
  CLOGS_ASSIGN_OR_RETURN(Segment * segment, spool.writable(id.producer, needed));
  BatchHead head;
  head.sequence = id.sequence;
  head.records = records;
  head.written_nanos = now_nanos();
  CLOGS_ASSIGN_OR_RETURN(uint64_t offset, segment->append(head, body, spool.options.sync));
  return SpoolPosition{spool.active, offset};
}

Result<std::optional<SpooledBatch>> Spool::next(const std::optional<SpoolPosition>& after) {
  Impl& spool = *impl_;
  if (spool.forked()) return failed_precondition("the spool belongs to the parent process");
  auto entry = after ? spool.entries.lower_bound(after->segment) : spool.entries.begin();
  while (entry != spool.entries.end()) {
    Segment& segment = *entry->second.segment;
    const bool same = after && entry->first == after->segment;
    CLOGS_ASSIGN_OR_RETURN(std::optional<Segment::Batch> batch,
                           segment.next(same ? segment.behind(after->offset) : 0));
    auto passed = entry++;
    if (!batch) {
      spool.erase_if_done(passed);
      continue;
    }
    SpooledBatch result;
    result.id = {segment.head().producer, batch->head.sequence};
    result.records = batch->head.records;
    result.position = {passed->first, batch->offset};
    result.body = std::move(batch->body);
    result.written_nanos = batch->head.written_nanos;
    result.maybe_sent = batch->head.state != BatchState::waiting;
    result.endpoint = batch->head.endpoint;
    return std::optional(std::move(result));
  }
  return std::optional<SpooledBatch>();
}

Status Spool::mark_sent(const SpoolPosition& position, std::string_view endpoint) {
  if (impl_->forked()) return failed_precondition("the spool belongs to the parent process");
  auto entry = impl_->entries.find(position.segment);
  if (entry == impl_->entries.end()) return ok_status();
  return entry->second.segment->mark(position.offset, BatchState::sent, endpoint_tag(endpoint));
}

void Spool::remove(const SpoolPosition& position) {
  if (impl_->forked()) return;
  auto entry = impl_->entries.find(position.segment);
  if (entry == impl_->entries.end()) return;
  // Where the state cannot be written it is kept in memory; sent again it is stored once.
  (void)entry->second.segment->mark(position.offset, BatchState::done);
  impl_->erase_if_done(entry);
}

SpoolStats Spool::stats() const {
  SpoolStats stats;
  stats.dropped_records = impl_->dropped_records;
  stats.adopted_batches = impl_->adopted_batches;
  stats.damaged_bytes = impl_->damaged_gone;
  for (const auto& [id, entry] : impl_->entries) {
    stats.bytes += entry.segment->bytes();
    stats.batches += entry.segment->batches();
    stats.records += entry.segment->records();
    stats.damaged_bytes += entry.segment->damaged_bytes();
  }
  return stats;
}

}  // namespace clogs::queue
