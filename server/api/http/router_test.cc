#include "server/api/http/router.h"

#include <tuple>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

class RouterTest : public HttpTest {
 protected:
  Response ask(const std::string& method, const std::string& path, const std::string& fields = "") {
    Client client = connect();
    client.send(method + " " + path + " HTTP/1.1\r\nHost: t\r\n" + fields + "\r\n");
    return client.receive(method == "HEAD");
  }
};

TEST_F(RouterTest, EveryRouteAnswersHeadAndOptions) {
  for (const char* path : {"/", "/health", "/healthz", "/readyz", "/metrics", "/fields",
                           "/fields/level/values", "/tail"}) {
    const Response head = ask("HEAD", path);
    EXPECT_EQ(head.status, 200u) << path;
    const Response options_answer = ask("OPTIONS", path);
    EXPECT_EQ(options_answer.status, 204u) << path;
    EXPECT_EQ(options_answer.field("allow"), "GET, HEAD, OPTIONS") << path;
  }
  for (const char* path : {"/logs", "/query", "/clogs.v1.IngestLog/Ingest"}) {
    EXPECT_EQ(ask("HEAD", path).status, 405u) << path;
    EXPECT_EQ(ask("OPTIONS", path).field("allow"), "POST, OPTIONS") << path;
  }
}

TEST_F(RouterTest, HeadSendsNoBody) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\nGET /health HTTP/1.1\r\nHost: t\r\n\r\n"));
  const Response head = client.receive(true);
  EXPECT_GT(std::stoul(head.field("content-length")), 100u);
  EXPECT_EQ(client.receive().status, 200u);
}

TEST_F(RouterTest, WrongMethodsAre405WithAllow) {
  for (const auto& [method, path, allow] : {std::tuple("GET", "/logs", "POST, OPTIONS"),
                                            {"GET", "/query", "POST, OPTIONS"},
                                            {"DELETE", "/logs", "POST, OPTIONS"},
                                            {"POST", "/health", "GET, HEAD, OPTIONS"},
                                            {"PUT", "/", "GET, HEAD, OPTIONS"},
                                            {"BREW", "/tail", "GET, HEAD, OPTIONS"}}) {
    const Response response = ask(method, path);
    EXPECT_EQ(response.status, 405u) << method << " " << path;
    EXPECT_EQ(response.field("allow"), allow);
    EXPECT_THAT(response.body, HasSubstr("clogs/method-not-allowed"));
  }
}

TEST_F(RouterTest, UnknownRoutesAre404) {
  for (const char* path : {"/nowhere", "/logs/", "/fields/level", "/fields//values", "/Health"}) {
    const Response response = ask("GET", path);
    EXPECT_EQ(response.status, 404u) << path;
    EXPECT_THAT(response.body, HasSubstr("\"success\":false"));
  }
}

TEST_F(RouterTest, ErrorsAreEdnWhereAcceptNamesIt) {
  EXPECT_EQ(ask("GET", "/nowhere", "Accept: application/edn\r\n").body,
            "{:success false :error \"There is nothing at /nowhere\" :details {:code "
            ":clogs/unknown-route}}\n");
  EXPECT_EQ(ask("GET", "/nowhere", "Accept: text/html, */*\r\n").field("content-type"),
            "application/json");
}

TEST_F(RouterTest, KeysAreAskedForAndTheirRightsHeld) {
  keys = {{"app", "s3cret", right_ingest}, {"reader", "r3ader", right_query}};
  EXPECT_EQ(ask("GET", "/health").status, 200u);
  EXPECT_EQ(ask("GET", "/readyz").status, 200u);
  const Response none = ask("GET", "/fields");
  EXPECT_EQ(none.status, 401u);
  EXPECT_EQ(none.field("www-authenticate"), "Bearer");
  EXPECT_EQ(ask("GET", "/fields", "Authorization: Bearer nonsense\r\n").status, 401u);
  EXPECT_EQ(ask("GET", "/fields", "Authorization: Bearer s3cret\r\n").status, 403u);
  EXPECT_EQ(ask("GET", "/fields", "Authorization: Bearer r3ader\r\n").status, 200u);
  EXPECT_EQ(ask("GET", "/metrics").status, 401u);
  EXPECT_EQ(ask("GET", "/metrics", "Authorization: Bearer r3ader\r\n").status, 200u);
  Client client = connect();
  EXPECT_EQ(client.post("/logs", "application/json", "{\"message\":\"a\"}").status, 401u);
  EXPECT_EQ(client
                .post("/logs", "application/json", "{\"message\":\"a\"}",
                      "Authorization: Bearer s3cret\r\n")
                .status,
            201u);
}

TEST_F(RouterTest, CorsIsOffByDefault) {
  const Response response = ask("GET", "/health", "Origin: https://app.example\r\n");
  EXPECT_EQ(response.field("access-control-allow-origin"), "");
}

TEST_F(RouterTest, CorsAllowsWhatIsListed) {
  options.cors_origins = {"https://app.example"};
  keys = {{"reader", "r3ader", right_query}};
  const Response preflight = ask("OPTIONS", "/query",
                                 "Origin: https://app.example\r\n"
                                 "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.field("access-control-allow-origin"), "https://app.example");
  EXPECT_THAT(preflight.field("access-control-allow-headers"), HasSubstr("Authorization"));
  EXPECT_EQ(
      ask("GET", "/fields", "Origin: https://app.example\r\n").field("access-control-allow-origin"),
      "https://app.example");
  EXPECT_EQ(ask("GET", "/health", "Origin: https://evil.example\r\n")
                .field("access-control-allow-origin"),
            "");
}

TEST_F(RouterTest, HealthReadinessAndPage) {
  EXPECT_EQ(ask("GET", "/health").body, "{\"status\":\"ok\",\"version\":\"1.2.3\"}\n");
  EXPECT_EQ(ask("GET", "/readyz").body,
            "{\"ready\":true,\"parts\":[{\"name\":\"store\",\"ready\":true,\"detail\":\"\"}]}\n");
  parts = {{"store", false, "the disk is full"}};
  const Response unready = ask("GET", "/readyz");
  EXPECT_EQ(unready.status, 503u);
  EXPECT_NE(unready.field("retry-after"), "");
  EXPECT_THAT(unready.body, HasSubstr("the disk is full"));
  const Response page = ask("GET", "/");
  EXPECT_EQ(page.field("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.field("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.field("x-content-type-options"), "nosniff");
  EXPECT_THAT(page.body, HasSubstr("Clogs 1.2.3"));
}

TEST_F(RouterTest, FieldsAndValues) {
  EXPECT_EQ(ask("GET", "/fields").body,
            "{\"success\":true,\"count\":2,\"data\":[{\"name\":\"level\",\"count\":3,\"types\":{"
            "\"string\":2,\"keyword\":1}},{\"name\":\"user_id\",\"count\":2,\"types\":{\"integer\":"
            "2}}],\"partial\":false,\"warnings\":[]}\n");
  EXPECT_EQ(ask("GET", "/fields?limit=1&q=%7B%7D", "Accept: application/edn\r\n").body,
            "{:success true :count 1 :data [{:name \"level\" :count 3 :types {:string 2 :keyword "
            "1}}] :partial true :warnings [\"there are more than 1\"]}\n");
  EXPECT_THAT(ask("GET", "/fields?q=%7B:partial%20true%7D").body,
              HasSubstr("\"partial\":true,\"warnings\":[\"the query hit its :timeout\"]"));
  EXPECT_EQ(ask("GET", "/fields/http%2Estatus/values").body,
            "{\"success\":true,\"count\":2,\"data\":[{\"value\":\"http.status\",\"count\":2},{"
            "\"value\":\"x\",\"count\":1}],\"partial\":false,\"warnings\":[]}\n");
  EXPECT_EQ(ask("GET", "/fields?q=%7B:bad%20true%7D").status, 400u);
  EXPECT_EQ(ask("GET", "/fields?q=%7").status, 400u);
  EXPECT_EQ(ask("GET", "/fields?limit=0").status, 400u);
  EXPECT_EQ(ask("GET", "/fields?limit=1x").status, 400u);
  EXPECT_EQ(ask("GET", "/fields?syntax=xml").status, 400u);
  EXPECT_EQ(ask("GET", "/fields?q=%7B:busy%20true%7D").status, 429u);
}

}  // namespace
}  // namespace clogs::api::testing
