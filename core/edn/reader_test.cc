#include "core/edn/reader.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"

namespace clogs::edn {
namespace {

// Reads one form and prints it.
std::string round(std::string_view text) {
  Tape tape;
  Status status = read_one(text, tape);
  return status.ok() ? print(tape.root()) : status.to_string();
}

std::string refused(std::string_view text) {
  Tape tape;
  Status status = read_one(text, tape);
  return status.ok() ? "read as " + print(tape.root()) : status.message();
}

TEST(Reader, PrintsBackWhatItRead) {
  for (std::string_view text : {"nil",
                                "true",
                                "false",
                                "0",
                                "-0",
                                "+1",
                                "123456789012345678901234567890",
                                "5N",
                                "1.",
                                "1.50",
                                "-2.5e-10",
                                "1.50M",
                                "1/3",
                                "\"a b\"",
                                "\"\\n\\t\\\"\\\\\"",
                                ":a",
                                ":a/b",
                                "sym",
                                "a/b",
                                "/",
                                "()",
                                "[]",
                                "{}",
                                "#{}",
                                "(1 [2 {3 #{4}}])",
                                "\\a",
                                "\\newline",
                                "##Inf",
                                "##-Inf",
                                "##NaN",
                                "#inst \"2026-11-23T14:05:09.123456789Z\"",
                                "#uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"",
                                "#my/tag [1 2]"}) {
    EXPECT_EQ(round(text), text);
  }
}

TEST(Reader, ErrorsSayWhere) {
  EXPECT_EQ(refused("{:a 1 ]"), "line 1, column 7: unmatched delimiter ], expected }");
  EXPECT_EQ(refused("\n [1\n  \xC3\xA4 }"), "line 3, column 5: unmatched delimiter }, expected ]");
}

TEST(Reader, ErrorDetailsAreData) {
  Tape tape;
  EXPECT_EQ(read_one("{:a 1 ]", tape).details(),
            "{:line 1 :column 7 :found \"]\" :expected \"}\"}");
}

TEST(Reader, ReadsFormAfterForm) {
  std::string_view text = "{:a 1}\n{:b 2} ; the last\n";
  Reader reader(text);
  Tape tape;
  ASSERT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.offset(), 6u);
  tape.clear();
  ASSERT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.form_offset(), 7u);
  EXPECT_EQ(print(tape.root()), "{:b 2}");
  EXPECT_EQ(reader.next(tape), Reader::Outcome::end);
}

TEST(Reader, GoesOnAfterABadLine) {
  std::string_view text = "{:a 1}\n{:b ]\n{:c 3\n{:d 4}\n";
  Reader reader(text);
  std::string good;
  int bad = 0;
  for (;;) {
    Tape tape;
    Reader::Outcome outcome = reader.next(tape);
    if (outcome == Reader::Outcome::end) break;
    if (outcome == Reader::Outcome::error) {
      ++bad;
      EXPECT_TRUE(tape.empty());
      reader.skip_line();
    } else {
      good += print(tape.root());
    }
  }
  EXPECT_EQ(good, "{:a 1}{:d 4}");
  EXPECT_EQ(bad, 2);
}

}  // namespace
}  // namespace clogs::edn
