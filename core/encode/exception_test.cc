#include "core/encode/exception.h"

#include <stdexcept>
#include <string>
#include <utility>

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

// Names longer than what is remembered, and more of them.
template <int n>
struct AnExceptionWithANameThatIsTooLongToBeRememberedByItsThread : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <int... n>
void expect_names(std::integer_sequence<int, n...>) {
  for (int round = 0; round < 2; ++round) {
    const std::string names[] = {
        fields_of(AnExceptionWithANameThatIsTooLongToBeRememberedByItsThread<n>("x"))...};
    for (size_t i = 0; i < std::size(names); ++i) {
      EXPECT_NE(names[i].find("Thread<" + std::to_string(i) + ">"), std::string::npos) << names[i];
    }
  }
}

TEST(ExceptionTest, EveryTypeHasItsOwnNameHoweverManyThereAre) {
  expect_names(std::make_integer_sequence<int, 8>());
  for (int round = 0; round < 2; ++round) {
    EXPECT_NE(fields_of(std::logic_error("")).find("std::logic_error"), std::string::npos);
    EXPECT_NE(fields_of(std::runtime_error("")).find("std::runtime_error"), std::string::npos);
    EXPECT_NE(fields_of(std::out_of_range("")).find("std::out_of_range"), std::string::npos);
    EXPECT_NE(fields_of(std::range_error("")).find("std::range_error"), std::string::npos);
    EXPECT_NE(fields_of(std::domain_error("")).find("std::domain_error"), std::string::npos);
  }
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
