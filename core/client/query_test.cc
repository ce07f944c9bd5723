// Rows of queries and tails over a pretended server: what is asked, and what becomes of its
// messages.
#include "clogs/query.h"

#include <deque>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clogs/client.h"
#include "core/client/impl.h"
#include "core/record/wire.h"
#include "core/send/transport.h"

namespace clogs {
namespace {

namespace wire = record::wire;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// What the pretended servers were asked, and what they answer to the next streaming call.
struct Script {
  std::deque<std::string> messages;
  Status end;  // behind the messages; OK: the end of the rows
  std::string method;
  std::string asked;
  std::string asked_of;
  send::TimePoint deadline;
  bool late = false;       // the next next() finds nothing in time
  bool cancelled = false;  // by cancel() or the stream's end
};

class ScriptedStream final : public send::MessageStream {
 public:
  explicit ScriptedStream(Script& script) : script_(script) {}
  ~ScriptedStream() override { script_.cancelled = true; }

  Result<bool> next(std::string& message, send::TimePoint until) override {
    if (script_.cancelled) return Status(Code::cancelled, "cancelled");
    if (std::exchange(script_.late, false)) {
      EXPECT_LT(until, send::TimePoint::max());
      return Status(Code::deadline_exceeded, "not yet");
    }
    if (!script_.messages.empty()) {
      message = std::move(script_.messages.front());
      script_.messages.pop_front();
      return true;
    }
    if (!script_.end.ok()) return script_.end;
    return false;
  }
  void cancel() noexcept override { script_.cancelled = true; }

 private:
  Script& script_;
};

class ScriptedTransport final : public send::Transport {
 public:
  ScriptedTransport(std::string name, send::ConnectionState state, Script& script)
      : name_(std::move(name)), state_(state), script_(script) {}

  CallId start(send::Request, Done) override { return 0; }
  void cancel(CallId) override {}
  std::unique_ptr<send::MessageStream> open(send::Request request) override {
    script_.method = request.method;
    script_.asked = request.message->substr(send::message_prefix_bytes);
    script_.asked_of = name_;
    script_.deadline = request.deadline;
    return std::make_unique<ScriptedStream>(script_);
  }
  send::ConnectionState state() const override { return state_; }
  const std::string& endpoint() const override { return name_; }

 private:
  const std::string name_;
  const send::ConnectionState state_;
  Script& script_;
};

// Messages of proto/clogs/v1/query.proto.
std::string bytes_field(uint32_t number, std::string_view bytes) {
  std::string out;
  wire::put_bytes(number, bytes, out);
  return out;
}
std::string number_field(uint32_t number, uint64_t value) {
  std::string out;
  wire::put_tag(number, wire::varint, out);
  wire::put_varint(value, out);
  return out;
}
std::string header(std::string_view body) { return bytes_field(1, body); }
std::string json_rows(std::string_view lines) { return bytes_field(2, bytes_field(3, lines)); }
std::string edn_rows(std::string_view lines) { return bytes_field(2, bytes_field(2, lines)); }
std::string trailer(std::string_view body) { return bytes_field(3, body); }
std::string tailed(std::string_view line) { return bytes_field(2, line); }

class RowsTest : public ::testing::Test {
 protected:
  Client client(std::vector<send::ConnectionState> states = {send::ConnectionState::ready}) {
    TransportFactory factory = [this, states](send::Loop&, const Options&) {
      Transports transports;
      for (size_t i = 0; i < states.size(); ++i) {
        transports.push_back(
            std::make_unique<ScriptedTransport>(std::string(1, char('a' + i)), states[i], script_));
      }
      return transports;
    };
    Options options;
    options.shutdown_timeout = std::chrono::milliseconds(0);
    return Client(Client::Impl::make(options, std::move(factory)));
  }
  // All rows, each next() one element; then the failure, if that is how they end.
  static std::vector<std::string> read(Rows& rows, Status* failure = nullptr) {
    std::vector<std::string> pieces;
    std::string lines;
    for (;;) {
      const Result<bool> more = rows.next(lines);
      if (!more.ok() && failure != nullptr) *failure = more.status();
      if (!more.ok() || !*more) return pieces;
      pieces.push_back(lines);
    }
  }

  Script script_;
};

TEST_F(RowsTest, TheRequestCarriesTextSyntaxFormatAndParameters) {
  const Client asking = client();
  QueryRequest request;
  request.text = "{:where [:= :n ?n]}";
  request.rows = RowFormat::edn;
  request.params["n"] = "17";
  ASSERT_TRUE(asking.query(request).ok());
  EXPECT_EQ(script_.method, "/clogs.v1.QueryLogs/Query");
  EXPECT_THAT(script_.asked, HasSubstr(bytes_field(1, request.text)));
  EXPECT_THAT(script_.asked, HasSubstr(number_field(2, 1) + number_field(3, 2)));
  EXPECT_THAT(script_.asked, HasSubstr(bytes_field(1, "n")));
  EXPECT_EQ(script_.deadline, send::TimePoint::max());

  request.json_syntax = true;
  request.rows = RowFormat::json;
  request.timeout = std::chrono::seconds(5);
  ASSERT_TRUE(asking.tail(request).ok());
  EXPECT_EQ(script_.method, "/clogs.v1.QueryLogs/Tail");
  EXPECT_THAT(script_.asked, HasSubstr(number_field(2, 2) + number_field(3, 3)));
  EXPECT_LE(script_.deadline, std::chrono::steady_clock::now() + request.timeout);
}

TEST_F(RowsTest, AParameterThatIsNoValueFailsBeforeAnythingIsAsked) {
  const Client asking = client();
  QueryRequest request;
  request.params["n"] = "(1 2";
  const Result<Rows> rows = asking.query(request);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.status().code(), Code::invalid_argument);
  EXPECT_THAT(rows.status().message(), HasSubstr("parameter n"));
  EXPECT_EQ(script_.method, "");
}

TEST_F(RowsTest, RowsComeAsTheyWereSentEachEndingInALineEnd) {
  script_.messages = {header(bytes_field(2, "sha256:ab")), json_rows("{\"n\":1}\n{\"n\":2}\n"),
                      edn_rows("{:n 3}"), trailer(number_field(1, 3))};
  Result<Rows> rows = client().query({});
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(read(*rows), ElementsAre("{\"n\":1}\n{\"n\":2}\n", "{:n 3}\n"));
}

TEST_F(RowsTest, TheSummaryIsReadFromHeaderAndTrailer) {
  std::string as_of;
  wire::put_tag(9, wire::fixed64, as_of);
  as_of += std::string("\x01\0\0\0\0\0\0\0", 8);
  script_.messages = {
      header(bytes_field(1, "{:limit 2}") + bytes_field(2, "sha256:ab") + bytes_field(3, "n") +
             bytes_field(3, "level")),
      json_rows("{}\n"),
      trailer(number_field(1, 2) + number_field(2, 9) + number_field(3, 1) +
              bytes_field(4, "after") + bytes_field(5, "before") + bytes_field(6, "p99") +
              number_field(7, 1) + bytes_field(8, "slow") + as_of)};
  Result<Rows> rows = client().query({});
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(read(*rows), SizeIs(1));
  const QuerySummary& summary = rows->summary();
  EXPECT_EQ(summary.canonical, "{:limit 2}");
  EXPECT_EQ(summary.hash, "sha256:ab");
  EXPECT_THAT(summary.columns, ElementsAre("n", "level"));
  EXPECT_EQ(summary.count, 2u);
  EXPECT_EQ(summary.total, 9u);
  EXPECT_TRUE(summary.total_is_exact);
  EXPECT_EQ(summary.next, "after");
  EXPECT_EQ(summary.prev, "before");
  EXPECT_THAT(summary.approx, ElementsAre("p99"));
  EXPECT_TRUE(summary.partial);
  EXPECT_THAT(summary.warnings, ElementsAre("slow"));
  EXPECT_EQ(summary.as_of_unix_nanos, 1);
}

TEST_F(RowsTest, WhatANewerServerAddsIsPassedOver) {
  const std::string unknown = bytes_field(99, "new") + number_field(98, 7);
  script_.messages = {header(unknown), unknown, bytes_field(2, bytes_field(3, "{}\n") + unknown),
                      trailer(number_field(1, 1) + unknown)};
  Result<Rows> rows = client().query({});
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(read(*rows), ElementsAre("{}\n"));
  EXPECT_EQ(rows->summary().count, 1u);
}

TEST_F(RowsTest, BytesThatAreNoAnswerFailAndDoNotCrash) {
  const std::string good = json_rows("{\"n\":1}\n");
  for (const std::string& bad : {std::string("\xFF"), good.substr(0, good.size() - 1),
                                 trailer("\x08"), header("\x0A\x7Fx")}) {
    script_ = Script();
    script_.messages = {bad};
    Result<Rows> rows = client().query({});
    ASSERT_TRUE(rows.ok());
    Status failure;
    EXPECT_THAT(read(*rows, &failure), SizeIs(0));
    EXPECT_EQ(failure.code(), Code::internal) << failure.to_string();
  }
}

TEST_F(RowsTest, TheServersFailureComesBehindTheRowsThatCame) {
  script_.messages = {json_rows("{\"n\":1}\n")};
  script_.end = invalid_argument("the operator is unknown", "{:position 7}");
  Result<Rows> rows = client().query({});
  ASSERT_TRUE(rows.ok());
  Status failure;
  EXPECT_THAT(read(*rows, &failure), SizeIs(1));
  EXPECT_EQ(failure.code(), Code::invalid_argument);
  EXPECT_EQ(failure.details(), "{:position 7}");
}

TEST_F(RowsTest, AWaitThatIsOverLeavesTheRowsAsTheyAre) {
  script_.messages = {json_rows("{\"n\":1}\n")};
  script_.late = true;
  Result<Rows> rows = client().query({});
  ASSERT_TRUE(rows.ok());
  std::string lines;
  EXPECT_EQ(rows->next(lines, std::chrono::milliseconds(1)).status().code(),
            Code::deadline_exceeded);
  EXPECT_THAT(read(*rows), SizeIs(1));
}

TEST_F(RowsTest, CancelEndsThemAndSoDoesTheirEnd) {
  {
    Result<Rows> rows = client().query({});
    ASSERT_TRUE(rows.ok());
    rows->cancel();
    std::string lines;
    EXPECT_EQ(rows->next(lines).status().code(), Code::cancelled);
  }
  script_ = Script();
  ASSERT_TRUE(client().tail({}).ok());  // dropped at once
  EXPECT_TRUE(script_.cancelled);
}

TEST_F(RowsTest, ATailGivesRecordsOneByOneAndAddsUpWhatWasDropped) {
  script_.messages = {tailed("{\"n\":1}\n"), number_field(3, 5), tailed("{\"n\":2}"),
                      number_field(3, 2)};
  Result<Rows> rows = client().tail({});
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(read(*rows), ElementsAre("{\"n\":1}\n", "{\"n\":2}\n"));
  EXPECT_EQ(rows->dropped(), 7u);
}

TEST_F(RowsTest, AnEndpointThatIsKnownToBeDownIsNotAskedWhereThereIsAnother) {
  using send::ConnectionState;
  ASSERT_TRUE(client({ConnectionState::failing, ConnectionState::idle}).query({}).ok());
  EXPECT_EQ(script_.asked_of, "b");
  ASSERT_TRUE(client({ConnectionState::failing, ConnectionState::failing}).query({}).ok());
  EXPECT_EQ(script_.asked_of, "a");
}

TEST_F(RowsTest, AClientThatIsClosedOrOffAsksNothing) {
  const Client closed = client();
  closed.close();
  EXPECT_EQ(closed.query({}).status().code(), Code::failed_precondition);
  Options off;
  off.enabled = false;
  EXPECT_EQ(Client(off).tail({}).status().code(), Code::failed_precondition);
}

}  // namespace
}  // namespace clogs
