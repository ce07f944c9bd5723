#include "core/edn/numbers.h"

#include <gtest/gtest.h>

namespace clogs::edn {
namespace {

TEST(Numbers, ConvertsBases) {
  EXPECT_EQ(to_decimal("ff", 16), "255");
  EXPECT_EQ(to_decimal("0", 2), "0");
  EXPECT_EQ(to_decimal("zz", 36), "1295");
  EXPECT_EQ(to_decimal("ffffffffffffffffffffffffffffffff", 16),
            "340282366920938463463374607431768211455");
  EXPECT_EQ(to_decimal("1" + std::string(100, '0'), 2), "1267650600228229401496703205376");
}

TEST(Numbers, ReducesRatios) {
  EXPECT_EQ(reduce_ratio("2/4"), "1/2");
  EXPECT_EQ(reduce_ratio("-4/2"), "-2");
  EXPECT_EQ(reduce_ratio("0/7"), "0");
  EXPECT_EQ(reduce_ratio("+007/0021"), "1/3");
  EXPECT_EQ(reduce_ratio("121932631137021795226185032733622923332237463801111263526900/"
                         "987654321098765432109876543210"),
            "123456789012345678901234567890");
  EXPECT_EQ(reduce_ratio("99999999999999999999/88888888888888888888"), "9/8");
}

TEST(Numbers, NormalisesDecimals) {
  EXPECT_EQ(normal_decimal("1.50"), "15e-1");
  EXPECT_EQ(normal_decimal("-0.0150e3"), "-15e0");
  EXPECT_EQ(normal_decimal("1500"), "15e2");
  EXPECT_EQ(normal_decimal("0.000"), "0");
  EXPECT_EQ(normal_decimal("+000.10"), "1e-1");
}

TEST(Numbers, ShortestTextOfFloats) {
  EXPECT_EQ(double_to_text(0.1), "0.1");
  EXPECT_EQ(double_to_text(1), "1.0");
  EXPECT_EQ(double_to_text(-0.0), "-0.0");
  EXPECT_EQ(double_to_text(1e300), "1e+300");
}

TEST(Numbers, NormalisesUuids) {
  EXPECT_EQ(normal_uuid("F-7-1-a-8"), "0000000f-0007-0001-000a-000000000008");
}

TEST(Numbers, ResiduesFollowTheValue) {
  uint64_t other = prime_near(12345);
  EXPECT_NE(other, known_prime);
  for (uint64_t prime : {known_prime, other}) {
    std::string itself = std::to_string(prime);
    EXPECT_EQ(rational_residue(itself, prime), 0u);
    EXPECT_EQ(rational_residue("-0", prime), 0u);
    EXPECT_EQ(rational_residue("6/4", prime), rational_residue("3/2", prime));
    EXPECT_EQ(rational_residue("-8/4", prime), rational_residue("-2", prime));
    EXPECT_NE(rational_residue("2", prime), rational_residue("-2", prime));
    // Text of more digits than fit a word.
    std::string large = "1" + std::string(40, '0');
    EXPECT_EQ(rational_residue(large + "/" + large, prime), 1u);
    EXPECT_EQ(rational_residue("7" + std::string(40, '0') + "/" + large, prime), 7u);
    EXPECT_EQ(rational_residue(itself + "/" + itself, prime), 1u);
  }
}

}  // namespace
}  // namespace clogs::edn
