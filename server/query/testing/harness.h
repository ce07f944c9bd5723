// A vocabulary for tests of queries: an engine over lines in memory, and answers as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "server/query/engine.h"
#include "server/query/testing/memory_store.h"

namespace clogs::query::testing {

inline int64_t at(std::string_view rfc3339) {
  return parse_rfc3339(rfc3339).value().to_nanos().value();
}

struct Collected final : RowSink {
  Status status;
  Header header;
  Trailer trailer;
  std::vector<std::string> rows;  // as EDN

  Status begin(const Header& given) override {
    header = given;
    return ok_status();
  }
  Status row(edn::View view) override {
    rows.push_back(edn::print(view));
    return ok_status();
  }
  Status end(const Trailer& given) override {
    trailer = given;
    return ok_status();
  }
  // All rows in brackets, so that a test compares one text.
  std::string text() const {
    std::string all = "[";
    for (const std::string& row : rows) all += (all.size() > 1 ? " " : "") + row;
    return all + "]";
  }
};

// Records arrive at 2026-11-23T12:00:00Z and each batch a second later; the clock says 13:00.
class QueryTest : public ::testing::Test {
 protected:
  static constexpr std::string_view start = "2026-11-23T12:00:00Z";

  explicit QueryTest(Options options = {.threads = 2}) : engine(store, &store, clock, options) {}

  // Records as EDN maps, one a line; a batch of its own.
  void add(std::string_view lines, std::string stream = "logs", std::string tenant = "default") {
    std::string text(lines);
    if (!text.empty() && text.back() != '\n') text.push_back('\n');
    store.append(text, at(start) + batches++ * 1'000'000'000, std::move(stream), std::move(tenant));
  }

  Collected run(std::string_view text, Syntax syntax = Syntax::edn, const Params& params = {}) {
    Collected collected;
    auto prepared = engine.prepare(text, syntax, params);
    if (!prepared.ok()) {
      collected.status = prepared.status();
      return collected;
    }
    collected.status = engine.run(**prepared, "default", collected);
    return collected;
  }
  // The rows, or the failure's sentence.
  std::string rows(std::string_view text, Syntax syntax = Syntax::edn) {
    const Collected collected = run(text, syntax);
    return collected.status.ok() ? collected.text() : collected.status.message();
  }
  // The :n of the records that match, in order, as "1 2 5".
  std::string matching(std::string_view where) {
    const Collected found =
        run("{:where " + std::string(where) + " :select [:n] :order-by [[:n :asc]] :limit 10000}");
    if (!found.status.ok()) return found.status.message();
    std::string all;
    for (const std::string& row : found.rows) {
      if (!all.empty()) all += " ";
      all += row.size() > 5 ? row.substr(4, row.size() - 5) : row;  // {:n 1}
    }
    return all;
  }

  MemoryStore store;
  ManualClock clock{at("2026-11-23T13:00:00Z")};
  Engine engine;
  int64_t batches = 0;
};

}  // namespace clogs::query::testing
