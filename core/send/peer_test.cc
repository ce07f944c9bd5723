// What a server can do to a connection and to calls, frame by frame.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"

namespace clogs::send {
namespace {

using std::chrono::milliseconds;
using testing::FramePeer;
using ::testing::HasSubstr;
using testing::HeaderList;
using testing::local;
using testing::PeerConnection;
using testing::quick;
using testing::TestClient;

constexpr uint32_t no_error = 0, internal_error_code = 2, refused_stream = 7, cancel = 8, calm = 11;

// Answers the first request of each connection with what `say` says, then waits for the end.
FramePeer::Script after_request(std::function<void(PeerConnection&, int32_t)> say) {
  return [say](PeerConnection& peer) {
    peer.open();
    const int32_t stream = peer.read_request();
    if (stream == 0) return;
    say(peer, stream);
    peer.read_to_end();
  };
}

Outcome call_of(FramePeer::Script script) {
  FramePeer peer(std::move(script));
  TestClient client(peer.port());
  return client.echo();
}

Outcome answered_with(const HeaderList& headers) {
  return call_of(after_request(
      [&](PeerConnection& peer, int32_t stream) { peer.headers(stream, headers, true); }));
}

TEST(Peer, GoodAnswerIsDelivered) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    std::string body;
    while (const int32_t stream = c.read_request(&body)) c.answer(stream, "<" + body + ">");
  });
  TestClient client(peer.port());
  const Outcome outcome = client.echo("hello");
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.to_string();
  EXPECT_EQ(outcome.response, "<hello>");
  EXPECT_FALSE(outcome.by_transport);
  EXPECT_EQ(client.echo("again").response, "<again>");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, HttpStatusWithoutGrpcStatusIsMapped) {
  const std::pair<const char*, Code> cases[] = {{"400", Code::internal},
                                                {"401", Code::unauthenticated},
                                                {"403", Code::permission_denied},
                                                {"404", Code::unimplemented},
                                                {"429", Code::unavailable},
                                                {"502", Code::unavailable},
                                                {"503", Code::unavailable},
                                                {"504", Code::unavailable},
                                                {"500", Code::unknown}};
  for (const auto& [status, code] : cases) {
    const Outcome outcome = answered_with({{":status", status}, {"content-type", "text/html"}});
    EXPECT_EQ(outcome.status.code(), code) << status;
    EXPECT_THAT(outcome.status.message(), HasSubstr(status));
    EXPECT_FALSE(outcome.unprocessed);
  }
}

TEST(Peer, ForeignContentTypeIsUnknown) {
  const Outcome outcome = answered_with({{":status", "200"}, {"content-type", "text/html"}});
  EXPECT_EQ(outcome.status.code(), Code::unknown);
  EXPECT_THAT(outcome.status.message(), HasSubstr("text/html"));
}

TEST(Peer, GrpcStatusCountsWhateverTheHttpStatus) {
  const Outcome outcome = answered_with({{":status", "503"},
                                         {"content-type", "text/html"},
                                         {"grpc-status", "9"},
                                         {"grpc-message", "a%20b%C3%A4"}});
  EXPECT_EQ(outcome.status.code(), Code::failed_precondition);
  EXPECT_EQ(outcome.status.message(), "a bä");
  EXPECT_FALSE(outcome.by_transport);
}

TEST(Peer, AnswerWithoutStatusIsUnknown) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t stream) {
    peer.begin_answer(stream);
    peer.data(stream, std::string(5, '\0'), true);
  }));
  EXPECT_EQ(outcome.status.code(), Code::unknown);
  EXPECT_TRUE(outcome.by_transport);
}

TEST(Peer, StatusOutOfRangeIsUnknown) {
  const Outcome outcome = answered_with(
      {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "99"}});
  EXPECT_EQ(outcome.status.code(), Code::unknown);
}

TEST(Peer, OkInsideAMessageIsInternal) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t stream) {
    peer.begin_answer(stream);
    peer.data(stream, std::string("\0\0\0\0\x0a", 5) + "half");
    peer.trailers(stream, {{"grpc-status", "0"}});
  }));
  EXPECT_EQ(outcome.status.code(), Code::internal);
  EXPECT_TRUE(outcome.by_transport);
}

TEST(Peer, OkWithoutAMessageIsInternal) {
  const Outcome outcome = answered_with(
      {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "0"}});
  EXPECT_EQ(outcome.status.code(), Code::internal);
}

TEST(Peer, CompressionThatWasNotOfferedIsInternal) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t stream) {
    peer.headers(
        stream,
        {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-encoding", "snappy"}});
    peer.data(stream, std::string("\1\0\0\0\1x", 6));
    peer.trailers(stream, {{"grpc-status", "0"}});
  }));
  EXPECT_EQ(outcome.status.code(), Code::internal);
  EXPECT_THAT(outcome.status.message(), HasSubstr("snappy"));
}

TEST(Peer, InterimAnswerIsPassedOver) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t stream) {
    peer.headers(stream, {{":status", "103"}, {"link", "</style.css>"}});
    peer.answer(stream, "late");
  }));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.to_string();
  EXPECT_EQ(outcome.response, "late");
}

TEST(Peer, ResetIsMappedAndMarkedAsTheTransports) {
  const std::pair<uint32_t, Code> cases[] = {{cancel, Code::cancelled},
                                             {calm, Code::resource_exhausted},
                                             {internal_error_code, Code::internal},
                                             {no_error, Code::internal}};
  for (const auto& [error, code] : cases) {
    const Outcome outcome = call_of(after_request(
        [error = error](PeerConnection& peer, int32_t stream) { peer.reset(stream, error); }));
    EXPECT_EQ(outcome.status.code(), code) << error;
    EXPECT_TRUE(outcome.by_transport);
    EXPECT_FALSE(outcome.unprocessed);
  }
}

TEST(Peer, RefusedStreamIsTriedOnceMoreOnTheSameConnection) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.reset(c.read_request(), refused_stream);
    c.answer(c.read_request(), "second");
    c.read_to_end();
  });
  TestClient client(peer.port());
  EXPECT_EQ(client.echo().response, "second");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, StreamRefusedTwiceIsReportedAsUnprocessed) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    while (const int32_t stream = c.read_request()) c.reset(stream, refused_stream);
  });
  TestClient client(peer.port());
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_TRUE(outcome.unprocessed);
}

TEST(Peer, GoawayBelowTheStreamRepeatsTheCallOnANewConnection) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    if (c.number() == 0) {
      c.goaway(0, no_error);
    } else {
      c.answer(stream, "elsewhere");
    }
    c.read_to_end();
  });
  TestClient client(peer.port());
  EXPECT_EQ(client.echo().response, "elsewhere");
  EXPECT_EQ(peer.connections(), 2);
}

TEST(Peer, GoawayLetsStreamsUpToTheLastFinish) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t first = c.read_request();
    if (c.number() == 1) {
      c.answer(first, "new connection");
      return c.read_to_end();
    }
    c.read_request();
    c.goaway(first, no_error);
    c.answer(first, "old connection");
    c.read_to_end();
  });
  TestClient client(peer.port());
  auto first = client.start("/test/Echo", "1");
  auto second = client.start("/test/Echo", "2");
  EXPECT_EQ(first.get().response, "old connection");
  EXPECT_EQ(second.get().response, "new connection");
  EXPECT_EQ(peer.connections(), 2);
}

TEST(Peer, WordsOfAGoawayReachTheCallThatItKills) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t) {
    peer.goaway(1, calm, "too_many_pings");
    peer.hang_up();
  }));
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("too_many_pings"));
  EXPECT_FALSE(outcome.unprocessed);
}

TEST(Peer, ConnectionLostInACallIsUnavailableAndTheNextCallConnectsAnew) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    if (c.number() == 0) return;
    c.answer(stream, "back");
    c.read_to_end();
  });
  TestClient client(peer.port());
  const Outcome lost = client.echo();
  EXPECT_EQ(lost.status.code(), Code::unavailable);
  EXPECT_TRUE(lost.by_transport);
  EXPECT_FALSE(lost.unprocessed);
  EXPECT_EQ(client.echo().response, "back");
}

TEST(Peer, GarbageEndsTheConnectionAtOnce) {
  const Outcome outcome = call_of([](PeerConnection& peer) {
    peer.send("\x01\x02\x03 this is not HTTP/2 at all, whatever else it may be");
    peer.read_to_end();
  });
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_TRUE(outcome.by_transport);
}

TEST(Peer, Http1ServerIsNamed) {
  const Outcome outcome = call_of([](PeerConnection& peer) {
    peer.read();
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("HTTP/1"));
}

TEST(Peer, TlsServerIsNamed) {
  const Outcome outcome = call_of([](PeerConnection& peer) {
    peer.read();
    peer.send(std::string("\x15\x03\x01\x00\x02\x02\x46", 7));
  });
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("https://"));
}

TEST(Peer, BadHeaderCompressionEndsTheConnection) {
  const Outcome outcome = call_of(after_request([](PeerConnection& peer, int32_t stream) {
    // Index 126 of a table of 61 entries.
    peer.send_frame(testing::frame::headers, testing::frame::end_headers, stream, "\xfe");
  }));
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_TRUE(outcome.by_transport);
}

TEST(Peer, AnswerOverTheLimitIsRefusedAndTheConnectionKept) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.answer(c.read_request(), std::string(2000, 'x'));
    c.answer(c.read_request(), "small");
    c.read_to_end();
  });
  Http2Options options = quick(local(peer.port()));
  options.max_response_bytes = 1000;
  TestClient client(options);
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::resource_exhausted);
  EXPECT_TRUE(outcome.by_transport);
  EXPECT_EQ(client.echo().response, "small");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, HeadersOverTheLimitAreRefusedAndTheConnectionKept) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    for (int i = 0; i < 8; ++i) {
      c.headers(stream, {{":status", "103"}, {"x", std::string(10'000, 'x')}});
    }
    c.answer(c.read_request(), "small");
    c.read_to_end();
  });
  TestClient client(peer.port());
  EXPECT_EQ(client.echo().status.code(), Code::resource_exhausted);
  EXPECT_EQ(client.echo().response, "small");
}

TEST(Peer, EarlyRefusalOfAnUploadEndsTheCallAndKeepsTheConnection) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    while (auto frame = c.read_frame()) {
      if (frame->type == testing::frame::headers) {
        c.headers(frame->stream,
                  {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "8"}},
                  true);
      }
      if (frame->type == testing::frame::rst_stream) break;
    }
    // The connection's window is used up by what came of the first upload.
    c.send_frame(testing::frame::window_update, 0, 0, testing::big_endian(1 << 20, 4));
    c.answer(c.read_request(), "small");
    c.read_to_end();
  });
  TestClient client(peer.port());
  // More than the window that the peer never opens.
  const Outcome outcome = client.echo(std::string(1 << 20, 'x'));
  EXPECT_EQ(outcome.status.code(), Code::resource_exhausted);
  EXPECT_FALSE(outcome.by_transport);
  EXPECT_EQ(client.echo().response, "small");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, SilentServerIsGivenUp) {
  Http2Options options;
  FramePeer peer([](PeerConnection& c) { c.read_to_end(); });
  options = quick(local(peer.port()));
  options.connect_timeout = milliseconds(100);
  TestClient client(options);
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("did not speak HTTP/2"));
  EXPECT_EQ(client.transport().state(), ConnectionState::failing);
  // It was written, so nobody knows.
  EXPECT_FALSE(outcome.unprocessed);
}

TEST(Peer, KeepaliveNoticesADeadServer) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.read_request();
    while (c.read_frame()) {
    }
  });
  Http2Options options = quick(local(peer.port()));
  options.keepalive_interval = milliseconds(20);
  options.keepalive_timeout = milliseconds(50);
  TestClient client(options);
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("ping"));
}

TEST(Peer, PingsKeepAWaitingCallAlive) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    int pings = 0;
    while (pings < 3) {
      auto frame = c.read_frame();
      if (!frame) return;
      if (frame->type != testing::frame::ping) continue;
      ++pings;
      c.send_frame(testing::frame::ping, testing::frame::ack, 0, frame->payload);
    }
    c.answer(stream, "after three pings");
    c.read_to_end();
  });
  Http2Options options = quick(local(peer.port()));
  options.keepalive_interval = milliseconds(5);
  TestClient client(options);
  EXPECT_EQ(client.echo().response, "after three pings");
}

TEST(Peer, CallsOverTheServersLimitWaitForRoom) {
  FramePeer peer([](PeerConnection& c) {
    constexpr uint16_t max_concurrent_streams = 3;
    c.open({{max_concurrent_streams, 2}});
    while (const int32_t stream = c.read_request()) c.answer(stream, "ok");
  });
  TestClient client(peer.port());
  EXPECT_EQ(client.echo().response, "ok");
  std::vector<std::future<Outcome>> calls;
  for (int i = 0; i < 50; ++i) calls.push_back(client.start("/test/Echo", "x"));
  for (auto& call : calls) EXPECT_EQ(call.get().response, "ok");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, CancelledCallIsReportedOnceAndTheServerTold) {
  std::promise<void> reset;
  FramePeer peer([&](PeerConnection& c) {
    c.open();
    c.read_request();
    auto frame = c.read_frame();
    while (frame && frame->type != testing::frame::rst_stream) frame = c.read_frame();
    reset.set_value();
    c.read_to_end();
  });
  TestClient client(peer.port());
  auto outcome = client.start("/test/Echo", "x");
  client.transport().cancel(client.last());
  client.transport().cancel(client.last());
  EXPECT_EQ(outcome.get().status.code(), Code::cancelled);

  auto sent = client.start("/test/Echo", "x", milliseconds(100));
  EXPECT_EQ(sent.get().status.code(), Code::deadline_exceeded);
  reset.get_future().get();
}

TEST(Peer, DeadlineEndsTheCallAndKeepsTheConnection) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.read_request();
    c.answer(c.read_request(), "second");
    c.read_to_end();
  });
  TestClient client(peer.port());
  const Outcome late = client.call("/test/Echo", "x", milliseconds(50));
  EXPECT_EQ(late.status.code(), Code::deadline_exceeded);
  EXPECT_FALSE(late.unprocessed);
  EXPECT_EQ(client.echo().response, "second");
  EXPECT_EQ(peer.connections(), 1);
}

TEST(Peer, StreamDeliversWhatCameBeforeTheConnectionBroke) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    c.begin_answer(stream);
    for (int i = 0; i < 20; ++i) c.data(stream, std::string("\0\0\0\0\3row", 8));
  });
  TestClient client(peer.port());
  const auto rows = client.open("/test/Rows", "");
  std::string row;
  for (int i = 0; i < 20; ++i) {
    const auto more = rows->next(row, testing::in(testing::long_time));
    ASSERT_TRUE(more.ok() && *more) << i << ": " << more.status().to_string();
    EXPECT_EQ(row, "row");
  }
  EXPECT_EQ(rows->next(row, testing::in(testing::long_time)).status().code(), Code::unavailable);
}

TEST(Peer, StreamOutlivesItsTransport) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.begin_answer(c.read_request());
    c.read_to_end();
  });
  TestClient client(peer.port());
  const auto rows = client.open("/test/Rows", "");
  client.close();
  std::string row;
  EXPECT_EQ(rows->next(row, testing::in(testing::long_time)).status().code(), Code::cancelled);
}

}  // namespace
}  // namespace clogs::send
