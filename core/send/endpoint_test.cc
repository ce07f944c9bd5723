#include "core/send/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/address.h"

namespace clogs::send {
namespace {

TEST(Endpoint, IsHostPortAndTls) {
  const auto check = [](std::string_view text, std::string_view host, int port, bool tls) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status().to_string();
    EXPECT_EQ(endpoint.value().host, host) << text;
    EXPECT_EQ(endpoint.value().port, port) << text;
    EXPECT_EQ(endpoint.value().tls, tls) << text;
  };
  check("localhost:1234", "localhost", 1234, false);
  check("logs.example.com", "logs.example.com", 9090, false);
  check("http://h:1", "h", 1, false);
  check("https://h:1", "h", 1, true);
  check("https://h", "h", 443, true);
  check("https://h/", "h", 443, true);
  check("[::1]:80", "::1", 80, false);
  check("https://[fe80::1]", "fe80::1", 443, true);
  check("::1", "::1", 9090, false);
}

TEST(Endpoint, WithoutSenseIsRefused) {
  for (const std::string_view text :
       {"", ":9090", "h:", "h:0", "h:65536", "h:x", "h:1x", "ftp://h:1", "[::1", "[::1]x", "a b:1",
        "h/path:1", "user@h:1", "https://", "h:1?x"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint.ok()) << text;
    EXPECT_EQ(endpoint.status().code(), Code::invalid_argument);
    EXPECT_THAT(endpoint.status().message(), ::testing::HasSubstr("expected host:port"));
  }
}

TEST(Endpoint, AuthorityHasBracketsAroundIpv6) {
  EXPECT_EQ(parse_endpoint("[::1]:80").value().authority(), "[::1]:80");
  EXPECT_EQ(parse_endpoint("h").value().authority(), "h:9090");
}

TEST(Address, IsKnownWithoutAResolver) {
  ASSERT_EQ(known_addresses("127.0.0.1", 1).size(), 1U);
  EXPECT_EQ(known_addresses("127.0.0.1", 1)[0].text(), "127.0.0.1");
  EXPECT_EQ(known_addresses("::1", 1)[0].text(), "::1");
  EXPECT_EQ(known_addresses("localhost", 1).size(), 2U);
  EXPECT_TRUE(known_addresses("logs.example.com", 1).empty());
}

TEST(Address, FamiliesTakeTurns) {
  std::vector<Address> addresses;
  for (const char* text : {"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"}) {
    addresses.push_back(known_addresses(text, 1)[0]);
  }
  interleave_families(addresses);
  std::vector<std::string> order;
  for (const Address& address : addresses) order.push_back(address.text());
  EXPECT_THAT(order, ::testing::ElementsAre("::1", "10.0.0.1", "::2", "10.0.0.2", "::3"));
}

}  // namespace
}  // namespace clogs::send
