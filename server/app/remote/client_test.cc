#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "server/app/remote/remote.h"
#include "server/app/remote/test_server.h"

namespace clogs::app::remote {
namespace {

using testing::HasSubstr;

const std::string stored = http_answer("201 Created", "application/edn", "{:accepted 1}\n");
constexpr Retry quick{.attempts_max = 3,
                      .first = std::chrono::milliseconds(1),
                      .longest = std::chrono::milliseconds(2)};

std::unique_ptr<Client> client_of(const std::string& url, const std::string& key = "") {
  Target target;
  target.url = url;
  target.api_key = key;
  Result<std::unique_ptr<Client>> client = Client::make(target);
  EXPECT_TRUE(client.ok());
  return std::move(client).value();
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

Batch batch_of(const std::string& body, const std::string& id = "p/1") {
  Batch batch;
  batch.body = body;
  batch.id = id;
  return batch;
}

TEST(RemoteClient, RefusesWhatIsNoHttpUrl) {
  for (const char* url : {"localhost:8080", "ftp://x", "file:///etc/passwd", "http://a b", ""}) {
    Target target;
    target.url = url;
    EXPECT_EQ(Client::make(target).status().code(), Code::invalid_argument) << url;
  }
}

TEST(RemoteClient, AQueryGoesThroughAsText) {
  TestServer server({http_answer("200 OK", "application/edn", "{:count 0 :data []}\n")});
  std::string text;
  const auto client = client_of(server.url(), "secret");
  const auto result = client->query({.text = "{:limit 1}"}, [&](std::string_view piece) {
    text.append(piece);
    return ok_status();
  });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(text, "{:count 0 :data []}\n");
  const std::string request = server.requests().at(0);
  EXPECT_THAT(request, HasSubstr("POST /query HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/edn\r\n"));
  EXPECT_THAT(request, HasSubstr("Accept: application/edn\r\n"));
  EXPECT_THAT(request, HasSubstr("Authorization: Bearer secret\r\n"));
  EXPECT_EQ(body_of(request), "{:limit 1}");
}

TEST(RemoteClient, TrailersOfAStreamAreKept) {
  TestServer server(
      {"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
       "Transfer-Encoding: chunked\r\nTrailer: Clogs-Count\r\n\r\n"
       "8\r\n{\"a\":1}\n\r\n0\r\nClogs-Count: 1\r\n\r\n"});
  std::string text;
  const auto result =
      client_of(server.url())
          ->query({.text = "{}", .accept = "application/x-ndjson"}, [&](std::string_view piece) {
            text.append(piece);
            return ok_status();
          });
  ASSERT_TRUE(result.ok()) << result.status().to_string();
  EXPECT_EQ(text, "{\"a\":1}\n");
  EXPECT_THAT(*result, testing::Contains(testing::Pair("clogs-count", "1")));
}

TEST(RemoteClient, ABadQueryHasItsDetails) {
  TestServer server({http_answer("400 Bad Request", "application/edn",
                                 "{:success false :error \"Invalid query: x\" :details {:a 1}}")});
  const auto result =
      client_of(server.url())->query({.text = "{"}, [](std::string_view) { return ok_status(); });
  EXPECT_EQ(result.status().code(), Code::invalid_argument);
  EXPECT_EQ(result.status().message(), "Invalid query: x");
  EXPECT_EQ(result.status().details(), "{:a 1}");
}

TEST(RemoteClient, AnAnswerThatBreaksOffIsAFailure) {
  TestServer server({"HTTP/1.1 200 OK\r\nTransfer-encoding: Chunked\r\n\r\n7\r\n{:count\r\n"});
  const auto result =
      client_of(server.url())->query({.text = "{}"}, [](std::string_view) { return ok_status(); });
  EXPECT_EQ(result.status().code(), Code::unavailable);
  EXPECT_THAT(result.status().message(), HasSubstr("broke off"));
}

TEST(RemoteClient, AFailingTakerEndsTheQuery) {
  TestServer server({http_answer("200 OK", "application/edn", "{:count 0}")});
  const auto result = client_of(server.url())->query({.text = "{}"}, [](std::string_view) {
    return unavailable("cannot write");
  });
  EXPECT_EQ(result.status().message(), "cannot write");
}

TEST(RemoteClient, NobodyThereIsUnavailable) {
  std::string url;
  {
    url = TestServer({}).url();
  }
  const auto result =
      client_of(url)->query({.text = "{}"}, [](std::string_view) { return ok_status(); });
  EXPECT_EQ(result.status().code(), Code::unavailable);
  EXPECT_THAT(result.status().message(), HasSubstr("Cannot reach " + url));
}

TEST(RemoteClient, ATailGivesEventsUntilItsEnd) {
  TestServer server(
      {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
       "data: {:a 1}\n\nevent: dropped\ndata: {\"dropped\":2}\n\n"});
  std::vector<std::string> seen;
  const Status status = client_of(server.url())
                            ->tail(
                                {.text = "{:where [:= :a 1]}"},
                                [&](const Event& event) {
                                  seen.push_back(event.name + "|" + event.data);
                                  return ok_status();
                                },
                                nullptr);
  EXPECT_EQ(status.code(), Code::unavailable);
  EXPECT_THAT(seen, testing::ElementsAre("|{:a 1}", "dropped|{\"dropped\":2}"));
  EXPECT_THAT(server.requests().at(0),
              HasSubstr("GET /tail?q=%7B%3Awhere%20%5B%3A%3D%20%3Aa%201%5D%7D&format=edn HTTP"));
}

TEST(RemoteClient, ABatchIsAcknowledged) {
  TestServer server({http_answer("201 Created", "application/edn", "{:accepted 1}",
                                 "Clogs-Duplicate: true\r\n")});
  const auto answer = client_of(server.url())->ingest(batch_of("{}\n"), Compression::none, quick);
  ASSERT_TRUE(answer.ok()) << answer.status().to_string();
  EXPECT_EQ(answer->accepted, 1U);
  EXPECT_TRUE(answer->duplicate);
  EXPECT_THAT(server.requests().at(0), HasSubstr("Clogs-Batch-Id: p/1\r\n"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("Clogs-Stream: logs\r\n"));
}

TEST(RemoteClient, AGzipBodyIsTheBody) {
  TestServer server({stored});
  const std::string body(5000, 'a');
  const auto client = client_of(server.url());
  ASSERT_TRUE(client->ingest(batch_of(body), Compression::gzip, quick).ok());
  const std::string request = server.requests().at(0);
  EXPECT_THAT(request, HasSubstr("Content-Encoding: gzip\r\n"));
  const std::string sent = body_of(request);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(2 * body.size(), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(sent.data()));
  stream.avail_in = static_cast<uInt>(sent.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(out, body);
}

TEST(RemoteClient, AZstdBodyIsTheBody) {
  TestServer server({stored});
  const std::string body(5000, 'a');
  ASSERT_TRUE(client_of(server.url())->ingest(batch_of(body), Compression::zstd, quick).ok());
  const std::string sent = body_of(server.requests().at(0));
  std::string out(2 * body.size(), '\0');
  const size_t size = ZSTD_decompress(out.data(), out.size(), sent.data(), sent.size());
  ASSERT_EQ(ZSTD_isError(size), 0U);
  EXPECT_EQ(out.substr(0, size), body);
}

TEST(RemoteClient, ABusyServerIsAskedAgain) {
  const std::string busy = http_answer("429 Too Many Requests", "application/json", "{}");
  TestServer server({busy, busy, stored});
  const auto answer = client_of(server.url())->ingest(batch_of("{}"), Compression::none, quick);
  EXPECT_TRUE(answer.ok()) << answer.status().to_string();
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(RemoteClient, ALostAnswerIsAskedForAgainWithTheSameId) {
  TestServer server({"", stored});
  const auto answer = client_of(server.url())->ingest(batch_of("{}"), Compression::none, quick);
  ASSERT_TRUE(answer.ok()) << answer.status().to_string();
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_THAT(server.requests().at(1), HasSubstr("Clogs-Batch-Id: p/1\r\n"));
}

TEST(RemoteClient, WithoutAnIdALostAnswerIsAFailure) {
  TestServer server({"", stored});
  const auto answer = client_of(server.url())->ingest(batch_of("{}", ""), Compression::none, quick);
  EXPECT_EQ(answer.status().code(), Code::unavailable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(RemoteClient, RetriesHaveAnEnd) {
  const std::string busy =
      http_answer("503 Service Unavailable", "application/json",
                  R"({"success":false,"error":"The disk is full"})", "Retry-After: 0\r\n");
  TestServer server({busy, busy, busy, busy, stored});
  const auto answer = client_of(server.url())->ingest(batch_of("{}"), Compression::none, quick);
  EXPECT_EQ(answer.status().message(), "The disk is full");
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(RemoteClient, ABadBatchIsNotSentAgain) {
  TestServer server({http_answer("413 Content Too Large", "application/json",
                                 R"({"success":false,"error":"too large"})"),
                     stored});
  const auto answer = client_of(server.url())->ingest(batch_of("{}"), Compression::none, quick);
  EXPECT_EQ(answer.status().code(), Code::out_of_range);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(RemoteClient, StoppingEndsTheWait) {
  TestServer server(
      {http_answer("429 Too Many Requests", "application/json", "{}", "Retry-After: 3600\r\n")});
  std::atomic<bool> stop{false};
  const auto client = client_of(server.url());
  std::thread stopper([&] {
    while (server.requests().empty()) std::this_thread::yield();
    stop.store(true);
  });
  const auto answer = client->ingest(batch_of("{}"), Compression::none, quick, &stop);
  stopper.join();
  EXPECT_EQ(answer.status().code(), Code::cancelled);
}

}  // namespace
}  // namespace clogs::app::remote
