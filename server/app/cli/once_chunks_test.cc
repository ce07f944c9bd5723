#include "server/app/cli/once_chunks.h"

#include <set>

#include <gtest/gtest.h>

namespace clogs::app {
namespace {

OutgoingBatch batch(const std::string& lines) {
  OutgoingBatch out;
  out.lines = lines;
  out.count = 1;
  return out;
}

std::vector<std::string> ids(std::string_view file, std::string_view stream,
                             const std::vector<std::string>& texts) {
  OnceChunks chunks(file, stream);
  std::vector<std::string> ids;
  const auto take = [&] {
    for (const OutgoingBatch& sent : chunks.take()) {
      ids.push_back(sent.producer + "/" + std::to_string(sent.sequence));
    }
  };
  for (const std::string& text : texts) {
    chunks.add(batch(text));
    if (chunks.full()) take();
  }
  take();
  return ids;
}

std::vector<std::string> numbered(size_t count) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back("{:n " + std::to_string(i) + "}\n");
  return texts;
}

TEST(OnceChunksTest, TheSameFileHasTheSameIds) {
  EXPECT_EQ(ids("a.log", "logs", numbered(40)), ids("./b/../a.log", "logs", numbered(40)));
}

TEST(OnceChunksTest, IdsOfAFileDifferAlsoWhereItsBatchesAreEqual) {
  const std::vector<std::string> all =
      ids("a.log", "logs", std::vector<std::string>(100, "{:a 1}\n"));
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 100u);
}

TEST(OnceChunksTest, AnotherNameOrStreamOrRecordIsAnotherId) {
  const std::vector<std::string> base = ids("a.log", "logs", numbered(3));
  EXPECT_NE(ids("b.log", "logs", numbered(3)), base);
  EXPECT_NE(ids("a.log", "audit", numbered(3)), base);
  std::vector<std::string> changed = numbered(3);
  changed.back() = "{:n 99}\n";
  // The first batch too: a producer's sequence must never stand for two texts.
  EXPECT_NE(ids("a.log", "logs", changed).front(), base.front());
}

TEST(OnceChunksTest, AFileThatGrewKeepsTheIdsOfItsWholeChunks) {
  const std::vector<std::string> before = ids("a.log", "logs", numbered(once_chunk_batches + 3));
  const std::vector<std::string> after = ids("a.log", "logs", numbered(once_chunk_batches + 4));
  for (size_t i = 0; i < once_chunk_batches; ++i) EXPECT_EQ(before[i], after[i]);
  EXPECT_NE(before[once_chunk_batches], after[once_chunk_batches]);
}

TEST(OnceChunksTest, AChunkEndsByItsBytesToo) {
  OnceChunks chunks("a.log", "logs");
  chunks.add(batch(std::string(once_chunk_bytes - 1, 'x')));
  EXPECT_FALSE(chunks.full());
  chunks.add(batch("y"));
  EXPECT_TRUE(chunks.full());
  EXPECT_EQ(chunks.take().size(), 2u);
  EXPECT_FALSE(chunks.full());
}

}  // namespace
}  // namespace clogs::app
