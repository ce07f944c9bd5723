#include "server/api/auth.h"

#include <gtest/gtest.h>

namespace clogs::api {
namespace {

const Authorizer& keys() {
  static const Authorizer authorizer({{"app", "s3cret", right_ingest},
                                      {"reader", "r3ader", right_query},
                                      {"root", "t0p", all_rights}});
  return authorizer;
}

TEST(Auth, WithoutKeysEverybodyMayDoEverything) {
  const Result<Principal> who = Authorizer().authorize("", all_rights);
  ASSERT_TRUE(who.ok());
  EXPECT_EQ(who->tenant, "default");
  EXPECT_EQ(who->rights, all_rights);
}

TEST(Auth, KnownKeyGetsItsRights) {
  const Result<Principal> who = keys().authorize("Bearer s3cret", right_ingest);
  ASSERT_TRUE(who.ok());
  EXPECT_EQ(who->key, "app");
  EXPECT_EQ(who->rights, right_ingest);
  EXPECT_TRUE(keys().authorize("bearer   s3cret ", right_ingest).ok());
  EXPECT_TRUE(keys().authorize("BEARER t0p", right_admin).ok());
}

TEST(Auth, UnknownCredentialIsUnauthenticated) {
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer  ", "Bearer s3cre", "Bearer s3cretx",
                             "Basic s3cret", "s3cret", "Bearers3cret"}) {
    EXPECT_EQ(keys().authorize(header, right_ingest).status().code(), Code::unauthenticated)
        << header;
  }
}

TEST(Auth, MissingRightIsDeniedAndNamed) {
  const Status status = keys().authorize("Bearer s3cret", right_query).status();
  EXPECT_EQ(status.code(), Code::permission_denied);
  EXPECT_EQ(status.message(), "The API key 'app' has no right to query");
  EXPECT_EQ(status.details(), "{:code :clogs/missing-right :needed :query}");
  EXPECT_EQ(keys().authorize("Bearer r3ader", right_ingest).status().code(),
            Code::permission_denied);
}

}  // namespace
}  // namespace clogs::api
