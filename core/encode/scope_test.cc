#include "clogs/scope.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "clogs/record_writer.h"
#include "core/edn/printer.h"
#include "core/record/proto_codec.h"

namespace clogs {
namespace {

std::string context() {
  RecordWriter writer;
  Scope::write(writer);
  edn::Tape tape;
  EXPECT_TRUE(record::decode_record(writer.bytes(), tape).ok());
  return edn::print(tape.root());
}

TEST(ScopeTest, WithoutAScopeNothingIsWritten) { EXPECT_EQ(context(), "{}"); }

TEST(ScopeTest, AnInnerFieldHidesAnOuterOneUntilItsScopeEnds) {
  const Scope outer{{"tenant", "acme"}, {"user", "ann"}};
  {
    const Scope inner{{"user", "bob"}, {"job", "7"}};
    EXPECT_EQ(context(), R"({:job "7" :user "bob" :tenant "acme"})");
  }
  EXPECT_EQ(context(), R"({:user "ann" :tenant "acme"})");
}

TEST(ScopeTest, TheTextIsKeptByTheScope) {
  std::string tenant = "acme";
  const Scope scope{{"tenant", tenant}};
  tenant = "other";
  EXPECT_EQ(context(), R"({:tenant "acme"})");
}

TEST(ScopeTest, AScopeIsSeenByItsThreadOnly) {
  const Scope scope{{"tenant", "acme"}};
  std::string elsewhere;
  std::thread([&] { elsewhere = context(); }).join();
  EXPECT_EQ(elsewhere, "{}");
}

}  // namespace
}  // namespace clogs
