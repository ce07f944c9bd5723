#include "core/send/framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/gzip.h"

namespace clogs::send {
namespace {

using ::testing::ElementsAre;

std::string framed(std::string_view body, bool compressed = false) {
  std::string out(message_prefix_bytes, '\0');
  write_prefix(compressed, body.size(), out.data());
  return out.append(body);
}

TEST(Framing, MessagesComeOutHoweverTheBytesAreCut) {
  const std::string bytes = framed("one") + framed("") + framed(std::string(300, 'x'));
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    MessageReader reader(1000);
    std::vector<std::string> messages;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_TRUE(reader.feed(std::string_view(bytes).substr(at, piece), messages).ok());
    }
    EXPECT_THAT(messages, ElementsAre("one", "", std::string(300, 'x')));
    EXPECT_FALSE(reader.partial());
  }
}

TEST(Framing, KnowsThatAMessageIsNotComplete) {
  for (size_t size = 1; size < framed("one").size(); ++size) {
    MessageReader reader(1000);
    std::vector<std::string> messages;
    ASSERT_TRUE(reader.feed(framed("one").substr(0, size), messages).ok());
    EXPECT_TRUE(reader.partial()) << size;
    EXPECT_TRUE(messages.empty());
  }
}

TEST(Framing, MessageOverTheLimitIsRefusedByItsLengthAlone) {
  MessageReader reader(10);
  std::vector<std::string> messages;
  EXPECT_TRUE(reader.feed(framed("0123456789"), messages).ok());
  const Status status = reader.feed(std::string("\0\0\0\0\x0b", 5), messages);
  EXPECT_EQ(status.code(), Code::resource_exhausted);
}

TEST(Framing, UnknownFlagIsRefused) {
  MessageReader reader(10);
  std::vector<std::string> messages;
  EXPECT_EQ(reader.feed(std::string("\2\0\0\0\0", 5), messages).code(), Code::internal);
}

TEST(Framing, GzipComesBackAsItWas) {
  const std::string text(100'000, 'x');
  const auto compressed = gzip_message(framed(text));
  ASSERT_TRUE(compressed.ok());
  EXPECT_LT(compressed.value().size(), 1000U);
  MessageReader reader(text.size());
  reader.set_encoding("gzip");
  std::vector<std::string> messages;
  ASSERT_TRUE(reader.feed(compressed.value(), messages).ok());
  EXPECT_THAT(messages, ElementsAre(text));
}

TEST(Framing, GzipThatGrowsOverTheLimitIsRefused) {
  const auto compressed = gzip_message(framed(std::string(100'000, 'x')));
  MessageReader reader(99'999);
  reader.set_encoding("gzip");
  std::vector<std::string> messages;
  EXPECT_EQ(reader.feed(compressed.value(), messages).code(), Code::resource_exhausted);
}

TEST(Framing, DamagedGzipIsRefused) {
  std::string compressed = gzip_message(framed("some text, some text")).value();
  for (const size_t cut : {size_t{0}, size_t{5}, compressed.size() - message_prefix_bytes - 1}) {
    const auto plain = gunzip(std::string_view(compressed).substr(message_prefix_bytes, cut), 1000);
    EXPECT_EQ(plain.status().code(), Code::internal) << cut;
  }
  compressed[20] = static_cast<char>(compressed[20] ^ 0x55);
  EXPECT_FALSE(gunzip(std::string_view(compressed).substr(message_prefix_bytes), 1000).ok());
}

}  // namespace
}  // namespace clogs::send
