#include "server/ingest/service.h"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/ingest/testing/fake_sink.h"

namespace clogs::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServiceTest : public ::testing::Test {
 protected:
  Result<Outcome> send(Format format, std::string body) {
    Request request;
    request.format = format;
    request.body = std::move(body);
    return send(std::move(request));
  }

  Result<Outcome> send(Request request) {
    std::optional<Result<Outcome>> answer;
    service_.ingest(std::move(request),
                    [&](Result<Outcome> outcome) { answer.emplace(std::move(outcome)); });
    EXPECT_TRUE(answer.has_value());
    return answer ? *answer : Result<Outcome>(internal_error("no answer"));
  }

  // The lines of a body that must be stored whole.
  std::string stored(Format format, std::string body) {
    const std::string before = sink_.lines();
    const Result<Outcome> outcome = send(format, std::move(body));
    EXPECT_TRUE(outcome.ok()) << outcome.status().to_string();
    if (!outcome.ok()) return {};
    EXPECT_EQ(outcome->rejected_total, 0u);
    return sink_.lines().substr(before.size());
  }

  void expect_bad_body(Format format, std::string body, std::string_view message,
                       std::string_view details) {
    const size_t before = sink_.batches().size();
    const Result<Outcome> outcome = send(format, body);
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_EQ(outcome.status().code(), Code::invalid_argument);
    EXPECT_EQ(outcome.status().message(), std::string(bad_body_prefix) + std::string(message));
    EXPECT_THAT(outcome.status().details(), StartsWith(details)) << body;
    EXPECT_EQ(sink_.batches().size(), before);
  }

  testing::FakeSink sink_;
  record::Limits limits_;
  Service service_{sink_, limits_};
};

TEST_F(ServiceTest, OneJsonObjectIsASingleRecord) {
  const Result<Outcome> outcome =
      send(Format::json, R"( {"message": "hi", "user_id": 7, "http": {"status": 200}} )");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_TRUE(outcome->single);
  EXPECT_EQ(outcome->accepted, 1u);
  EXPECT_EQ(sink_.lines(), "{:message \"hi\" :user_id 7 :http {:status 200}}\n");
  EXPECT_EQ(sink_.batches()[0].tenant, "default");
  EXPECT_EQ(sink_.batches()[0].stream, "logs");
}

TEST_F(ServiceTest, JsonArray) {
  const Result<Outcome> outcome =
      send(Format::json, R"([ {"a":1}, {"b":[1,{"c":"],}\"\\"}]} ,{"@x":1.50}])");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_FALSE(outcome->single);
  EXPECT_EQ(outcome->accepted, 3u);
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:b [1 {:c \"],}\\\"\\\\\"}]}\n{\"@x\" 1.50}\n");
  EXPECT_EQ(sink_.batches()[0].count, 3u);
}

TEST_F(ServiceTest, JsonArrayWithASyntaxErrorRefusesTheBody) {
  expect_bad_body(Format::json, "[{\"a\":1},\n {\"b\":}]",
                  "line 2, column 7: no JSON value, expected a JSON value",
                  "{:code :clogs/unreadable-body :line 2 :column 7");
  for (const char* body : {"[{\"a\":1}", "[{\"a\":1} {\"b\":1}]", "[{\"a\":1},]", "[,]",
                           "[{\"a\":1}}", "[{\"a\":1}] x", "[{\"a\":\"", "[", "[{\"a\":1]", ""}) {
    const Result<Outcome> outcome = send(Format::json, body);
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_THAT(outcome.status().message(),
                StartsWith("Invalid request body or unsupported content type: line 1, column "));
    EXPECT_THAT(outcome.status().details(), HasSubstr(":code :clogs/unreadable-body :line 1"));
  }
  EXPECT_TRUE(sink_.batches().empty());
}

TEST_F(ServiceTest, BadRecordsOfAJsonArrayCostOnlyThemselves) {
  const Result<Outcome> outcome = send(Format::json, R"([{"a":1}, 5, {"message":7}, {}, {"b":2}])");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(outcome->accepted, 2u);
  ASSERT_EQ(outcome->rejected.size(), 3u);
  EXPECT_EQ(outcome->rejected_total, 3u);
  EXPECT_EQ(outcome->rejected[0].index, 1u);
  EXPECT_EQ(outcome->rejected[0].error, "record 1: a record is a map, not the integer 5");
  EXPECT_EQ(outcome->rejected[1].index, 2u);
  EXPECT_EQ(outcome->rejected[1].error, "record 2: :message is the integer 7, expected text");
  EXPECT_THAT(outcome->rejected[1].details_edn,
              StartsWith("{:code :clogs/wrong-type :key :message"));
  EXPECT_EQ(outcome->rejected[2].index, 3u);
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:b 2}\n");
}

TEST_F(ServiceTest, NothingGoodIsNotHandedOn) {
  const Result<Outcome> outcome = send(Format::json, R"({"message":7})");
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->single);
  EXPECT_EQ(outcome->accepted, 0u);
  ASSERT_EQ(outcome->rejected.size(), 1u);
  EXPECT_EQ(outcome->rejected[0].error, ":message is the integer 7, expected text");
  EXPECT_TRUE(sink_.batches().empty());
}

TEST_F(ServiceTest, NdjsonLinesStandAlone) {
  const Result<Outcome> outcome = send(Format::ndjson,
                                       "\xEF\xBB\xBF{\"a\":1}\r\n\n  \t\n{\"a\":}\n[1]\n"
                                       "{\"a\":\"caf\xE9\"}\n{\"a\":1,\"a\":2}\n{\"a\":2}");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(outcome->accepted, 2u);
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:a 2}\n");
  ASSERT_EQ(outcome->rejected.size(), 4u);
  EXPECT_EQ(outcome->rejected[0].index, 1u);
  EXPECT_THAT(outcome->rejected[0].error, StartsWith("record 1: line 4, column 6: "));
  EXPECT_THAT(outcome->rejected[0].details_edn,
              StartsWith("{:code :clogs/unreadable :line 4 :column 6"));
  EXPECT_EQ(outcome->rejected[1].index, 2u);
  EXPECT_THAT(outcome->rejected[2].error, HasSubstr("UTF-8"));
  EXPECT_EQ(outcome->rejected[3].index, 4u);
}

TEST_F(ServiceTest, EdnMapVectorAndStream) {
  EXPECT_EQ(stored(Format::edn, "; a note\n{:a 1, :b\n \"x\"}"), "{:a 1 :b \"x\"}\n");
  EXPECT_EQ(stored(Format::edn, "[{:a 1}{:b 2}\n#_{:c 3} {:d #{4}}] ; end"),
            "{:a 1}\n{:b 2}\n{:d #{4}}\n");
  EXPECT_EQ(stored(Format::edn, "{:a 1} {:b 2}\n{:c \\newline :d #inst \"2026\"}"),
            "{:a 1}\n{:b 2}\n{:c \\newline :d #inst \"2026\"}\n");
  EXPECT_EQ(stored(Format::edn, "#:ns{:a 1}"), "{:ns/a 1}\n");
  EXPECT_EQ(stored(Format::edn, "{:a \"\\u0041\" #_gone :b 1}"), "{:a \"A\" :b 1}\n");
}

TEST_F(ServiceTest, EdnSingleOrBatch) {
  EXPECT_TRUE(send(Format::edn, "{:a 1}\n")->single);
  EXPECT_FALSE(send(Format::edn, "[{:a 1}]")->single);
  EXPECT_FALSE(send(Format::edn, "{:a 1} {:a 2}")->single);
}

TEST_F(ServiceTest, EdnLinesAreTakenUpAgainBehindABadOne) {
  const Result<Outcome> outcome =
      send(Format::edn, "{:a 1}\n{:a \"open}\n{:a 2}\n{:a [}\n\n{:a 3}\n{:a 1 :a 2}\n");
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:a 2}\n{:a 3}\n");
  ASSERT_EQ(outcome->rejected.size(), 3u);
  EXPECT_EQ(outcome->rejected[0].index, 1u);
  EXPECT_EQ(outcome->rejected[1].index, 3u);
  EXPECT_THAT(outcome->rejected[1].error, StartsWith("record 3: line 4, column "));
  EXPECT_EQ(outcome->rejected[2].index, 5u);
  EXPECT_THAT(outcome->rejected[2].error, StartsWith("record 5: line 7, column "));
}

TEST_F(ServiceTest, EdnThatCannotBeTakenUpAgainRefusesTheBody) {
  for (const char* body :
       {"{:a 1} {:b ]", "{:a\n 1}\n{:b ]\n{:c 1}", "{:a ]\n :b 2}", "{:a {:b ]\n {:c 1}}\n"}) {
    const Result<Outcome> outcome = send(Format::edn, body);
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_THAT(outcome.status().message(), StartsWith(bad_body_prefix));
    EXPECT_THAT(outcome.status().details(), StartsWith("{:code :clogs/unreadable-body :line"));
  }
}

TEST_F(ServiceTest, EdnVectorWithASyntaxErrorRefusesTheBody) {
  for (const char* body : {"[{:a 1}", "[{:a 1} }", "[{:a 1}] {:b 2}", "[{:a ]", "[", "[{:a 1})"}) {
    const Result<Outcome> outcome = send(Format::edn, body);
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_THAT(outcome.status().details(), StartsWith("{:code :clogs/unreadable-body :line"));
  }
  EXPECT_TRUE(sink_.batches().empty());
}

TEST_F(ServiceTest, BodiesWithoutRecordsAreRefused) {
  for (const auto& [format, body] :
       std::initializer_list<std::pair<Format, const char*>>{{Format::json, "[ ]"},
                                                             {Format::ndjson, ""},
                                                             {Format::ndjson, "\n \r\n"},
                                                             {Format::edn, " ; nothing\n"},
                                                             {Format::edn, "[]"},
                                                             {Format::protobuf, ""}}) {
    expect_bad_body(format, body, "the body holds no record", "{:code :clogs/no-records}");
  }
}

TEST_F(ServiceTest, LimitsAreOfThePrintedLine) {
  limits_.max_bytes = 40;
  Service small(sink_, limits_);
  Request request;
  request.format = Format::ndjson;
  request.body = "{\"a\":\"" + std::string(40, 'x') + "\"}\n{\"a\":  1}\n{\"b\":\"" +
                 std::string(500, 'x') + "\"}\n{ \"a\" :" + std::string(60, ' ') + "1}";
  std::optional<Result<Outcome>> answer;
  small.ingest(std::move(request), [&](Result<Outcome> outcome) { answer.emplace(outcome); });
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:a 1}\n");
  ASSERT_EQ((*answer)->rejected.size(), 2u);
  EXPECT_EQ((*answer)->rejected[0].error,
            "record 0: the record is 48 bytes of EDN, the limit is 40");
  EXPECT_THAT((*answer)->rejected[1].details_edn, StartsWith("{:code :clogs/record-too-large"));
}

TEST_F(ServiceTest, StoreKeysOnlyInARestore) {
  const char* body = "{:clogs/id \"0123456789abcdeffe0100000fed\" :a 1}";
  const Result<Outcome> refused = send(Format::edn, body);
  ASSERT_TRUE(refused.ok());
  EXPECT_THAT(refused->rejected.at(0).details_edn, StartsWith("{:code :clogs/reserved-key"));
  Request restore;
  restore.format = Format::edn;
  restore.body = body;
  restore.accept_meta = true;
  EXPECT_EQ(send(std::move(restore))->accepted, 1u);
  EXPECT_TRUE(sink_.batches().at(0).has_meta);
}

TEST_F(ServiceTest, StreamAndIdentityReachTheSink) {
  Request request;
  request.tenant = "t";
  request.stream = "audit/web";
  request.id = BatchId{.producer = "p", .sequence = 9};
  request.body = "{\"a\":1}\n{}";
  const Result<Outcome> outcome = send(std::move(request));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->id->sequence, 9u);
  const Batch batch = sink_.batches().at(0);
  EXPECT_EQ(batch.tenant, "t");
  EXPECT_EQ(batch.stream, "audit/web");
  EXPECT_EQ(batch.id->producer, "p");
  for (const char* name : {"a b", "", "../etc", "a/..", ".a"}) {
    Request bad;
    bad.stream = name;
    bad.body = "{\"a\":1}";
    EXPECT_THAT(send(std::move(bad)).status().details(), StartsWith("{:code :clogs/bad-stream"));
  }
}

TEST_F(ServiceTest, ARepeatedBatchGetsItsFirstAnswer) {
  const auto request = [] {
    Request out;
    out.id = BatchId{.producer = "p", .sequence = 1};
    out.body = "{\"a\":1}\n{\"message\":2}\n{\"a\":3}";
    return out;
  };
  const Result<Outcome> first = send(request());
  Request changed = request();
  changed.body = "{\"a\":1}";
  const Result<Outcome> second = send(std::move(changed));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(second->duplicate);
  EXPECT_EQ(second->accepted, 2u);
  ASSERT_EQ(second->rejected.size(), 1u);
  EXPECT_EQ(second->rejected[0].error, first->rejected[0].error);
  EXPECT_EQ(second->rejected[0].details_edn, first->rejected[0].details_edn);
  EXPECT_EQ(sink_.batches().size(), 1u);
}

TEST_F(ServiceTest, TheSinksFailureIsTheAnswer) {
  sink_.fail_with(resource_exhausted("full"));
  const Result<Outcome> outcome = send(Format::ndjson, "{\"a\":1}");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.status().code(), Code::resource_exhausted);
  EXPECT_EQ(outcome.status().message(), "full");
}

TEST_F(ServiceTest, TheAnswerWaitsForTheSink) {
  sink_.hold();
  bool answered = false;
  Request request;
  request.body = "{\"a\":1}";
  service_.ingest(std::move(request),
                  [&](const Result<Outcome>& outcome) { answered = outcome.ok(); });
  EXPECT_FALSE(answered);
  EXPECT_TRUE(sink_.release_one());
  EXPECT_TRUE(answered);
}

// Each bad line costs only itself, however many there are.
TEST_F(ServiceTest, ManyBadLinesOfEdn) {
  std::string body;
  constexpr size_t lines = 100'000;
  for (size_t i = 0; i < lines; ++i) body += "{:a ]\n";
  const Result<Outcome> outcome = send(Format::edn, body + "{:a 1}");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->accepted, 1u);
  EXPECT_EQ(outcome->rejected_total, lines);
  EXPECT_THAT(outcome->rejected[999].error, StartsWith("record 999: line 1000, column 5: "));
}

TEST_F(ServiceTest, ManyRejectionsAreCountedAndTheFirstDescribed) {
  std::string body;
  for (int i = 0; i < 1500; ++i) body += "{}\n";
  const Result<Outcome> outcome = send(Format::ndjson, body + "{\"a\":1}");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->accepted, 1u);
  EXPECT_EQ(outcome->rejected.size(), max_described_rejections);
  EXPECT_EQ(outcome->rejected_total, 1500u);
}

}  // namespace
}  // namespace clogs::ingest
