#include "core/send/grpc_status.h"

#include <gtest/gtest.h>

namespace clogs::send {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(GrpcStatus, IsANumberUpTo16) {
  for (int i = 0; i <= 16; ++i) {
    EXPECT_EQ(static_cast<int>(parse_grpc_status(std::to_string(i))), i);
  }
  for (const char* text : {"", "17", "-1", "x", "1x", "99999999999"}) {
    EXPECT_EQ(parse_grpc_status(text), Code::unknown) << text;
  }
}

TEST(GrpcStatus, MessageIsPercentDecoded) {
  EXPECT_EQ(percent_decode("plain"), "plain");
  EXPECT_EQ(percent_decode("a%20b%25"), "a b%");
  EXPECT_EQ(percent_decode("%E2%82%ac"), "€");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
}

TEST(GrpcStatus, Base64ComesWithAndWithoutPadding) {
  EXPECT_EQ(decode_base64("TWFu"), "Man");
  EXPECT_EQ(decode_base64("TWE="), "Ma");
  EXPECT_EQ(decode_base64("TWE"), "Ma");
  EXPECT_EQ(decode_base64("TQ"), "M");
  EXPECT_EQ(decode_base64(""), "");
}

TEST(GrpcStatus, DamagedBase64IsNothing) {
  EXPECT_EQ(decode_base64("A"), std::nullopt);
  EXPECT_EQ(decode_base64("TW!u"), std::nullopt);
  EXPECT_EQ(decode_base64("TQ=A"), std::nullopt);
}

TEST(GrpcStatus, TimeoutHasAtMostEightDigitsAndIsNeverShorter) {
  EXPECT_EQ(grpc_timeout(nanoseconds(1)), "1n");
  EXPECT_EQ(grpc_timeout(nanoseconds(-5)), "1n");
  EXPECT_EQ(grpc_timeout(milliseconds(50)), "50000000n");
  EXPECT_EQ(grpc_timeout(nanoseconds(100'000'001)), "100001u");
  EXPECT_EQ(grpc_timeout(seconds(10)), "10000000u");
  EXPECT_EQ(grpc_timeout(seconds(100)), "100000m");
  EXPECT_EQ(grpc_timeout(hours(1000)), "3600001S");
}

TEST(GrpcStatus, HttpErrorsHaveNames) {
  EXPECT_EQ(http2_error_name(7), "REFUSED_STREAM");
  EXPECT_EQ(http2_error_name(99), "error 99");
}

}  // namespace
}  // namespace clogs::send
