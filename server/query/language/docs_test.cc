// Every example of docs/query.md that is marked edn or json is a query that reads.
#include <fstream>
#include <sstream>

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

struct Example {
  std::string language;
  std::string text;
};

std::vector<Example> examples() {
  std::ifstream file(CLOGS_SOURCE_DIR "/docs/query.md");
  std::vector<Example> out;
  std::string line;
  bool inside = false;
  while (std::getline(file, line)) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) out.push_back({line.substr(3), ""});
    } else if (inside) {
      out.back().text += line + "\n";
    }
  }
  return out;
}

TEST(Docs, ExamplesRead) {
  size_t read_examples = 0;
  std::vector<std::string> canonical;
  for (const Example& it : examples()) {
    if (it.language != "edn" && it.language != "json") continue;
    Result<Query> query = read(it.text, it.language == "json" ? Syntax::json : Syntax::edn);
    EXPECT_TRUE(query.ok()) << it.text << query.status().to_string();
    if (query.ok()) canonical.push_back(canonical_text(*query));
    ++read_examples;
  }
  ASSERT_GE(read_examples, 10U);
  EXPECT_EQ(canonical[canonical.size() - 1], canonical[canonical.size() - 2]);
}

}  // namespace
}  // namespace clogs::query::testing
