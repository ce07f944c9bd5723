#include "core/encode/exception.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/record/proto_codec.h"

namespace clogs::encode {
namespace {

std::string fields_of(const std::exception& exception) {
  RecordWriter writer;
  write_exception(exception, writer);
  edn::Tape tape;
  EXPECT_TRUE(record::decode_record(writer.bytes(), tape).ok());
  return edn::print(tape.root());
}

void nest(int depth) {
  try {
    if (depth > 0) nest(depth - 1);
    throw std::out_of_range("innermost");
  } catch (...) {
    std::throw_with_nested(std::runtime_error("level " + std::to_string(depth)));
  }
}

TEST(ExceptionTest, AnExceptionHasItsTypeAndMessage) {
  EXPECT_EQ(fields_of(std::invalid_argument("no")),
            R"({:exception.type "std::invalid_argument" :exception.message "no"})");
}

TEST(ExceptionTest, NestedExceptionsAreItsCauses) {
  try {
    nest(1);
    FAIL();
  } catch (const std::exception& caught) {
    const std::string fields = fields_of(caught);
    EXPECT_NE(fields.find(R"(:exception.message "level 1")"), std::string::npos) << fields;
    EXPECT_NE(fields.find(R"(:message "level 0"} {:type "std::out_of_range")"), std::string::npos)
        << fields;
  }
}

TEST(ExceptionTest, ACauseThatIsNoExceptionHasItsType) {
  try {
    try {
      throw 17;
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  } catch (const std::exception& caught) {
    EXPECT_NE(fields_of(caught).find(R"(:exception.causes [{:type "int" :message ""}])"),
              std::string::npos);
  }
}

TEST(ExceptionTest, AChainOfCausesEnds) {
  try {
    nest(100);
    FAIL();
  } catch (const std::exception& caught) {
    const std::string fields = fields_of(caught);
    EXPECT_NE(fields.find("level 84"), std::string::npos);
    EXPECT_EQ(fields.find("level 83"), std::string::npos);
  }
}

}  // namespace
}  // namespace clogs::encode
