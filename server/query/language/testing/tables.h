// One-line cases for the parser's tests: text in, canonical text or error out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "server/query/language/canonical.h"
#include "server/query/language/parse.h"

namespace clogs::query::testing {

// 2026-11-23T09:00:00Z, a Monday.
constexpr int64_t now = 1'795'424'400'000'000'000;

struct Case {
  std::string_view in;
  std::string_view want;
};

inline Result<Query> read(std::string_view text, Syntax syntax = Syntax::edn,
                          const Params& params = {}) {
  return parse(text, syntax, params, now);
}

// The canonical text, or the failure.
inline std::string canonical_of(std::string_view text, Syntax syntax = Syntax::edn,
                                const Params& params = {}) {
  Result<Query> query = read(text, syntax, params);
  return query.ok() ? canonical_text(*query) : query.status().to_string();
}

// ":clogs/unknown-operator [:where 0]", or the canonical text.
inline std::string failure_of(std::string_view text, Syntax syntax = Syntax::edn,
                              const Params& params = {}) {
  Result<Query> query = read(text, syntax, params);
  if (query.ok()) return canonical_text(*query);
  Result<edn::Value> details = edn::read_value(query.status().details());
  if (!details.ok()) return query.status().to_string();
  bool refused = query.status().code() == Code::unimplemented;
  EXPECT_EQ(refused, details->find("code")->is_keyword("clogs/not-implemented")) << text;
  return edn::print(*details->find("code")) + " " + edn::print(*details->find("path"));
}

// A query with `clause` under `key`.
inline std::string under(std::string_view key, std::string_view clause) {
  return "{:" + std::string(key) + " " + std::string(clause) + "}";
}

// Each clause under `key` gives `want` there in canonical form ("" where it is left out), and that
// reads back as the same query.
inline void expect_clauses(std::string_view key, const std::vector<Case>& cases) {
  for (const Case& it : cases) {
    Result<Query> query = read(under(key, it.in));
    ASSERT_TRUE(query.ok()) << it.in << ": " << query.status().to_string();
    edn::Value printed = canonical(*query);
    const edn::Value* found = printed.find(key);
    EXPECT_EQ(found ? edn::print_canonical(*found) : "", it.want) << it.in;
    Result<Query> again = read(canonical_text(*query));
    ASSERT_TRUE(again.ok()) << canonical_text(*query) << ": " << again.status().to_string();
    EXPECT_TRUE(same_meaning(*query, *again)) << it.in;
  }
}

inline void expect_clause_failures(std::string_view key, const std::vector<Case>& cases) {
  for (const Case& it : cases) EXPECT_EQ(failure_of(under(key, it.in)), it.want) << it.in;
}

inline void expect_queries(const std::vector<Case>& cases, Syntax syntax = Syntax::edn) {
  for (const Case& it : cases) EXPECT_EQ(canonical_of(it.in, syntax), it.want) << it.in;
}

inline void expect_failures(const std::vector<Case>& cases, Syntax syntax = Syntax::edn) {
  for (const Case& it : cases) EXPECT_EQ(failure_of(it.in, syntax), it.want) << it.in;
}

}  // namespace clogs::query::testing
