#include "core/encode/testing/random_wire.h"

#include <array>
#include <bit>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/proto_codec.h"
#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs::encode::testing {

namespace schema = record::schema;
namespace wire = record::wire;

std::string text_value(std::string_view text, uint32_t kind) {
  std::string bytes;
  wire::put_bytes(kind, text, bytes);
  return bytes;
}

namespace {

std::string field_body(std::string_view key, std::string_view value) {
  std::string body;
  wire::put_bytes(schema::field_key, key, body);
  wire::put_bytes(schema::field_value, value, body);
  return body;
}

std::string message(uint32_t number, std::string_view body) {
  std::string bytes;
  wire::put_bytes(number, body, bytes);
  return bytes;
}

}  // namespace

std::string field(std::string_view key, std::string_view value) {
  return message(schema::record_fields, field_body(key, value));
}

std::string RandomWire::text() {
  constexpr std::array<std::string_view, 16> parts = {
      "a",      "warn",
      "\xFF",   "\xE2\x82",
      "1.5",    "2026-11-23T20:25:57Z",
      "\x01",   " ",
      "a@b.de", "12N",
      "secret", "4111 1111 1111 1111",
      "é",      ":",
      "/",      "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"};
  std::string out;
  for (size_t left = below(4); left > 0; --left) out += parts[below(parts.size())];
  if (below(60) == 0) out.append(below(6000), 'x');
  return out;
}

std::string RandomWire::key() {
  constexpr std::array<std::string_view, 20> keys = {"a",
                                                     "b",
                                                     "k",
                                                     "message",
                                                     "level",
                                                     "timestamp",
                                                     "tags",
                                                     "exception",
                                                     "host",
                                                     "clogs/id",
                                                     "clogs/",
                                                     "trace-id",
                                                     "trace_id",
                                                     "password",
                                                     "attr.host",
                                                     "http.request",
                                                     "a b",
                                                     "",
                                                     "attr.shortened",
                                                     "user_token"};
  return below(6) == 0 ? text() : std::string(keys[below(keys.size())]);
}

std::string RandomWire::collection(int depth) {
  const size_t kind = 12 + below(5);
  std::string body;
  const size_t size = below(5);
  if (kind == 16) {
    body = message(schema::tagged_tag, below(2) == 0 ? "my/tag" : text()) +
           message(schema::tagged_value, value(depth - 1));
  } else {
    for (size_t i = 0; i < size; ++i) {
      body += message(1, kind == 15 ? entry(depth - 1) : value(depth - 1));
    }
  }
  return message(static_cast<uint32_t>(kind), body);
}

std::string RandomWire::value(int depth) {
  if (depth > 0 && below(3) == 0) return collection(depth);
  std::string bytes;
  switch (below(9)) {
    case 0:
      return bytes;
    case 1:
      wire::put_tag(1, wire::varint, bytes);
      wire::put_varint(below(3), bytes);
      return bytes;
    case 2:
      wire::put_tag(2, wire::varint, bytes);
      wire::put_varint(random_(), bytes);
      return bytes;
    case 3:
      wire::put_fixed64(3, random_(), bytes);
      return bytes;
    case 4:
      wire::put_tag(8, wire::varint, bytes);
      wire::put_varint(below(0x120000), bytes);
      return bytes;
    case 5:
      wire::put_fixed64(9, random_(), bytes);
      return bytes;
    case 6:
      return text_value(text(),
                        static_cast<uint32_t>(below(2) == 0 ? 10 + below(2) : 5 + below(3)));
    case 7: {
      edn::Tape tape;
      const std::string printed = edn::print(legal_.value(2));
      if (edn::read_one(printed, tape).ok()) record::encode_value(tape.root(), bytes);
      return bytes;
    }
    default:
      return text_value(text());
  }
}

std::string RandomWire::entry(int depth) {
  if (below(8) != 0) return field_body(key(), value(depth));
  return message(schema::field_other_key, value(depth)) +
         (below(3) == 0 ? "" : message(schema::field_value, value(depth)));
}

void RandomWire::damage(std::string& bytes) {
  if (bytes.empty()) return;
  if (below(2) == 0) {
    bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
  } else {
    bytes.resize(below(bytes.size()));
  }
}

std::string RandomWire::record() {
  std::string bytes;
  for (uint32_t number = 2; number <= 9; ++number) {
    for (size_t times = below(8) == 0 ? 2 : below(2); times > 0; --times) {
      wire::put_bytes(number, text(), bytes);
    }
  }
  if (below(3) == 0) wire::put_fixed64(1, random_() >> below(3), bytes);
  const int depth = static_cast<int>(below(8));
  for (size_t left = below(6) == 0 ? below(40) : below(6); left > 0; --left) {
    bytes += message(schema::record_fields, entry(depth));
  }
  if (below(10) == 0) bytes += message(100, "unknown");
  if (below(12) == 0) damage(bytes);
  return bytes;
}

}  // namespace clogs::encode::testing
