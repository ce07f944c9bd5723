#include "server/store/data_dir.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/store/limits.h"

namespace clogs::store {
namespace {

constexpr std::string_view identity_draft_name = "store.edn.new";
constexpr std::string_view lock_name = "LOCK";
constexpr size_t identity_bytes_max = 4096;
constexpr std::string_view file_suffix = ".edn";
constexpr size_t number_digits = 6;

std::string join(const std::string& dir, std::string_view name) {
  return dir + "/" + std::string(name);
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::ranges::all_of(text, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

std::optional<uint32_t> parse_number(std::string_view name) {
  if (!name.ends_with(file_suffix)) return {};
  name.remove_suffix(file_suffix.size());
  uint32_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number == 0) return {};
  // One spelling a number, or two files could have the same one.
  if (fmt::format("{:06}", number) != name) return {};
  return number;
}

// What may lie in a directory that is not yet ours: an empty file system's own folder, and what a
// crash between the steps of create() leaves.
bool is_blank(const std::vector<DirectoryEntry>& entries) {
  return std::ranges::all_of(entries, [](const DirectoryEntry& entry) {
    return entry.name == lock_name || entry.name == identity_draft_name ||
           entry.name == "lost+found";
  });
}

bool has(const std::vector<DirectoryEntry>& entries, std::string_view name) {
  return std::ranges::any_of(entries, [&](const auto& entry) { return entry.name == name; });
}

Status foreign(const std::string& path) {
  return failed_precondition(path +
                             " is not empty and not a Clogs data directory (it has no store.edn)");
}

// Fills store_id and version.
Status read_identity(FileSystem& files, const std::string& path, DataDir& dir) {
  std::string file = join(path, identity_name);
  CLOGS_ASSIGN_OR_RETURN(std::string text, read_small_file(files, file, identity_bytes_max));
  edn::Tape tape;
  Status read = edn::read_one(text, tape);
  if (!read.ok() || !tape.root().is(edn::Kind::map)) {
    return failed_precondition(file + " is not readable as a Clogs store's identity");
  }
  edn::View format = tape.root().find("format");
  std::optional<int64_t> version = format ? format.as_int64() : std::nullopt;
  if (!version || *version < 1) return failed_precondition(file + " lacks :format");
  if (*version > directory_version_max) {
    return unimplemented(
        fmt::format("{} was written by a newer Clogs (format {}; this one reads up to {})", path,
                    *version, directory_version_max));
  }
  edn::View store = tape.root().find("store");
  if (!store.is(edn::Kind::string)) return failed_precondition(file + " lacks :store");
  auto id = parse_store_id(store.text());
  if (!id.ok()) return failed_precondition(file + ": " + id.status().message());
  dir.store_id = *id;
  dir.version = static_cast<uint32_t>(*version);
  return ok_status();
}

Status write_identity(FileSystem& files, const std::string& path, std::string_view text) {
  std::string draft = join(path, identity_draft_name);
  if (Status removed = files.remove(draft); !removed.ok() && removed.code() != Code::not_found) {
    return removed;
  }
  CLOGS_ASSIGN_OR_RETURN(auto file, files.open(draft, OpenMode::create));
  CLOGS_RETURN_IF_ERROR(write_all(*file, {&text, 1}, 0));
  CLOGS_RETURN_IF_ERROR(file->sync());
  CLOGS_RETURN_IF_ERROR(files.rename(draft, join(path, identity_name)));
  return files.sync_directory(path);
}

std::string print_identity(uint32_t version, uint16_t id, int64_t now) {
  return fmt::format("{{:format {} :store \"{}\" :created #inst \"{}\"}}\n", version,
                     print_store_id(id), format_rfc3339(Instant::from_nanos(now)));
}

std::string parent_of(const std::string& path) {
  size_t last = path.find_last_not_of('/');
  if (last == std::string::npos) return "/";
  size_t slash = path.rfind('/', last);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The directories that it made, innermost last. Those that are there already are synced with their
// parents too: who made them may have been killed before that. Not all of those may be opened by
// us, and then they were hardly made by us.
Result<std::vector<std::string>> make_directories(FileSystem& files, const std::string& path) {
  std::vector<std::string> made;
  std::string parent = parent_of(path);
  Status status = files.make_directory(path);
  if (status.code() == Code::not_found && parent != path) {
    CLOGS_ASSIGN_OR_RETURN(made, make_directories(files, parent));
    status = files.make_directory(path);
  } else if (status.code() == Code::already_exists) {
    for (std::string child = path; parent != child; parent = parent_of(child)) {
      (void)files.sync_directory(parent);
      child = parent;
    }
    return made;
  }
  if (status.ok()) {
    made.push_back(path);
    status = files.sync_directory(parent);
  }
  if (status.ok()) return made;
  for (; !made.empty(); made.pop_back()) (void)files.remove_directory(made.back());
  return status;
}

Result<std::unique_ptr<FileLock>> take_lock(FileSystem& files, const std::string& path,
                                            LockMode mode) {
  auto lock = files.lock(join(path, lock_name), mode);
  if (lock.ok() || lock.status().code() != Code::aborted) return lock;
  return lock.status().with_context("the data directory " + path + " cannot be used");
}

uint16_t draw_store_id() { return static_cast<uint16_t>(std::random_device{}()); }

}  // namespace

std::string tenant_path(const std::string& dir, std::string_view tenant) {
  return fmt::format("{}/edn/{}", dir, tenant);
}
std::string day_path(const std::string& dir, std::string_view tenant, std::string_view day) {
  return fmt::format("{}/edn/{}/{}", dir, tenant, day);
}
std::string file_path(const std::string& dir, const FileName& name) {
  return fmt::format("{}/edn/{}/{}/{:0{}}{}", dir, name.tenant, name.day, name.number,
                     number_digits, file_suffix);
}

bool is_tenant_name(std::string_view text) {
  if (text.empty() || text.size() > tenant_bytes_max || text.front() == '.') return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

Result<DataDir> open_data_dir(FileSystem& files, const std::string& path, int64_t now_nanos,
                              std::optional<uint16_t> store_id) {
  CLOGS_ASSIGN_OR_RETURN(std::vector<std::string> made, make_directories(files, path));
  CLOGS_ASSIGN_OR_RETURN(auto entries, files.list(path));
  if (!has(entries, identity_name) && !is_blank(entries)) return foreign(path);
  DataDir dir;
  dir.path = path;
  auto lock = take_lock(files, path, LockMode::exclusive);
  Status status = lock.status();
  if (lock.ok()) {
    dir.lock = *std::move(lock);
    Status found = read_identity(files, path, dir);
    if (found.code() == Code::not_found) {
      dir.store_id = store_id ? *store_id : draw_store_id();
      dir.version = directory_version;
      status = write_identity(files, path, print_identity(dir.version, dir.store_id, now_nanos));
      if (status.ok()) return dir;
    } else {
      CLOGS_RETURN_IF_ERROR(found);
      (void)files.remove(reindex_draft_path(path));
      CLOGS_RETURN_IF_ERROR(files.sync_directory(path));
      return dir;
    }
    (void)files.remove(join(path, identity_draft_name));
    (void)files.remove(join(path, lock_name));
  }
  for (; !made.empty(); made.pop_back()) (void)files.remove_directory(made.back());
  return status;
}

Status find_data_dir(FileSystem& files, const std::string& path) {
  CLOGS_ASSIGN_OR_RETURN(auto entries, files.list(path));
  if (has(entries, identity_name)) return ok_status();
  return not_found(path + " is not a Clogs data directory (it has no store.edn)");
}

Result<DataDir> open_data_dir_for_reading(FileSystem& files, const std::string& path) {
  CLOGS_RETURN_IF_ERROR(find_data_dir(files, path));
  CLOGS_ASSIGN_OR_RETURN(auto entries, files.list(path));
  DataDir dir;
  dir.path = path;
  if (has(entries, lock_name)) {
    CLOGS_ASSIGN_OR_RETURN(dir.lock, take_lock(files, path, LockMode::shared));
  }
  CLOGS_RETURN_IF_ERROR(read_identity(files, path, dir));
  return dir;
}

Status raise_version(FileSystem& files, const std::string& path, uint32_t version) {
  CLOGS_ASSIGN_OR_RETURN(std::string text,
                         read_small_file(files, join(path, identity_name), identity_bytes_max));
  CLOGS_ASSIGN_OR_RETURN(edn::Value identity, edn::read_value(text));
  identity.set_key("format", edn::Value::integer(version));
  return write_identity(files, path, edn::print(identity) + "\n");
}

std::string reindex_draft_path(const std::string& dir) { return join(dir, "reindex.edn.new"); }

Result<std::vector<FileName>> list_log_files(FileSystem& files, const std::string& dir,
                                             std::vector<std::string>* strange) {
  std::vector<FileName> names;
  auto pass_over = [&](std::string path) {
    if (strange != nullptr) strange->push_back(std::move(path));
  };
  auto tenants = files.list(dir + "/edn");
  if (!tenants.ok()) {
    if (tenants.status().code() == Code::not_found) return names;
    return tenants.status();
  }
  for (const DirectoryEntry& tenant : *tenants) {
    if (!tenant.is_directory || !is_tenant_name(tenant.name)) {
      pass_over(tenant_path(dir, tenant.name));
      continue;
    }
    CLOGS_ASSIGN_OR_RETURN(auto days, files.list(tenant_path(dir, tenant.name)));
    for (const DirectoryEntry& day : days) {
      std::string folder = day_path(dir, tenant.name, day.name);
      if (!day.is_directory || !is_day(day.name)) {
        pass_over(folder);
        continue;
      }
      CLOGS_ASSIGN_OR_RETURN(auto entries, files.list(folder));
      size_t first = names.size();
      for (const DirectoryEntry& entry : entries) {
        auto number = entry.is_directory ? std::nullopt : parse_number(entry.name);
        if (number) {
          names.push_back({tenant.name, day.name, *number});
        } else {
          pass_over(join(folder, entry.name));
        }
      }
      // Names are sorted as text, which differs from the numbers beyond six digits.
      std::ranges::sort(names.begin() + static_cast<std::ptrdiff_t>(first), names.end(), {},
                        &FileName::number);
    }
  }
  return names;
}

}  // namespace clogs::store
