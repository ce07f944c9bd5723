// testdata/cases/*.jsonl: one case a line, [input, form, form ...] with the forms as typed JSON, or
// [input, "refused"] where some form of the input must not be read.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/typed_json.h"

namespace clogs::edn {
namespace {

const std::filesystem::path data_folder =
    std::filesystem::path(CLOGS_SOURCE_DIR) / "core" / "edn" / "testdata";

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// JSON text without its white space.
std::string compact(std::string_view json) {
  JsonReader reader;
  Tape tape;
  Status status = reader.read(json, tape);
  std::string out;
  if (status.ok()) write_json(tape.root(), out);
  return status.ok() ? out : status.to_string();
}

// The forms of a text as compact typed JSON, or "refused".
std::string read_all(std::string_view text) {
  Reader reader(text);
  std::string out;
  for (;;) {
    Tape tape;
    switch (reader.next(tape)) {
      case Reader::Outcome::end:
        return out;
      case Reader::Outcome::error:
        return "refused";
      case Reader::Outcome::form:
        break;
    }
    std::string typed;
    write_typed_json(tape.root(), typed);
    out += compact(typed) + "\n";
  }
}

std::string wanted_of(View line) {
  std::string wanted;
  for (auto it = ++line.begin(); it != line.end(); ++it) {
    if ((*it).is(Kind::string)) return std::string((*it).text());
    write_json(*it, wanted);
    wanted += '\n';
  }
  return wanted;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, ReadAsStated) {
  std::string text = file_text(data_folder / "cases" / (GetParam() + ".jsonl"));
  std::istringstream lines(text);
  std::string line;
  size_t count = 0;
  for (; std::getline(lines, line); ++count) {
    JsonReader reader;
    Tape tape;
    ASSERT_TRUE(reader.read(line, tape).ok()) << line;
    EXPECT_EQ(read_all((*tape.root().begin()).text()), wanted_of(tape.root())) << line;
  }
  EXPECT_GT(count, 50u);
}

INSTANTIATE_TEST_SUITE_P(Edn, Cases,
                         testing::Values("numbers", "strings", "names", "collections", "tags",
                                         "blanks"),
                         [](const auto& which) { return which.param; });

// What the fuzzers start from, and what they once found.
TEST(Corpus, ReadsPrintsAndReadsBack) {
  size_t forms = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder / "corpus" / "edn")) {
    std::string text = file_text(entry.path());
    Reader reader(text);
    for (;;) {
      Tape tape;
      Reader::Outcome outcome = reader.next(tape);
      if (outcome == Reader::Outcome::end) break;
      if (outcome == Reader::Outcome::error) {
        reader.skip_line();
        continue;
      }
      ++forms;
      std::string printed = print(tape.root());
      Tape again;
      ASSERT_TRUE(read_one(printed, again).ok()) << printed;
      EXPECT_TRUE(equal(tape.root(), again.root())) << printed;
    }
  }
  EXPECT_GT(forms, 10u);
}

}  // namespace
}  // namespace clogs::edn
