// The closer look at a record: writes it anew so that every server stores it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/encode/admission.h"
#include "core/encode/distinct.h"
#include "core/encode/redactor.h"
#include "core/record/limits.h"
#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs::encode {

// For one record. Its rules:
//   a key that is no keyword           becomes a string key
//   a known key with a value of another type, a reserved key, or the key of a typed field that is
//   there too                          becomes attr.<key>
//   a key or an element of a set twice the first counts
//   text that is not UTF-8             U+FFFD for each wrong part
//   a number, #inst, #uuid, keyword, symbol or character that is none: its text
//   a tag that is none                 the vector [tag value]
//   deeper than the limit              "[too deep]"
//   more keys or bytes than the limit  the last ones are left out, and attr.shortened says so
class Mender {
 public:
  struct Rules {
    const record::Limits& limits;
    const Redactor& redactor;
    uint32_t censored_typed;
  };

  // Texts, keys and values are shortened and left out so that they take about `budget` bytes.
  Mender(const Rules& rules, size_t budget, Mended& counts)
      : limits_(rules.limits),
        redactor_(rules.redactor),
        censored_typed_(rules.censored_typed),
        budget_(budget),
        counts_(counts) {}

  // Appends the record. False: the bytes are no clogs.v1.Record, or it has no entry.
  bool record(std::string_view wire, std::string& out);

 private:
  using Places = Redactor::Places;

  struct Parts {
    std::string_view key;
    std::string_view other_key;
    std::string_view value;
  };
  // A key in the form in which it will be sent.
  struct Key {
    enum class Form : uint8_t { keyword, string, value };
    Form form = Form::keyword;
    std::string text;  // of a value its wire bytes
  };

  bool typed_keys(std::string_view wire, std::string& out);
  bool typed_time(uint64_t bits, std::string& out);
  void typed_text(unsigned number, std::string_view text, std::string& out);
  bool fields(std::string_view wire, std::string& out);
  void put_marks(std::string& out);
  static bool split_field(std::string_view bytes, Parts& parts);
  bool field(uint32_t number, std::string_view bytes, size_t depth, const Places& places,
             Distinct& distinct, std::string& out);
  bool read_key(const Parts& parts, size_t depth, Key& key);
  void rename_known(Key& key, std::string_view value);
  static bool add_key(const Key& key, Distinct& distinct);
  static void put_field(uint32_t number, const Key& key, std::string_view value, std::string& out);
  bool value(std::string_view bytes, size_t depth, const Places& places, std::string& out);
  bool one_value(record::schema::ValueField kind, record::wire::Tag tag,
                 record::wire::Walker& walker, size_t depth, const Places& places,
                 std::string& out);
  void scalar(record::schema::ValueField kind, uint64_t bits, std::string& out);
  void text_value(record::schema::ValueField kind, std::string_view text, std::string& out);
  bool items(record::schema::ValueField kind, std::string_view bytes, size_t depth,
             const Places& places, std::string& out);
  bool map(std::string_view bytes, size_t depth, const Places& places, std::string& out);
  bool tagged(std::string_view bytes, size_t depth, const Places& places, std::string& out);

  std::string mended_text(std::string_view text);
  std::string shortened(std::string text);
  void put_string(std::string_view text, std::string& out);
  void put_censor(std::string& out);
  bool full() const { return spent_ >= budget_; }
  void leave_out() { ++left_out_; }

  const record::Limits& limits_;
  const Redactor& redactor_;
  uint32_t censored_typed_;
  size_t budget_;
  Mended& counts_;
  uint32_t seen_ = 0;  // bit n: typed field n was there
  bool moved_time_ = false;
  uint64_t time_bits_ = 0;  // of a typed time that is no timestamp
  Distinct top_;
  size_t keys_ = 0;
  size_t spent_ = 0;
  size_t left_out_ = 0;
  bool cut_ = false;
  bool in_key_ = false;  // keys are mended, not searched for secrets
};

}  // namespace clogs::encode
