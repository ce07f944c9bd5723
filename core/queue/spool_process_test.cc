// The spool among real processes: writers that are killed in the middle of whatever they do, and
// several that adopt at the same time.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/queue/spool.h"
#include "core/queue/testing/temp_directory.h"

namespace clogs::queue {
namespace {

SpoolOptions options_in(const std::string& directory) {
  SpoolOptions options;
  options.directory = directory;
  options.service = "shop";
  options.segment_bytes = 4000;
  return options;
}

// Each event that the writer reports through the pipe, after it happened.
struct Event {
  uint64_t sequence;
  bool removed;
};

std::string body_of(uint64_t sequence) { return std::string(sequence * 31 % 900, 'b'); }

// Appends, and removes some time later, until it is killed.
[[noreturn]] void write_until_killed(const std::string& directory, int events) {
  auto spool = Spool::open(options_in(directory));
  if (!spool.ok()) ::_exit(1);
  std::vector<SpoolPosition> positions;
  for (uint64_t sequence = 0;; ++sequence) {
    auto position = (*spool)->append({"p", sequence}, 1, body_of(sequence));
    if (!position.ok()) ::_exit(2);
    positions.push_back(*position);
    const Event appended{sequence, false};
    if (::write(events, &appended, sizeof appended) != sizeof appended) ::_exit(3);
    if (sequence % 3 == 0 && sequence >= 20) {
      const Event removed{sequence - 20, true};
      (*spool)->remove(positions[removed.sequence]);
      if (::write(events, &removed, sizeof removed) != sizeof removed) ::_exit(3);
    }
  }
}

// Kills a writer after `count` of its events; the next process finds all that was appended and not
// removed, whole and in order; of what was under way at the kill, either.
void kill_after(size_t count) {
  TempDirectory dir;
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(pipe_ends[0]);
    write_until_killed(dir.path(), pipe_ends[1]);
  }
  ::close(pipe_ends[1]);
  std::vector<bool> waits;
  size_t seen = 0;
  Event event{};
  auto read_one = [&] {
    if (::read(pipe_ends[0], &event, sizeof event) != sizeof event) return false;
    if (event.removed) {
      waits[event.sequence] = false;
    } else {
      waits.push_back(true);
    }
    return true;
  };
  while (seen < count && read_one()) ++seen;
  EXPECT_EQ(seen, count);
  ::kill(writer, SIGKILL);
  while (read_one()) {
  }
  ::close(pipe_ends[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(writer, &status, 0), writer);
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);

  auto spool = Spool::open(options_in(dir.path()));
  ASSERT_TRUE(spool.ok());
  std::vector<bool> found(waits.size() + 1, false);
  std::optional<SpoolPosition> after;
  uint64_t next_sequence = 0;
  while (true) {
    auto batch = (*spool)->next(after);
    ASSERT_TRUE(batch.ok());
    if (!batch->has_value()) break;
    after = (*batch)->position;
    ASSERT_GE((*batch)->id.sequence, next_sequence);
    next_sequence = (*batch)->id.sequence + 1;
    ASSERT_LT((*batch)->id.sequence, found.size());
    ASSERT_EQ((*batch)->body, body_of((*batch)->id.sequence));
    found[(*batch)->id.sequence] = true;
  }
  size_t missing = 0;
  size_t back = 0;
  for (size_t i = 0; i < waits.size(); ++i) {
    missing += waits[i] && !found[i];
    back += !waits[i] && found[i];
  }
  EXPECT_LE(missing, 1U);  // a removal that was done and not reported
  EXPECT_EQ(back, 0U);
  EXPECT_EQ((*spool)->stats().damaged_bytes, 0U);
}

TEST(SpoolProcess, KilledAtAnyMomentLosesNothingThatWasAppended) {
  for (size_t count = 1; count < 400; count += 7) {
    SCOPED_TRACE(count);
    kill_after(count);
    if (testing::Test::HasFailure()) return;
  }
}

// Waits for the end of `start`, opens the spool, says how many batches it adopted, and holds them
// until the end of `hold`.
void adopt_and_report(const std::string& directory, int start, int hold, int report) {
  char byte = 0;
  if (::read(start, &byte, 1) != 0) ::_exit(1);
  auto spool = Spool::open(options_in(directory));
  if (!spool.ok()) ::_exit(2);
  const uint64_t adopted = (*spool)->stats().batches;
  if (::write(report, &adopted, sizeof adopted) != sizeof adopted) ::_exit(3);
  if (::read(hold, &byte, 1) != 0) ::_exit(4);
  ::_exit(0);
}

TEST(SpoolProcess, EachDeadFolderIsAdoptedByExactlyOne) {
  constexpr int dead = 5;
  constexpr int adopters = 4;
  for (int round = 0; round < 20; ++round) {
    TempDirectory dir;
    for (int i = 0; i < dead; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        auto spool = Spool::open(options_in(dir.path() + "/" + std::to_string(i)));
        if (!spool.ok() || !(*spool)->append({"p", 1}, 1, "x").ok()) ::_exit(1);
        ::_exit(0);  // without a destructor
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      ASSERT_EQ(status, 0);
      // All folders appear at once, so that the dead do not adopt each other.
      const std::filesystem::path from = dir.path() + "/" + std::to_string(i);
      for (const auto& folder : std::filesystem::directory_iterator(from)) {
        std::filesystem::rename(folder.path(),
                                dir.path() + "/" + folder.path().filename().string());
      }
      std::filesystem::remove(from);
    }
    int start[2];
    int hold[2];
    int report[2];
    ASSERT_EQ(::pipe(start), 0);
    ASSERT_EQ(::pipe(hold), 0);
    ASSERT_EQ(::pipe(report), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < adopters; ++i) {
      children.push_back(::fork());
      if (children.back() == 0) {
        ::close(start[1]);
        ::close(hold[1]);
        ::close(report[0]);
        adopt_and_report(dir.path(), start[0], hold[0], report[1]);
      }
    }
    ::close(start[0]);
    ::close(hold[0]);
    // With the last writer's end closed here, a child that fails ends the reading below.
    ::close(report[1]);
    ::close(start[1]);
    uint64_t sum = 0;
    for (int i = 0; i < adopters; ++i) {
      uint64_t adopted = 0;
      ASSERT_EQ(::read(report[0], &adopted, sizeof adopted), static_cast<ssize_t>(sizeof adopted));
      sum += adopted;
    }
    ::close(hold[1]);
    ::close(report[0]);
    for (pid_t child : children) {
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(sum, uint64_t{dead});
  }
}

}  // namespace
}  // namespace clogs::queue
