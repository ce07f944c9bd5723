#include "server/store/deletion_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "server/store/limits.h"
#include "server/store/sealed_line.h"

namespace clogs::store {
namespace {

constexpr std::string_view file_tag = "clogs/deletions";
constexpr std::string_view deletion_tag = "clogs/delete";
constexpr std::string_view applied_tag = "clogs/applied";
constexpr std::string_view draft_suffix = ".new";

std::string print_file_line(uint16_t store) {
  std::string out = fmt::format("#{} {{:v {} :store \"{}\"", file_tag, deletion_log_version,
                                print_store_id(store));
  seal(out);
  return out;
}

std::string print_deletion(const Deletion& deletion) {
  std::string out = fmt::format("#{} {{:number {} :time {} :tenant ", deletion_tag, deletion.number,
                                deletion.time);
  print_string(deletion.tenant, out);
  out += " :by ";
  print_string(deletion.by, out);
  fmt::format_to(std::back_inserter(out), " :matched {}{} :query {}", deletion.matched,
                 deletion.applied ? " :applied true" : "", deletion.query_edn);
  seal(out);
  return out;
}

Result<Deletion> parse_deletion_line(std::string_view line) {
  edn::Tape tape;
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_sealed(line, deletion_tag, tape));
  Deletion deletion;
  edn::View query = map.find("query");
  if (!read_number(map.find("number"), deletion.number) ||
      !read_number(map.find("time"), deletion.time) ||
      !read_text(map.find("tenant"), deletion.tenant) || !read_text(map.find("by"), deletion.by) ||
      !read_number(map.find("matched"), deletion.matched) || !query.is(edn::Kind::map)) {
    return data_loss("the deletion lacks a key");
  }
  deletion.query_edn = edn::print(query);
  deletion.applied = read_truth(map.find("applied"));
  return deletion;
}

std::string print_applied(std::span<const uint64_t> numbers, int64_t time) {
  std::string out = fmt::format("#{} {{:time {} :numbers [{}]", applied_tag, time,
                                fmt::join(numbers.begin(), numbers.end(), " "));
  seal(out);
  return out;
}

bool starts_with_tag(std::string_view line, std::string_view tag) {
  return line.starts_with('#') && line.substr(1).starts_with(tag) &&
         line.substr(1 + tag.size()).starts_with(' ');
}

Result<std::string> read_all(File& file) {
  CLOGS_ASSIGN_OR_RETURN(uint64_t size, file.size());
  if (size > deletion_log_bytes_max) return out_of_range("the deletion log is too large");
  std::string text(static_cast<size_t>(size), '\0');
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(file, text.data(), text.size(), 0));
  text.resize(got);
  return text;
}

Status write_text(File& file, std::string_view text, uint64_t offset) {
  return write_all(file, {&text, 1}, offset);
}

}  // namespace

DeletionLog::DeletionLog(FileSystem& files, const DataDir& dir)
    : files_(files),
      dir_(dir.path),
      path_(dir.path + "/" + std::string(deletion_log_name)),
      store_id_(dir.store_id),
      directory_version_(dir.version) {}

Result<std::unique_ptr<DeletionLog>> DeletionLog::open(FileSystem& files, const DataDir& dir,
                                                       Access access) {
  std::unique_ptr<DeletionLog> log(new DeletionLog(files, dir));
  Status loaded = log->load(access);
  if (!loaded.ok() && loaded.code() != Code::not_found) return loaded.with_context(log->path_);
  return log;
}

Status DeletionLog::load(Access access) {
  bool writes = access == Access::write;
  if (!writes) refusal_ = failed_precondition("the deletion log was opened for reading only");
  CLOGS_ASSIGN_OR_RETURN(file_, files_.open(path_, writes ? OpenMode::write : OpenMode::read));
  CLOGS_ASSIGN_OR_RETURN(std::string text, read_all(*file_));
  CLOGS_RETURN_IF_ERROR(read_lines(text));
  publish();
  uint64_t size = text.size();
  if (!writes) {
    file_.reset();
    if (length_ < size) torn_.push_back({path_, length_, size - length_, ""});
    return ok_status();
  }
  if (length_ < size) {
    Status saved = save_tail(std::string_view(text).substr(length_));
    if (!saved.ok()) {
      // Nothing is cut that could not be kept.
      add_damage(length_, "the end could not be read, nor kept: " + saved.message());
      refusal_ = unavailable("deletions cannot be recorded until a restart: " + saved.message());
      return ok_status();
    }
  }
  return make_durable(text);
}

// A line that is not good is damage if a good one follows, else the end that a crash tore.
Status DeletionLog::read_lines(std::string_view text) {
  std::vector<Damage> pending;
  uint64_t at = 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    Status taken = take_line(text.substr(at, end - at));
    if (taken.code() == Code::unimplemented) return taken;
    if (taken.ok()) {
      std::ranges::move(pending, std::back_inserter(damage_));
      pending.clear();
      last_line_ = at;
      length_ = end + 1;
    } else {
      pending.push_back({path_, at, taken.message()});
    }
    at = end + 1;
  }
  // The first line was durable before the file had its name, so no crash tears it.
  if (length_ == 0 && !text.empty()) {
    std::ranges::move(pending, std::back_inserter(damage_));
    add_damage(0, "no line of it is good");
    length_ = text.size();
    refusal_ = data_loss("deletions cannot be recorded: " + path_ + " is damaged");
  }
  uint64_t next = 1;
  for (const Deletion& deletion : all_) {
    if (deletion.number != next) add_damage(0, fmt::format("deletion {} is missing", next));
    next = deletion.number + 1;
  }
  return ok_status();
}

Status DeletionLog::take_line(std::string_view line) {
  if (starts_with_tag(line, deletion_tag)) return take_deletion(line);
  if (starts_with_tag(line, applied_tag)) return take_applied(line);
  return take_file_line(line);
}

Status DeletionLog::take_file_line(std::string_view line) {
  edn::Tape tape;
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_sealed(line, file_tag, tape));
  uint32_t version = 0;
  if (!read_number(map.find("v"), version)) return data_loss("the deletion log has no version");
  if (version > deletion_log_version) {
    return unimplemented(fmt::format("its version is {}; this Clogs reads versions up to {}",
                                     version, deletion_log_version));
  }
  return ok_status();
}

Status DeletionLog::take_deletion(std::string_view line) {
  CLOGS_ASSIGN_OR_RETURN(Deletion deletion, parse_deletion_line(line));
  if (!all_.empty() && deletion.number <= all_.back().number) {
    return data_loss("the deletion's number is not above the one before it");
  }
  all_.push_back(std::move(deletion));
  return ok_status();
}

Status DeletionLog::take_applied(std::string_view line) {
  edn::Tape tape;
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_sealed(line, applied_tag, tape));
  edn::View numbers = map.find("numbers");
  if (!numbers.is(edn::Kind::vector)) return data_loss("the line lacks a key");
  for (edn::View view : numbers) {
    uint64_t number = 0;
    if (!read_number(view, number)) return data_loss("the line names no deletion");
    auto found = std::ranges::lower_bound(all_, number, {}, &Deletion::number);
    if (found != all_.end() && found->number == number) found->applied = true;
  }
  return ok_status();
}

Status DeletionLog::save_tail(std::string_view tail) {
  TornTail torn{path_, length_, tail.size(), ""};
  if (tail.find_first_not_of(std::string_view("\n\0", 2)) != std::string_view::npos) {
    std::string folder = dir_ + "/torn";
    Status made = files_.make_directory(folder);
    if (!made.ok() && made.code() != Code::already_exists) return made;
    torn.saved_as = fmt::format("{}/deletions_{}.edn", folder, length_);
    (void)files_.remove(torn.saved_as);
    CLOGS_ASSIGN_OR_RETURN(auto copy, files_.open(torn.saved_as, OpenMode::create));
    Status written = write_text(*copy, tail, 0);
    if (written.ok()) written = copy->sync();
    if (!written.ok()) {
      (void)files_.remove(torn.saved_as);
      return written;
    }
    CLOGS_RETURN_IF_ERROR(files_.sync_directory(folder));
  }
  torn_.push_back(std::move(torn));
  return ok_status();
}

// What a killed process wrote may be in memory only, and after a failed sync the system may take
// what is not on the disk for written: so the last line and the end are written once more.
Status DeletionLog::make_durable(std::string_view text) {
  CLOGS_RETURN_IF_ERROR(
      write_text(*file_, text.substr(last_line_, length_ - last_line_), last_line_));
  (void)write_text(*file_, "\n", length_);
  CLOGS_RETURN_IF_ERROR(file_->truncate(length_));
  CLOGS_RETURN_IF_ERROR(file_->sync());
  return files_.sync_directory(dir_);
}

void DeletionLog::add_damage(uint64_t offset, std::string reason) {
  damage_.push_back({path_, offset, std::move(reason)});
}

void DeletionLog::publish() {
  std::map<std::string, std::vector<Deletion>, std::less<>> lists;
  for (const Deletion& deletion : all_) {
    if (!deletion.applied) lists[deletion.tenant].push_back(deletion);
  }
  in_force_.clear();
  for (auto& [tenant, list] : lists) {
    in_force_[tenant] = std::make_shared<const std::vector<Deletion>>(std::move(list));
  }
}

// An older Clogs would show what is deleted, so the directory says first that it may not open it.
Status DeletionLog::create() {
  if (directory_version_ < directory_version_deletions) {
    CLOGS_RETURN_IF_ERROR(raise_version(files_, dir_, directory_version_deletions));
    directory_version_ = directory_version_deletions;
  }
  std::string draft = path_ + std::string(draft_suffix);
  if (Status removed = files_.remove(draft); !removed.ok() && removed.code() != Code::not_found) {
    return removed;
  }
  CLOGS_ASSIGN_OR_RETURN(auto file, files_.open(draft, OpenMode::create));
  std::string line = print_file_line(store_id_);
  Status status = write_text(*file, line, 0);
  if (status.ok()) status = file->sync();
  if (status.ok()) status = files_.rename(draft, path_);
  if (!status.ok()) {
    (void)files_.remove(draft);
    return status;
  }
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(dir_));
  file_ = std::move(file);
  length_ = line.size();
  return ok_status();
}

Status DeletionLog::append(std::string_view line) {
  CLOGS_RETURN_IF_ERROR(refusal_);
  if (file_ == nullptr) CLOGS_RETURN_IF_ERROR(create());
  Status written = write_text(*file_, line, length_);
  bool full = written.code() == Code::unavailable;
  if (written.ok()) written = file_->sync_data();
  if (written.ok()) {
    last_line_ = length_;
    length_ += line.size();
    return ok_status();
  }
  Status back = file_->truncate(length_);
  if (back.ok()) back = file_->sync();
  // Under a disk that failed, what was durable before is no longer certain to be what is read.
  if (!full || !back.ok()) {
    refusal_ = unavailable("deletions cannot be recorded until a restart: " + written.message());
  }
  if (!back.ok()) {
    return internal_error(
        "the deletion could not be written, nor taken back, so that it may hold after a restart: " +
        written.message());
  }
  return unavailable("the deletion cannot be recorded now: " + written.message());
}

Status DeletionLog::check_room(const Deletion& deletion) const {
  if (deletion.query_edn.size() > deletion_query_bytes_max) {
    return invalid_argument(fmt::format("the deletion's query has {} bytes, over the limit of {}",
                                        deletion.query_edn.size(), deletion_query_bytes_max));
  }
  auto in_force = std::ranges::count(all_, false, &Deletion::applied);
  if (static_cast<size_t>(in_force) >= deletions_in_force_max && !deletion.applied) {
    return resource_exhausted(
        fmt::format("{} deletions are in force, which is the limit; stop the server and run "
                    "`clogs reindex` to remove what they deleted",
                    in_force));
  }
  if (length_ + 2 * deletion_query_bytes_max > deletion_log_bytes_max) {
    return resource_exhausted("the deletion log has reached its largest size");
  }
  return ok_status();
}

Result<Deletion> DeletionLog::record_deletion(Deletion deletion) {
  std::lock_guard lock(mutex_);
  CLOGS_RETURN_IF_ERROR(check_room(deletion));
  deletion.number = all_.empty() ? 1 : all_.back().number + 1;
  const std::string line = print_deletion(deletion);
  // What would not be read again must not be acknowledged.
  const auto read = parse_deletion_line(std::string_view(line).substr(0, line.find('\n')));
  if (!read.ok()) return invalid_argument("the deletion cannot be recorded: its query is no map");
  CLOGS_RETURN_IF_ERROR(append(line));
  all_.push_back(deletion);
  publish();
  return deletion;
}

Status DeletionLog::mark_applied(std::span<const uint64_t> numbers, int64_t time) {
  std::lock_guard lock(mutex_);
  if (numbers.empty()) return ok_status();
  CLOGS_RETURN_IF_ERROR(append(print_applied(numbers, time)));
  for (Deletion& deletion : all_) {
    if (std::ranges::find(numbers, deletion.number) != numbers.end()) deletion.applied = true;
  }
  publish();
  return ok_status();
}

void DeletionLog::close() {
  std::lock_guard lock(mutex_);
  file_.reset();
  refusal_ = unavailable("the store is shutting down");
}

DeletionList DeletionLog::in_force(std::string_view tenant) const {
  std::lock_guard lock(mutex_);
  auto found = in_force_.find(tenant);
  return found == in_force_.end() ? nullptr : found->second;
}

std::vector<Deletion> DeletionLog::all() const {
  std::lock_guard lock(mutex_);
  return all_;
}

int64_t DeletionLog::last_time() const {
  std::lock_guard lock(mutex_);
  int64_t last = 0;
  for (const Deletion& deletion : all_) last = std::max(last, deletion.time);
  return last;
}

uint64_t DeletionLog::length() const {
  std::lock_guard lock(mutex_);
  return length_;
}

}  // namespace clogs::store
