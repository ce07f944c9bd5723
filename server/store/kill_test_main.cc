// kill -9 in a loop: a child appends batches from several threads and writes the id of each
// acknowledged one into a pipe; it is killed after a random number of them; then every id that came
// through the pipe must be stored exactly once, whole, and no batch twice.
//
//     store_kill_test KILLS [SEED]
//
// Shows that nothing depends on the process; that the disk keeps what it syncs when the power goes
// is shown by store_random_test on a simulated disk only.
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/store.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

constexpr uint64_t senders = 8;
constexpr uint32_t records_max = 20;
constexpr uint64_t roll_bytes = 200'000;

struct Acknowledged {
  uint64_t sender;
  uint64_t sequence;
};

// The number of records is a function of the id, so that a repetition is the same batch.
uint32_t count_of(uint64_t sender, uint64_t sequence) {
  return 1 + static_cast<uint32_t>((sender * 31 + sequence * 7) % records_max);
}

ingest::Batch batch_of(uint64_t sender, uint64_t sequence) {
  ingest::Batch batch;
  batch.id = ingest::BatchId{fmt::format("sender-{}", sender), sequence};
  batch.count = count_of(sender, sequence);
  for (uint32_t i = 0; i < batch.count; ++i) {
    batch.lines += fmt::format("{{:sender {} :sequence {} :index {}}}\n", sender, sequence, i);
  }
  return batch;
}

uint64_t number_of(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

uint64_t number_behind(std::string_view line, std::string_view key) {
  size_t at = line.find(key);
  return at == std::string_view::npos ? UINT64_MAX : number_of(line.substr(at + key.size()));
}

StoreOptions options_of(const std::string& dir) {
  StoreOptions options;
  options.dir = dir;
  options.roll_bytes = roll_bytes;
  return options;
}

// Never returns: the parent ends it.
[[noreturn]] void append_until_killed(const std::string& dir, int pipe,
                                      const std::array<uint64_t, senders>& first) {
  auto store = Store::open(options_of(dir));
  if (!store.ok()) {
    fmt::print(stderr, "child: {}\n", store.status().to_string());
    std::_Exit(2);
  }
  std::vector<std::jthread> threads;
  for (uint64_t sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&store, sender, pipe, sequence = first[sender]]() mutable {
      for (;; ++sequence) {
        std::atomic<bool> done{false};
        (*store)->append(batch_of(sender, sequence), [&](const Result<ingest::Ack>& ack) {
          Acknowledged one{sender, sequence};
          if (!ack.ok() || ::write(pipe, &one, sizeof one) != sizeof one) std::_Exit(3);
          done = true;
          done.notify_one();
        });
        done.wait(false);
      }
    });
  }
  for (;;) ::pause();
}

class Run {
 public:
  Run(std::string dir, uint64_t seed) : dir_(std::move(dir)), random_(seed) {}

  bool kill_once();
  bool check();
  size_t acknowledged() const { return acknowledged_.size(); }

 private:
  std::string dir_;
  std::mt19937_64 random_;
  std::set<std::pair<uint64_t, uint64_t>> acknowledged_;
  std::array<uint64_t, senders> next_{};
};

bool Run::kill_once() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return false;
  pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    append_until_killed(dir_, ends[1], next_);
  }
  ::close(ends[1]);
  uint64_t wanted = random_() % 400;
  Acknowledged one{};
  uint64_t seen = 0;
  auto take = [&] {
    if (::read(ends[0], &one, sizeof one) != sizeof one) return false;
    acknowledged_.emplace(one.sender, one.sequence);
    // Sometimes the last batch is sent again in the next life: it must not be stored twice.
    next_[one.sender] = std::max(next_[one.sender], one.sequence + (random_() % 2));
    return true;
  };
  while (seen < wanted && take()) ++seen;
  ::kill(child, SIGKILL);
  while (take()) ++seen;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
  fmt::print(stderr, "the child ended by itself: {}\n", status);
  return false;
}

bool Run::check() {
  auto store = Store::open(options_of(dir_));
  if (!store.ok()) {
    fmt::print(stderr, "cannot open after a kill: {}\n", store.status().to_string());
    return false;
  }
  std::map<std::pair<uint64_t, uint64_t>, uint32_t> stored;
  auto source = (*store)->open("default", INT64_MAX);
  BlockBuffer buffer;
  Block block;
  while ((*source)->next(buffer, block).value()) {
    std::string_view rest = block.lines;
    for (size_t length; !rest.empty(); rest.remove_prefix(length + 1)) {
      length = rest.find('\n');
      std::string_view line = rest.substr(0, length);
      ++stored[{number_behind(line, ":sender "), number_behind(line, ":sequence ")}];
    }
  }
  bool good = (*source)->damage().empty() && (*store)->opened().damage.empty();
  if (!good) fmt::print(stderr, "damage after a kill\n");
  for (const auto& [sender, sequence] : acknowledged_) {
    if (stored.contains({sender, sequence})) continue;
    fmt::print(stderr, "lost: sender {} sequence {}\n", sender, sequence);
    good = false;
  }
  for (const auto& [id, count] : stored) {
    next_[id.first] = std::max(next_[id.first], id.second);
    if (count == count_of(id.first, id.second)) continue;
    fmt::print(stderr, "sender {} sequence {} has {} records\n", id.first, id.second, count);
    good = false;
  }
  return good;
}

int run(uint64_t kills, uint64_t seed) {
  std::string dir = (std::filesystem::temp_directory_path() / "clogs-kill-XXXXXX").string();
  if (::mkdtemp(dir.data()) == nullptr) return 1;
  auto start = std::chrono::steady_clock::now();
  Run run(dir, seed);
  bool good = true;
  for (uint64_t i = 0; i < kills && good; ++i) good = run.kill_once() && run.check();
  if (good) {
    auto report = verify({.dir = dir});
    good = report.ok() && report->good();
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{} kills, {} acknowledged batches, {:.1f} s: {}\n", kills, run.acknowledged(),
             took.count(), good ? "each stored exactly once" : "FAILED, see " + dir);
  if (good) std::filesystem::remove_all(dir);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace clogs::store

int main(int argc, char** argv) {
  uint64_t kills = argc > 1 ? clogs::store::number_of(argv[1]) : 20;
  uint64_t seed = argc > 2 ? clogs::store::number_of(argv[2]) : std::random_device{}();
  return clogs::store::run(kills, seed);
}
