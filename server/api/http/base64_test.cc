#include "server/api/http/base64.h"

#include <gtest/gtest.h>

namespace clogs::api {
namespace {

TEST(Base64, KnownVectors) {
  for (const auto& [text, coded] : {std::pair("", ""),
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"\xff\xfe", "//4="}}) {
    EXPECT_EQ(base64_encode(text), coded);
    std::string decoded;
    ASSERT_TRUE(base64_decode(coded, decoded));
    EXPECT_EQ(decoded, text);
  }
}

TEST(Base64, SeveralPaddedPieces) {
  std::string decoded;
  ASSERT_TRUE(base64_decode("Zg==Zm8=Zm9v", decoded));
  EXPECT_EQ(decoded, "ffofoo");
}

TEST(Base64, BrokenTextIsRefused) {
  for (const char* text : {"Z", "Zg=", "Zg!=", "====", "Z===", "Zm9v\n"}) {
    std::string decoded;
    EXPECT_FALSE(base64_decode(text, decoded)) << text;
  }
}

}  // namespace
}  // namespace clogs::api
