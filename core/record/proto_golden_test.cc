// The vectors of proto/golden, which the tests of every language read.
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "core/record/proto_codec.h"

namespace clogs::record {
namespace {

struct Vector {
  std::string name;
  std::string wire;
  std::string edn;   // empty for a refused one
  std::string code;  // empty for an accepted one
  bool canonical = false;
};

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string text_of(const edn::Value& line, std::string_view key) {
  const edn::Value* value = line.find(key);
  return value == nullptr ? "" : value->text();
}

std::vector<Vector> read_vectors() {
  std::ifstream file(CLOGS_SOURCE_DIR "/proto/golden/records.jsonl");
  std::vector<Vector> vectors;
  edn::JsonReader reader;
  for (std::string text; std::getline(file, text);) {
    edn::Tape tape;
    const Status status = reader.read(text, tape);
    EXPECT_TRUE(status.ok()) << status.to_string();
    const edn::Value line = edn::Value::from(tape.root());
    const edn::Value* canonical = line.find("canonical");
    vectors.push_back({.name = text_of(line, "name"),
                       .wire = bytes_of_hex(text_of(line, "hex")),
                       .edn = text_of(line, "edn"),
                       .code = text_of(line, "code"),
                       .canonical = canonical != nullptr && canonical->truth()});
  }
  return vectors;
}

TEST(ProtoGoldenTest, DecodeToTheirEdnOrAreRefused) {
  const std::vector<Vector> vectors = read_vectors();
  ASSERT_GT(vectors.size(), 30u);
  for (const Vector& vector : vectors) {
    edn::Tape tape;
    const Status status = decode_record(vector.wire, tape);
    if (vector.code.empty()) {
      ASSERT_TRUE(status.ok()) << vector.name << ": " << status.to_string();
      EXPECT_EQ(edn::print(tape.root()), vector.edn) << vector.name;
    } else {
      ASSERT_FALSE(status.ok()) << vector.name;
      EXPECT_TRUE(status.details().starts_with("{:code :" + vector.code))
          << vector.name << ": " << status.details();
    }
  }
}

TEST(ProtoGoldenTest, EncodeToTheSameBytesWhereTheyAreCanonical) {
  size_t canonical = 0;
  for (const Vector& vector : read_vectors()) {
    if (!vector.canonical) continue;
    ++canonical;
    edn::Tape tape;
    ASSERT_TRUE(edn::read_one(vector.edn, tape).ok()) << vector.name;
    std::string wire;
    ASSERT_TRUE(encode_record(tape.root(), wire).ok()) << vector.name;
    EXPECT_EQ(wire, vector.wire) << vector.name;
  }
  EXPECT_GT(canonical, 15u);
}

}  // namespace
}  // namespace clogs::record
