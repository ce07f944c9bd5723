#include "clogs/status.h"

#include <cerrno>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "clogs/result.h"

namespace clogs {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return invalid_argument("odd", "{:number 3}");
  return number / 2;
}

Result<int> quarter(int number) {
  CLOGS_ASSIGN_OR_RETURN(int halved, half(number));
  CLOGS_ASSIGN_OR_RETURN(int quartered, half(halved));
  return quartered;
}

Status check_even(int number) {
  CLOGS_RETURN_IF_ERROR(half(number).status());
  return ok_status();
}

TEST(Status, OkIsEmpty) {
  Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), Code::ok);
  EXPECT_EQ(status.message(), "");
  EXPECT_EQ(status.to_string(), "ok");
  EXPECT_TRUE(status.with_context("anything").ok());
}

TEST(Status, FailureKeepsSentenceAndData) {
  Status status = invalid_argument("odd", "{:number 3}").with_context("halving");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.to_string(), "invalid-argument: halving: odd");
  EXPECT_EQ(status.details(), "{:number 3}");
}

TEST(Status, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= 16; ++code) names.insert(code_name(static_cast<Code>(code)));
  EXPECT_EQ(names.size(), 17u);
}

TEST(Status, ConstructorsGiveTheirCodes) {
  EXPECT_EQ(not_found("x").code(), Code::not_found);
  EXPECT_EQ(failed_precondition("x").code(), Code::failed_precondition);
  EXPECT_EQ(resource_exhausted("x").code(), Code::resource_exhausted);
  EXPECT_EQ(out_of_range("x").code(), Code::out_of_range);
  EXPECT_EQ(unavailable("x").code(), Code::unavailable);
  EXPECT_EQ(unimplemented("x").code(), Code::unimplemented);
  EXPECT_EQ(internal_error("x").code(), Code::internal);
  EXPECT_EQ(data_loss("x").code(), Code::data_loss);
}

TEST(Status, ErrnoChoosesTheCode) {
  EXPECT_EQ(errno_status(ENOSPC, "write").code(), Code::unavailable);
  EXPECT_EQ(errno_status(ENOENT, "open").code(), Code::not_found);
  EXPECT_EQ(errno_status(EACCES, "open").code(), Code::permission_denied);
  EXPECT_EQ(errno_status(EEXIST, "mkdir").code(), Code::already_exists);
  EXPECT_EQ(errno_status(EIO, "read").code(), Code::unknown);
  EXPECT_EQ(errno_status(ENOENT, "open x").message(), "open x: No such file or directory");
}

TEST(Result, HoldsAValueOrAFailure) {
  EXPECT_EQ(*quarter(12), 3);
  EXPECT_EQ(quarter(6).status().message(), "odd");
  EXPECT_TRUE(check_even(2).ok());
  EXPECT_EQ(check_even(3).details(), "{:number 3}");
}

}  // namespace
}  // namespace clogs
