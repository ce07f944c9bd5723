#include "server/ingest/exception_text.h"

#include <gtest/gtest.h>

#include "server/ingest/trace_line.h"

namespace clogs::ingest {
namespace {

TEST(ExceptionTextTest, AMessageOfSeveralLinesIsWhole) {
  const auto found = find_exception("a.BException: one\ntwo\n\tat a.B.c(B.java:1)");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, "a.BException");
  EXPECT_EQ(found->message, "one\ntwo");
}

TEST(ExceptionTextTest, WhatIsNotClearlyOneIsNone) {
  for (std::string_view text :
       {"", "one line: a.BException: x", "no header\n\tat a.B.c(B.java:1)", "\tat a.B.c(B.java:1)",
        "a.BException: x\n  and more",
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f"}) {
    EXPECT_FALSE(find_exception(text)) << text;
  }
}

TEST(TraceLineTest, Headers) {
  EXPECT_EQ(trace_header("java.io.IOException").type, "java.io.IOException");
  EXPECT_EQ(trace_header("a.B$CException: x: y").message, "x: y");
  EXPECT_EQ(trace_header("Uncaught TypeError: x").type, "TypeError");
  EXPECT_EQ(trace_header("Error [CODE]: x").message, "x");
  for (std::string_view line : {"", "error: x", "ERROR: x", "an Error: x", "java.io.File: x",
                                "a.BException x", "Exception in thread \"", "Error [CODE"}) {
    EXPECT_FALSE(trace_header(line)) << line;
  }
  EXPECT_EQ(trace_header_inside("x - a.BException: y").type, "a.BException");
  EXPECT_EQ(python_header("KeyboardInterrupt").type, "KeyboardInterrupt");
  EXPECT_EQ(python_header("a.b.C: x").message, "x");
  EXPECT_FALSE(python_header("two words"));
}

TEST(TraceLineTest, Links) {
  EXPECT_TRUE(is_java_link("\t... 12 more"));
  EXPECT_TRUE(is_java_link("... 3 common frames omitted"));
  EXPECT_FALSE(is_java_link("... and more"));
  EXPECT_TRUE(is_go_line("main.(*T).f(0x1, {0x2, 0x3})"));
  EXPECT_FALSE(is_go_line("a sentence. (really)"));
  EXPECT_TRUE(is_closer("});"));
  EXPECT_FALSE(is_closer(""));
}

}  // namespace
}  // namespace clogs::ingest
