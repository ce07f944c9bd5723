#include "server/store/frame.h"

#include <gtest/gtest.h>

#include "server/store/limits.h"

namespace clogs::store {
namespace {

FrameHeader example() {
  FrameHeader header;
  header.time = 1'795'435'200'000'000'001;
  header.records = 3;
  header.bytes = 30;
  header.blocks = {{"logs", 2, 20, false, 0x0123456789abcdef}, {"a \"b\"", 1, 10, true, 7}};
  header.batches = {{"web-1", 18'446'744'073'709'551'615ULL, 2, ""},
                    {"w\\", 0, 1, "[{:index 3 :error \"x\"}]"}};
  return header;
}

std::string_view without_newline(std::string_view line) { return line.substr(0, line.size() - 1); }

TEST(Frame, HeaderIsOneReadableLine) {
  EXPECT_EQ(print_frame_header(example()),
            "#clogs/frame {:time 1795435200000000001 :records 3 :bytes 30 :blocks "
            "[{:stream \"logs\" :count 2 :bytes 20 :sum \"0123456789abcdef\"} "
            "{:stream \"a \\\"b\\\"\" :count 1 :bytes 10 :meta true :sum \"0000000000000007\"}] "
            ":batches [{:producer \"web-1\" :sequence 18446744073709551615 :count 2} "
            "{:producer \"w\\\\\" :sequence 0 :count 1 :rejected [{:index 3 :error \"x\"}]}] "
            ":sum \"57a2ffcbea7892d1\"}\n");
}

TEST(Frame, HeaderReadsBack) {
  std::string line = print_frame_header(example());
  auto header = parse_frame_header(without_newline(line), Batches::read);
  ASSERT_TRUE(header.ok()) << header.status().to_string();
  EXPECT_EQ(header->time, example().time);
  ASSERT_EQ(header->blocks.size(), 2u);
  EXPECT_EQ(header->blocks[1].stream, "a \"b\"");
  EXPECT_TRUE(header->blocks[1].meta);
  EXPECT_EQ(header->blocks[0].sum, 0x0123456789abcdefu);
  ASSERT_EQ(header->batches.size(), 2u);
  EXPECT_EQ(header->batches[0].sequence, 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(header->batches[1].producer, "w\\");
  EXPECT_EQ(header->batches[1].rejected_edn, "[{:index 3 :error \"x\"}]");
  EXPECT_EQ(print_frame_header(*header), line);
}

TEST(Frame, EveryFlippedBitOfAHeaderIsFound) {
  const std::string line = print_frame_header(example());
  for (size_t bit = 0; bit < (line.size() - 1) * 8; ++bit) {
    std::string damaged = line;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(parse_frame_header(without_newline(damaged), Batches::read).ok()) << bit;
  }
}

TEST(Frame, EveryCutOfAHeaderIsFound) {
  const std::string line = print_frame_header(example());
  for (size_t size = 0; size + 1 < line.size(); ++size) {
    EXPECT_FALSE(parse_frame_header(std::string_view(line).substr(0, size), Batches::read).ok());
  }
}

TEST(Frame, TotalsMustBeThoseOfTheBlocks) {
  FrameHeader header = example();
  header.records = 4;
  std::string line = print_frame_header(header);
  EXPECT_EQ(parse_frame_header(without_newline(line), Batches::skip).status().code(),
            Code::data_loss);
}

TEST(Frame, FileLineReadsBack) {
  std::string line = print_file_line({1, 0xab12, "default", "2026-11-23", 1});
  EXPECT_EQ(line,
            "#clogs/file {:v 1 :store \"ab12\" :tenant \"default\" :day \"2026-11-23\" :number 1 "
            ":sum \"5b850897105d6110\"}\n");
  auto read = parse_file_line(without_newline(line));
  ASSERT_TRUE(read.ok()) << read.status().to_string();
  EXPECT_EQ(read->store, 0xab12);
  EXPECT_EQ(read->tenant, "default");
  EXPECT_EQ(read->day, "2026-11-23");
  EXPECT_EQ(read->number, 1u);
}

TEST(Frame, FileOfANewerVersionIsRefused) {
  std::string line = print_file_line({file_version_max + 1, 1, "default", "2026-11-23", 1});
  EXPECT_EQ(parse_file_line(without_newline(line)).status().code(), Code::unimplemented);
}

// The value that the xxHash project publishes for no input.
TEST(Frame, SumIsXxh3) { EXPECT_EQ(checksum(""), 0x2d06800538d394c2u); }

TEST(Frame, SumOfPiecesIsTheSumOfTheWhole) {
  Checksum sum;
  std::string whole;
  for (int i = 0; i < 300; ++i) {
    std::string piece(static_cast<size_t>(i), static_cast<char>('a' + i % 26));
    sum.add(piece);
    whole += piece;
  }
  EXPECT_EQ(sum.value(), checksum(whole));
}

}  // namespace
}  // namespace clogs::store
