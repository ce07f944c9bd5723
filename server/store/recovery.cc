#include "server/store/recovery.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "server/store/frame_cursor.h"
#include "server/store/limits.h"

namespace clogs::store {
namespace {

constexpr size_t file_line_bytes_max = 1024;
constexpr size_t copy_bytes = size_t{1} << 20;

class Recovery {
 public:
  Recovery(FileSystem& files, const RecoveryOptions& options) : files_(files), options_(options) {}

  Result<Recovered> run();

 private:
  struct Item {
    FileName name;
    uint64_t size = 0;
  };

  Status plan();
  bool in_window(const Item& item) const { return item.name.day >= options_.window_day; }
  Result<FoundFile> open_one(const Item& item, bool is_newest);
  Status walk(const Item& item, File& file, FoundFile& found);
  struct GoodEnd {
    uint64_t last_frame = 0;  // where the last good frame begins; 0 if it is the first
    uint64_t end = 0;
  };
  Status end_tail(const Item& item, File& file, FoundFile& found, GoodEnd good,
                  std::vector<Damage> behind);
  Status write_again(File& file, uint64_t from, uint64_t to);
  Result<std::string> save_tail(const Item& item, File& file, uint64_t from, uint64_t to);
  Status make_durable(const Item& item, File& file);
  void take_frame(const LogFilePtr& file, const Frame& frame);
  void report(uint64_t files_done, uint64_t bytes_done);

  FileSystem& files_;
  const RecoveryOptions& options_;
  std::vector<Item> items_;
  Recovered result_;
  OpenProgress progress_;
};

void Recovery::report(uint64_t files_done, uint64_t bytes_done) {
  progress_.files_done += files_done;
  progress_.bytes_done += bytes_done;
  if (options_.progress) options_.progress(progress_);
}

Status Recovery::plan() {
  CLOGS_ASSIGN_OR_RETURN(auto names, list_log_files(files_, options_.dir));
  for (size_t i = 0; i < names.size(); ++i) {
    CLOGS_ASSIGN_OR_RETURN(auto file,
                           files_.open(file_path(options_.dir, names[i]), OpenMode::read));
    CLOGS_ASSIGN_OR_RETURN(uint64_t size, file->size());
    bool is_newest = i + 1 == names.size() || names[i + 1].tenant != names[i].tenant;
    items_.push_back({names[i], size});
    if (is_newest || in_window(items_.back())) progress_.bytes += size;
  }
  progress_.files = items_.size();
  return ok_status();
}

// From the newest file of a tenant to its oldest: where the newest has no frame yet, the last frame
// is in the one before it.
Result<Recovered> Recovery::run() {
  CLOGS_RETURN_IF_ERROR(plan());
  const std::string* tenant_with_newest = nullptr;
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    bool is_newest = tenant_with_newest == nullptr || *tenant_with_newest != item->name.tenant;
    CLOGS_ASSIGN_OR_RETURN(FoundFile found, open_one(*item, is_newest));
    if (found.has_frames) tenant_with_newest = &item->name.tenant;
    if (found.extent.length > 0) result_.files.push_back(std::move(found));
    report(1, 0);
  }
  std::ranges::reverse(result_.files);
  return std::move(result_);
}

Result<FoundFile> Recovery::open_one(const Item& item, bool is_newest) {
  std::string path = file_path(options_.dir, item.name);
  bool writes = is_newest && !options_.read_only;
  CLOGS_ASSIGN_OR_RETURN(auto file, files_.open(path, writes ? OpenMode::write : OpenMode::read));
  FoundFile found;
  CLOGS_ASSIGN_OR_RETURN(found.extent.file,
                         read_file_info(options_.dir, item.name, options_.store_id, *file));
  found.extent.length = item.size;
  found.is_newest = is_newest;
  if (is_newest || in_window(item)) CLOGS_RETURN_IF_ERROR(walk(item, *file, found));
  return found;
}

void Recovery::take_frame(const LogFilePtr& file, const Frame& frame) {
  result_.last_time = std::max(result_.last_time, frame.header.time);
  if (options_.on_frame) options_.on_frame(file, frame.offset, frame.header);
}

// Reads the frames of one file: in full if it is the newest, else their headers.
Status Recovery::walk(const Item& item, File& file, FoundFile& found) {
  const LogFilePtr& info = found.extent.file;
  FrameCursor cursor(file, info->begin, item.size, Batches::read);
  // Behind the last good frame: damage if another good frame follows, else a torn tail. A frame
  // whose header alone is good was acknowledged in the first case.
  std::vector<Damage> pending;
  std::vector<Frame> pending_frames;
  GoodEnd good{0, info->begin};
  std::string scratch;
  for (;;) {
    CLOGS_ASSIGN_OR_RETURN(auto outcome, cursor.next());
    if (outcome == FrameCursor::Outcome::end) break;
    if (outcome == FrameCursor::Outcome::damage) {
      pending.push_back({info->path, cursor.damage_from(), cursor.damage_reason()});
      continue;
    }
    const Frame& frame = cursor.frame();
    Status checked = found.is_newest ? check_blocks(file, frame, scratch) : ok_status();
    report(0, frame.end() - frame.offset);
    if (!checked.ok()) {
      pending.push_back({info->path, frame.offset, checked.message()});
      pending_frames.push_back(frame);
      continue;
    }
    for (const Frame& before : pending_frames) take_frame(info, before);
    pending_frames.clear();
    std::ranges::move(pending, std::back_inserter(result_.damage));
    pending.clear();
    take_frame(info, frame);
    good = {good.end == info->begin ? 0 : frame.offset, frame.end()};
  }
  found.has_frames = good.end > info->begin;
  if (found.is_newest) return end_tail(item, file, found, good, std::move(pending));
  std::ranges::move(pending, std::back_inserter(result_.damage));
  return ok_status();
}

Status Recovery::end_tail(const Item& item, File& file, FoundFile& found, GoodEnd good,
                          std::vector<Damage> behind) {
  const std::string& path = found.extent.file->path;
  found.extent.length = good.end;
  found.appendable = good.end > 0;
  bool torn = !behind.empty();
  if (options_.read_only) {
    if (torn) result_.torn.push_back({path, good.end, item.size - good.end, ""});
    return ok_status();
  }
  if (torn) {
    auto saved = save_tail(item, file, good.end, item.size);
    if (!saved.ok()) {
      // Nothing is cut that could not be kept. The file stays as it is and is not written again.
      found.extent.length = item.size;
      found.appendable = false;
      for (Damage& damage : behind) {
        damage.reason += "; " + saved.status().message();
        result_.damage.push_back(std::move(damage));
      }
      return make_durable(item, file);
    }
    result_.torn.push_back({path, good.end, item.size - good.end, *std::move(saved)});
  }
  CLOGS_RETURN_IF_ERROR(write_again(file, good.last_frame, good.end));
  CLOGS_RETURN_IF_ERROR(make_durable(item, file));
  if (good.end > 0) return ok_status();
  CLOGS_RETURN_IF_ERROR(files_.remove(path));
  return files_.sync_directory(day_path(options_.dir, item.name.tenant, item.name.day));
}

// If a sync failed, the system may hold in memory, as if it were written, what is not on the disk:
// a last frame, or that it was cut away. A process that could not put this right ends, and the next
// one reads what is in memory. So the last frame and the end of the file are written once more.
Status Recovery::write_again(File& file, uint64_t from, uint64_t to) {
  std::string part(copy_bytes, '\0');
  while (from < to) {
    size_t want = static_cast<size_t>(std::min<uint64_t>(part.size(), to - from));
    CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(file, part.data(), want, from));
    if (got == 0) return data_loss("a file became shorter while it was read");
    std::string_view text(part.data(), got);
    CLOGS_RETURN_IF_ERROR(write_all(file, {&text, 1}, from));
    from += got;
  }
  // One byte more changes the size, so that cutting it does too; a full disk may not have it.
  std::string_view newline = "\n";
  (void)write_all(file, {&newline, 1}, to);
  return file.truncate(to);
}

// What a killed process wrote may be in memory only; from here on it counts as stored.
Status Recovery::make_durable(const Item& item, File& file) {
  CLOGS_RETURN_IF_ERROR(file.sync());
  const std::string& dir = options_.dir;
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(day_path(dir, item.name.tenant, item.name.day)));
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(tenant_path(dir, item.name.tenant)));
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(dir + "/edn"));
  return files_.sync_directory(dir);
}

// Copies the bytes of a torn tail to DIR/torn: should they not be a crash's but damage to a frame
// that was acknowledged, they can still be read by eye.
Result<std::string> Recovery::save_tail(const Item& item, File& file, uint64_t from, uint64_t to) {
  std::unique_ptr<File> copy;
  std::string folder = options_.dir + "/torn";
  std::string path = fmt::format("{}/{}_{}_{:06}_{}.edn", folder, item.name.tenant, item.name.day,
                                 item.name.number, from);
  std::string part(copy_bytes, '\0');
  uint64_t copied = 0;
  for (uint64_t at = from; at < to;) {
    size_t want = static_cast<size_t>(std::min<uint64_t>(part.size(), to - at));
    CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(file, part.data(), want, at));
    if (got == 0) break;
    std::string_view text(part.data(), got);
    if (copy == nullptr &&
        text.find_first_not_of(std::string_view("\n\0", 2)) == std::string_view::npos) {
      at += got;
      continue;
    }
    if (copy == nullptr) {
      Status made = files_.make_directory(folder);
      if (!made.ok() && made.code() != Code::already_exists) return made;
      (void)files_.remove(path);
      CLOGS_ASSIGN_OR_RETURN(copy, files_.open(path, OpenMode::create));
    }
    Status written = write_all(*copy, {&text, 1}, copied);
    if (!written.ok()) {
      copy.reset();
      (void)files_.remove(path);
      return written;
    }
    copied += got;
    at += got;
  }
  if (copy == nullptr) return std::string();
  CLOGS_RETURN_IF_ERROR(copy->sync());
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(folder));
  return path;
}

}  // namespace

Result<LogFilePtr> read_file_info(const std::string& dir, const FileName& name, uint16_t store_id,
                                  File& file) {
  auto info = std::make_shared<LogFileInfo>();
  info->path = file_path(dir, name);
  info->name = name;
  info->store = store_id;
  std::string text(file_line_bytes_max, '\0');
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(file, text.data(), text.size(), 0));
  text.resize(got);
  size_t length = text.find('\n');
  if (length != std::string::npos) {
    auto line = parse_file_line(std::string_view(text).substr(0, length));
    if (line.ok()) {
      info->store = line->store;
      info->begin = length + 1;
    } else if (line.status().code() == Code::unimplemented) {
      return line.status().with_context(info->path);
    }
  }
  return LogFilePtr(info);
}

Result<Recovered> recover(FileSystem& files, const RecoveryOptions& options) {
  return Recovery(files, options).run();
}

}  // namespace clogs::store
