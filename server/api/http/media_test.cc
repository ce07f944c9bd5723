#include "server/api/http/media.h"

#include <array>

#include <gtest/gtest.h>

namespace clogs::api {
namespace {

constexpr std::array<std::string_view, 4> offers = {"application/edn", "application/json",
                                                    "application/x-ndjson", "text/csv"};

TEST(Media, TypeWithoutParameters) {
  EXPECT_EQ(*media_type("application/json"), "application/json");
  EXPECT_EQ(*media_type(" Application/JSON ; Charset=\"UTF-8\""), "application/json");
  EXPECT_EQ(*media_type(""), "");
  EXPECT_EQ(media_type("text/csv; charset=latin1").status().code(), Code::invalid_argument);
}

TEST(Media, AcceptChoosesTheBestOffer) {
  const auto choose = [](std::string_view accept) { return choose_media(accept, offers, 1); };
  EXPECT_EQ(choose(""), 1u);
  EXPECT_EQ(choose("*/*"), 1u);
  EXPECT_EQ(choose("application/edn"), 0u);
  EXPECT_EQ(choose("*/*, application/edn;q=0.1"), 0u);
  EXPECT_EQ(choose("text/csv;q=0.5, application/x-ndjson;q=0.9"), 2u);
  EXPECT_EQ(choose("text/csv, application/edn"), 3u);
  EXPECT_EQ(choose("application/*"), 1u);
  EXPECT_EQ(choose("text/*"), 3u);
  EXPECT_EQ(choose("text/html, image/png"), 1u);
  EXPECT_EQ(choose("application/edn;q=0, text/csv;q=0.001"), 3u);
  EXPECT_EQ(choose("application/edn;q=nonsense"), 1u);
  EXPECT_EQ(choose("application/json;q=0"), 2u);
}

TEST(Media, AcceptEncodingChoosesTheBestCoding) {
  EXPECT_EQ(choose_coding("gzip, zstd"), Coding::zstd);
  EXPECT_EQ(choose_coding("gzip, deflate, br"), Coding::gzip);
  EXPECT_EQ(choose_coding("GZip;q=0.9, zstd;q=0.8"), Coding::gzip);
  EXPECT_EQ(choose_coding("*"), Coding::zstd);
  EXPECT_EQ(choose_coding("*, zstd;q=0"), Coding::gzip);
  EXPECT_EQ(choose_coding("gzip;q=0.5, identity;q=0.5"), Coding::gzip);
}

TEST(Media, AcceptEncodingMayLeaveNothingButIdentity) {
  for (const char* field : {"", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=nonsense",
                            "gzip;q=0.5, identity", "identity;q=0.9, *;q=0.1"}) {
    EXPECT_EQ(choose_coding(field), Coding::identity) << field;
  }
}

TEST(Media, BatchIds) {
  const Result<ingest::BatchId> id = parse_batch_id("host/web-1/18446744073709551615");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->producer, "host/web-1");
  EXPECT_EQ(id->sequence, UINT64_MAX);
  EXPECT_TRUE(parse_batch_id("a/0").ok());
}

TEST(Media, BadBatchIds) {
  for (const char* field : {"", "a", "/1", "a/", "a/x", "a/1x", "a/-1", "a/+1", "a /1", "a/ 1",
                            "a/18446744073709551616"}) {
    EXPECT_EQ(parse_batch_id(field).status().code(), Code::invalid_argument) << field;
  }
  EXPECT_FALSE(parse_batch_id(std::string(300, 'a') + "/1").ok());
}

}  // namespace
}  // namespace clogs::api
