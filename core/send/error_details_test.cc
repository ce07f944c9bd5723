#include "core/send/error_details.h"

#include <gtest/gtest.h>

#include "core/record/wire.h"

namespace clogs::send {
namespace {

using record::wire::put_bytes;
using record::wire::put_tag;
using record::wire::put_varint;

std::string field(uint32_t number, std::string_view bytes) {
  std::string out;
  put_bytes(number, bytes, out);
  return out;
}
std::string number_field(uint32_t number, uint64_t value) {
  std::string out;
  put_tag(number, record::wire::varint, out);
  put_varint(value, out);
  return out;
}
std::string detail(std::string_view type, std::string_view message) {
  return field(3,
               field(1, "type.googleapis.com/google.rpc." + std::string(type)) + field(2, message));
}
std::string retry(uint64_t seconds, uint64_t nanos) {
  return detail("RetryInfo", field(1, number_field(1, seconds) + number_field(2, nanos)));
}
std::string info(std::string_view reason, std::string_view domain, std::string_view key = "",
                 std::string_view value = "") {
  std::string message = field(1, reason) + field(2, domain);
  if (!key.empty()) message += field(3, field(1, key) + field(2, value));
  return detail("ErrorInfo", message);
}

TEST(ErrorDetails, RetryInfoIsADelay) {
  const ErrorDetails details =
      read_error_details(number_field(1, 8) + field(2, "busy") + retry(1, 250'000'000));
  EXPECT_EQ(details.retry_delay, std::chrono::milliseconds(1250));
  EXPECT_EQ(details.edn, "{:retry-delay-ms 1250}");
}

TEST(ErrorDetails, DelayIsBounded) {
  EXPECT_EQ(read_error_details(retry(UINT64_MAX, 0)).retry_delay, std::chrono::milliseconds(0));
  EXPECT_EQ(read_error_details(retry(1ULL << 60, 0)).retry_delay, std::chrono::hours(24));
}

TEST(ErrorDetails, BadRequestIsViolations) {
  const std::string bad = field(1, field(1, "[:where 0]") + field(2, "no \"such\" operator")) +
                          field(1, field(1, "records[3]") + field(2, "too long"));
  EXPECT_EQ(read_error_details(detail("BadRequest", bad)).edn,
            "{:violations [{:field \"[:where 0]\", :description \"no \\\"such\\\" operator\"} "
            "{:field \"records[3]\", :description \"too long\"}]}");
}

TEST(ErrorDetails, ErrorInfoOfClogsIsItsKeywordAndValues) {
  EXPECT_EQ(read_error_details(info("UNKNOWN_OPERATOR", "clogs", "operator", ":liek")).edn,
            "{:code :clogs/unknown-operator, :operator :liek}");
}

TEST(ErrorDetails, CutAndForeignValuesAreStrings) {
  EXPECT_EQ(read_error_details(info("A", "clogs", "found", "[1 2...")).edn,
            "{:code :clogs/a, :found \"[1 2...\"}");
  EXPECT_EQ(read_error_details(info("QUOTA", "googleapis.com", "limit", "5")).edn,
            "{:code \"QUOTA\", :limit \"5\"}");
}

TEST(ErrorDetails, KeysThatAreNoKeywordsAreLeftOut) {
  EXPECT_EQ(read_error_details(info("A", "clogs", "two words", "1")).edn, "{:code :clogs/a}");
  EXPECT_EQ(read_error_details(info("A", "clogs", "code", "1")).edn, "{:code :clogs/a}");
}

TEST(ErrorDetails, MalformedAndUnknownBytesArePassedOver) {
  EXPECT_EQ(read_error_details("").edn, "");
  EXPECT_EQ(read_error_details("\xff\xff\xff").edn, "");
  EXPECT_EQ(read_error_details(detail("Help", "x") + retry(0, 1'000'000)).edn,
            "{:retry-delay-ms 1}");
  const std::string whole = retry(1, 0);
  for (size_t size = 0; size < whole.size(); ++size) {
    read_error_details(std::string_view(whole).substr(0, size));
  }
}

}  // namespace
}  // namespace clogs::send
