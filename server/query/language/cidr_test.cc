#include "server/query/language/cidr.h"

#include <gtest/gtest.h>

namespace clogs::query {
namespace {

TEST(Cidr, NetworksSuccess) {
  auto f = [](std::string_view text, std::string_view want) {
    std::optional<Network> network = parse_network(text);
    ASSERT_TRUE(network) << text;
    EXPECT_EQ(format_network(*network), want) << text;
  };
  f("10.1.2.3/8", "10.0.0.0/8");
  f("10.1.2.3", "10.1.2.3/32");
  f("10.1.2.255/25", "10.1.2.128/25");
  f("0.0.0.0/0", "0.0.0.0/0");
  f("2001:DB8:1::/32", "2001:db8::/32");
  f("::1", "::1/128");
  f("::ffff:10.0.0.1", "10.0.0.1/32");
}

TEST(Cidr, NetworksFailure) {
  for (std::string_view text : {"", "/8", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
                                "10.0.0.0/8x", "256.0.0.0/8", "::/129", "host", "10.0.0.0/ 8"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("10.0.0.1\0", 9)));
}

TEST(Cidr, Contains) {
  auto f = [](std::string_view network, std::string_view address, bool want) {
    EXPECT_EQ(contains(*parse_network(network), *parse_address(address)), want)
        << network << " " << address;
  };
  f("10.0.0.0/8", "10.255.0.1", true);
  f("10.0.0.0/8", "11.0.0.1", false);
  f("10.0.0.128/25", "10.0.0.129", true);
  f("10.0.0.128/25", "10.0.0.127", false);
  f("0.0.0.0/0", "1.2.3.4", true);
  f("0.0.0.0/0", "::1", false);
  f("2001:db8::/33", "2001:db8:7fff::1", true);
  f("2001:db8::/33", "2001:db8:8000::1", false);
  f("10.0.0.1/32", "::ffff:10.0.0.1", true);
}

}  // namespace
}  // namespace clogs::query
