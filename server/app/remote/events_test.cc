#include "server/app/remote/events.h"

#include <vector>

#include <gtest/gtest.h>

namespace clogs::app::remote {
namespace {

std::vector<std::string> events_of(std::string_view bytes, size_t step) {
  std::vector<std::string> seen;
  EventReader reader([&](const Event& event) {
    seen.push_back(event.name + "|" + event.data);
    return ok_status();
  });
  for (size_t at = 0; at < bytes.size(); at += step) {
    EXPECT_TRUE(reader.feed(bytes.substr(at, step)).ok());
  }
  return seen;
}

constexpr std::string_view stream =
    ": following\n\nid: 1\ndata: {:a 1}\n\nevent: dropped\ndata: {\"dropped\":3}\n\n"
    "data: one\r\ndata:two\r\n\r\n: heartbeat\n\ndata: unfinished\n";

TEST(RemoteEvents, AreTheSameHoweverTheBytesAreCut) {
  const std::vector<std::string> expected = {"|{:a 1}", "dropped|{\"dropped\":3}", "|one\ntwo"};
  for (size_t step = 1; step <= stream.size(); ++step) EXPECT_EQ(events_of(stream, step), expected);
}

TEST(RemoteEvents, AFailureOfTheTakerEndsTheStream) {
  EventReader reader([](const Event&) { return Status(Code::cancelled, "enough"); });
  EXPECT_EQ(reader.feed("data: 1\n\ndata: 2\n\n").message(), "enough");
}

TEST(RemoteEvents, ALineWithoutEndIsRefused) {
  EventReader reader([](const Event&) { return ok_status(); });
  const std::string megabyte(1 << 20, 'x');
  Status status;
  for (int i = 0; i < 20 && status.ok(); ++i) status = reader.feed(megabyte);
  EXPECT_EQ(status.code(), Code::out_of_range);
}

}  // namespace
}  // namespace clogs::app::remote
