#include "server/app/config/config.h"

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/instant.h"
#include "core/edn/printer.h"

namespace clogs::app {
namespace {

using testing::HasSubstr;

Config::Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const char* name) -> const char* {
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

std::string load_error(std::string_view text) {
  Config config;
  return config.load_text(text, "clogs.edn").message();
}

TEST(ConfigTest, DefaultsAreSafe) {
  Config config;
  EXPECT_EQ(config.text("http"), "127.0.0.1:8080");
  EXPECT_EQ(config.text("grpc"), "127.0.0.1:9090");
  EXPECT_EQ(config.text("data-dir"), "./clogs-data");
  EXPECT_EQ(config.integer("ingest.memory"), int64_t{256} << 20);
  EXPECT_EQ(config.integer("timeouts.header"), 10 * nanos_per_second);
  EXPECT_TRUE(config.check().ok());
}

TEST(ConfigTest, EveryDefaultFitsItsOwnSetting) {
  for (const Setting& setting : settings()) {
    Config config;
    std::string text = edn::print(config.get(setting.path).value);
    EXPECT_EQ(text, setting.fallback) << setting.path;
  }
}

TEST(ConfigTest, FlagsWinOverEnvironmentOverFile) {
  Config config;
  ASSERT_TRUE(
      config.load_text("{:http \"127.0.0.1:1\" :grpc \"127.0.0.1:1\" :data-dir \"f\"}", "clogs.edn")
          .ok());
  ASSERT_TRUE(config
                  .load_environment(environment({{"CLOGS_HTTP", "127.0.0.1:2"},
                                                 {"CLOGS_GRPC", "127.0.0.1:2"},
                                                 {"CLOGS_ENDPOINT", "ignored"}}))
                  .ok());
  ASSERT_TRUE(config.set_flag("grpc", "127.0.0.1:3", "--grpc").ok());
  EXPECT_EQ(config.text("data-dir"), "f");
  EXPECT_EQ(config.text("http"), "127.0.0.1:2");
  EXPECT_EQ(config.text("grpc"), "127.0.0.1:3");
  EXPECT_EQ(config.get("data-dir").origin, "clogs.edn");
  EXPECT_EQ(config.get("http").origin, "CLOGS_HTTP");
  EXPECT_EQ(config.get("grpc").origin, "--grpc");
}

TEST(ConfigTest, NestedKeysAndUnits) {
  Config config;
  Status status = config.load_text(
      "{:tls {:cert \"c.pem\" :key \"k.pem\"} :ingest {:memory \"1GiB\" :max-body 1000}\n"
      " :timeouts {:body \"1m30s\"} :log {:level :debug :format \"json\"}}",
      "clogs.edn");
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(config.text("tls.cert"), "c.pem");
  EXPECT_EQ(config.integer("ingest.memory"), int64_t{1} << 30);
  EXPECT_EQ(config.integer("ingest.max-body"), 1000);
  EXPECT_EQ(config.integer("timeouts.body"), 90 * nanos_per_second);
  EXPECT_EQ(config.text("log.format"), "json");
}

TEST(ConfigTest, UnknownKeysSuggestTheNearest) {
  EXPECT_EQ(load_error("{:htpp \"127.0.0.1:1\"}"),
            "clogs.edn: unknown key :htpp; did you mean :http?");
  EXPECT_EQ(load_error("{:tls {:certt \"x\"}}"),
            "clogs.edn: unknown key :certt in :tls; did you mean :cert?");
  EXPECT_EQ(load_error("{:qwertyuiop 1}"), "clogs.edn: unknown key :qwertyuiop");
}

TEST(ConfigTest, EveryProblemIsReportedAtOnce) {
  std::string error = load_error("{:http 8080 :insecure \"yes\" :nope 1}");
  EXPECT_THAT(error, HasSubstr("http is 8080, expected an address such as"));
  EXPECT_THAT(error, HasSubstr("insecure is \"yes\", expected true or false"));
  EXPECT_THAT(error, HasSubstr("unknown key :nope"));
}

TEST(ConfigTest, UnreadableTextNamesLineAndColumn) {
  EXPECT_THAT(load_error("{:http"), HasSubstr("line 1"));
  EXPECT_EQ(load_error("[1]"), "clogs.edn: the configuration is one map, found a vector");
}

TEST(ConfigTest, OpenAddressNeedsProtection) {
  Config open;
  ASSERT_TRUE(open.set_flag("http", "0.0.0.0:8080", "--http").ok());
  EXPECT_THAT(open.check().message(), HasSubstr("is open to others"));
  ASSERT_TRUE(open.set_flag("insecure", "true", "--insecure").ok());
  EXPECT_TRUE(open.check().ok());

  Config keyed;
  ASSERT_TRUE(keyed
                  .load_text("{:grpc \"0.0.0.0:9090\" :api-keys [{:name \"a\" :secret "
                             "\"0123456789abcdef\" :rights #{:ingest}}]}",
                             "clogs.edn")
                  .ok());
  EXPECT_TRUE(keyed.check().ok());
}

TEST(ConfigTest, HalfOfTlsIsRefused) {
  Config config;
  ASSERT_TRUE(config.load_text("{:tls {:cert \"c.pem\"}}", "clogs.edn").ok());
  EXPECT_THAT(config.check().message(), HasSubstr("one of them is missing"));
}

TEST(ConfigTest, SecretsAreNeverShown) {
  Config config;
  ASSERT_TRUE(config
                  .load_text("{:api-keys [{:name \"a\" :secret \"0123456789abcdef\" "
                             ":rights [:query]}]}",
                             "clogs.edn")
                  .ok());
  EXPECT_THAT(config.show(), testing::Not(HasSubstr("0123456789abcdef")));
  EXPECT_THAT(edn::print(config.show_edn()), testing::Not(HasSubstr("0123456789abcdef")));
  EXPECT_THAT(config.show(), HasSubstr("; clogs.edn"));
  std::string error = load_error("{:api-keys [{:name \"a\" :secret \"tooshort\" :rights []}]}");
  EXPECT_THAT(error, testing::Not(HasSubstr("tooshort")));
}

TEST(UnitsTest, Sizes) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("64MiB"), int64_t{64} << 20);
  EXPECT_EQ(parse_bytes("100MB"), 100'000'000);
  EXPECT_EQ(parse_bytes("1.5GB"), std::nullopt);
  EXPECT_EQ(parse_bytes("-1"), std::nullopt);
  EXPECT_EQ(parse_bytes("9999999999TiB"), std::nullopt);
}

TEST(UnitsTest, Durations) {
  EXPECT_EQ(parse_duration("250ms"), 250'000'000);
  EXPECT_EQ(parse_duration("1h30m"), 5400 * nanos_per_second);
  EXPECT_EQ(parse_duration(""), std::nullopt);
  EXPECT_EQ(parse_duration("5"), std::nullopt);
  EXPECT_EQ(parse_duration("5 s"), std::nullopt);
}

TEST(UnitsTest, Addresses) {
  EXPECT_EQ(parse_address("127.0.0.1:80"), std::make_pair(std::string("127.0.0.1"), uint16_t{80}));
  EXPECT_EQ(parse_address("[::1]:80"), std::make_pair(std::string("::1"), uint16_t{80}));
  EXPECT_EQ(parse_address("::1:80"), std::nullopt);
  EXPECT_EQ(parse_address("localhost"), std::nullopt);
  EXPECT_EQ(parse_address("h:70000"), std::nullopt);
  EXPECT_TRUE(is_loopback("127.9.9.9"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("128.0.0.1"));
}

TEST(ConfigTest, EverySettingIsDocumented) {
  std::ifstream file(CLOGS_SOURCE_DIR "/docs/configuration.md");
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const Setting& setting : settings()) {
    std::string row = "| `" + std::string(setting.path) + "` | `" + std::string(setting.fallback) +
                      "` | `" + environment_name(setting) + "` |";
    EXPECT_THAT(text, HasSubstr(row));
  }
}

TEST(NearestTest, SuggestsSlipsOnly) {
  std::vector<std::string> words{"http", "grpc", "data-dir"};
  EXPECT_EQ(nearest("htp", words), "http");
  EXPECT_EQ(nearest("datadir", words), "data-dir");
  EXPECT_EQ(nearest("zzzz", words), "");
}

}  // namespace
}  // namespace clogs::app
