// The vectors of proto/golden/redaction.jsonl, which the tests of every language read.
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "core/encode/admission.h"
#include "core/encode/redactor.h"
#include "core/record/proto_codec.h"

namespace clogs::encode {
namespace {

TEST(RedactionGoldenTest, EachRecordIsCensoredAsItsVectorSays) {
  std::ifstream file(CLOGS_SOURCE_DIR "/proto/golden/redaction.jsonl");
  edn::JsonReader reader;
  size_t vectors = 0;
  for (std::string text; std::getline(file, text); ++vectors) {
    edn::Tape tape;
    ASSERT_TRUE(reader.read(text, tape).ok()) << text;
    const edn::View line = tape.root();
    const std::string_view name = line.find("name").text();
    Options options;
    const edn::View settings = line.find("options");
    for (auto at = settings.begin(); at != settings.end(); ++at) {
      const std::string_view option = (*at).text();
      const Status set = options.set(option, (*++at).text());
      ASSERT_TRUE(set.ok()) << name << ": " << set.to_string();
    }
    edn::Tape record;
    ASSERT_TRUE(edn::read_one(line.find("edn").text(), record).ok()) << name;
    std::string bytes;
    ASSERT_TRUE(record::encode_record(record.root(), bytes).ok()) << name;

    std::string mended;
    Mended counts;
    const Verdict verdict = Admission(options).admit(bytes, mended, counts);
    ASSERT_NE(verdict, Verdict::refused) << name;
    edn::Tape sent;
    ASSERT_TRUE(record::decode_record(verdict == Verdict::as_is ? bytes : mended, sent).ok())
        << name;
    EXPECT_EQ(edn::print(sent.root()), line.find("want").text()) << name;
    EXPECT_EQ(static_cast<int64_t>(counts.redacted), line.find("redacted").as_int64()) << name;
  }
  EXPECT_GT(vectors, 30u);
}

std::string censored(std::string_view patterns, std::string_view text) {
  Options options;
  EXPECT_TRUE(options.set("redact_values", patterns).ok());
  options.redact_censor = "#";
  std::string out;
  Redactor(options).append_censored(text, out);
  return out;
}

// Each of these took time in the square of its length with a search that tries every start anew.
TEST(RedactionTest, LongTextsThatNearlyMatchAreReadOnce) {
  constexpr size_t length = 1 << 20;
  for (char byte : {'4', 'a', '@'}) {
    const std::string text(length, byte);
    EXPECT_EQ(censored("credit_card,jwt,bearer,email,ab*,a*b*c", text), text);
  }
  std::string groups;
  while (groups.size() < length) groups += "1 ";
  EXPECT_EQ(censored("credit_card", groups), groups);
  std::string cards;
  while (cards.size() < length) cards += "4111111111111111 ";
  EXPECT_EQ(censored("credit_card,email", cards).size(), cards.size() / 17 * 2);
  std::string heads;
  while (heads.size() < length) heads += "eyJ";
  EXPECT_EQ(censored("jwt", heads), heads);
  std::string bearers;
  while (bearers.size() < length) bearers += "bearer ";
  EXPECT_EQ(censored("bearer", bearers), bearers);
}

TEST(RedactionTest, APatternOfStarsAloneIsIgnored) { EXPECT_EQ(censored("*,**", "abc"), "abc"); }

TEST(RedactionTest, FindingsThatOverlapAreCensoredOnce) {
  EXPECT_EQ(censored("ab,bc", "abc ab bc"), "#c # #");
  EXPECT_EQ(censored("a*,*z", "a..z"), "#");
}

}  // namespace
}  // namespace clogs::encode
