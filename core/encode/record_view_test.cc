#include "clogs/record_view.h"

#include <gtest/gtest.h>

#include "clogs/record_writer.h"

namespace clogs {
namespace {

TEST(RecordViewTest, TextsAreFoundByTheirKeys) {
  RecordWriter writer;
  writer.field("user", "ann");
  writer.field("n", 1);
  writer.field("empty", "");
  writer.message("hello");
  const RecordView view(writer.bytes());
  EXPECT_EQ(view.text("message"), "hello");
  EXPECT_EQ(view.text("user"), "ann");
  EXPECT_EQ(view.text("empty"), "");
  EXPECT_EQ(view.text("n"), std::nullopt);
  EXPECT_EQ(view.text("host"), std::nullopt);
  EXPECT_EQ(view.to_edn(), R"({:message "hello" :user "ann" :n 1 :empty ""})");
}

TEST(RecordViewTest, BytesThatAreNoRecordHaveNoKeys) {
  const RecordView view("\xFF\xFF\x01");
  EXPECT_EQ(view.text("message"), std::nullopt);
  EXPECT_EQ(view.text("a"), std::nullopt);
  EXPECT_EQ(view.to_edn(), "");
}

}  // namespace
}  // namespace clogs
