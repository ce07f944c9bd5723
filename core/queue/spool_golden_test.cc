// Spools of every version that was ever released must be read. testdata/spool-v1 was written once
// and never changes; docs/spool.md describes its bytes.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "core/queue/spool.h"
#include "core/queue/spool_format.h"
#include "core/queue/testing/temp_directory.h"

namespace clogs::queue {
namespace {

namespace fs = std::filesystem;

const std::string golden = std::string(CLOGS_SOURCE_DIR) + "/core/queue/testdata/spool-v1";
const std::string segment_file = "/01795435200000000000-17/0000000001.segment";
constexpr int64_t golden_time = 1'795'435'200'000'000'000;

// A sent, a done and a waiting batch.
std::string written_today() {
  SegmentHead segment;
  segment.service = "shop";
  segment.producer = "cart-1";
  std::string bytes = print_segment_head(segment);
  uint64_t sequence = 40;
  for (const auto& [state, body] : {std::pair{BatchState::sent, std::string("first")},
                                    std::pair{BatchState::done, std::string()},
                                    std::pair{BatchState::waiting, std::string(300, 'z')}}) {
    BatchHead head;
    head.state = state;
    head.body_bytes = static_cast<uint32_t>(body.size());
    head.sequence = ++sequence;
    head.records = body.size() + 1;
    head.written_nanos = golden_time + static_cast<int64_t>(sequence);
    head.body_sum = body_sum(body);
    bytes += print_batch_head(head, segment.sum, bytes.size()) + body;
  }
  return bytes;
}

TEST(SpoolGolden, Version1IsAdopted) {
  TempDirectory dir;
  fs::copy(golden, dir.path(), fs::copy_options::recursive);
  SpoolOptions options;
  options.directory = dir.path();
  options.service = "shop";
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool.ok()) << spool.status().to_string();
  auto first = (*spool)->next({});
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->id.producer, "cart-1");
  EXPECT_EQ((*first)->id.sequence, 41U);
  EXPECT_EQ((*first)->records, 6U);
  EXPECT_EQ((*first)->body, "first");
  EXPECT_EQ((*first)->written_nanos, golden_time + 41);
  EXPECT_TRUE((*first)->maybe_sent);
  EXPECT_EQ((*first)->endpoint, 0U) << "the first writers did not know it";
  auto second = (*spool)->next((*first)->position);
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->id.sequence, 43U);
  EXPECT_EQ((*second)->body, std::string(300, 'z'));
  EXPECT_FALSE((*second)->maybe_sent);
  auto end = (*spool)->next((*second)->position);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->has_value());
  EXPECT_EQ((*spool)->stats().damaged_bytes, 0U);
}

TEST(SpoolGolden, TheWriterStillWritesVersion1) {
  std::ifstream file(golden + segment_file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(bytes, written_today());
}

}  // namespace
}  // namespace clogs::queue
