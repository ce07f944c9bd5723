// Records, fields and keys; values are in mend_value.cc.
#include "core/encode/mender.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/edn/tape.h"
#include "core/edn/token.h"
#include "core/encode/message.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"

namespace clogs::encode {
namespace {

namespace schema = record::schema;
namespace wire = record::wire;
using schema::ValueField;

constexpr std::string_view renamed_prefix = "attr.";
constexpr std::string_view shortened_key = "attr.shortened";

}  // namespace

bool Mender::record(std::string_view bytes, std::string& out) {
  const size_t before = out.size();
  if (!typed_keys(bytes, out) || !fields(bytes, out)) return false;
  put_marks(out);
  if (cut_ || left_out_ > 0) ++counts_.shortened;
  return out.size() > before;
}

// The typed keys come first, wherever they stand: fields give way to them.
bool Mender::typed_keys(std::string_view bytes, std::string& out) {
  wire::Walker walker(bytes);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return false;
    if (tag.field == schema::record_fields && tag.type != wire::bytes) return false;
    if (tag.field > schema::typed_keys.size()) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    const bool twice = (seen_ >> tag.field & 1) != 0;
    if (twice) ++counts_.duplicate_fields;
    if (tag.field == schema::record_timestamp) {
      uint64_t bits = 0;
      if (tag.type != wire::fixed64 || !walker.read_fixed64(bits)) return false;
      if (!twice && !typed_time(bits, out)) continue;
    } else {
      std::string_view text;
      if (tag.type != wire::bytes || !walker.read_bytes(text)) return false;
      if (!twice) typed_text(tag.field, text, out);
    }
    seen_ |= 1u << tag.field;
  }
  return true;
}

// False: it is no timestamp, and goes among the fields.
bool Mender::typed_time(uint64_t bits, std::string& out) {
  const auto nanos = static_cast<int64_t>(bits);
  if (nanos < record::min_timestamp_nanos || nanos > record::max_timestamp_nanos) {
    if (std::exchange(moved_time_, true)) {
      ++counts_.duplicate_fields;
    } else {
      time_bits_ = bits;
    }
    return false;
  }
  ++keys_;
  top_.add_keyword(schema::typed_keys[0]);
  wire::put_fixed64(schema::record_timestamp, bits, out);
  return true;
}

void Mender::typed_text(unsigned number, std::string_view text, std::string& out) {
  ++keys_;
  top_.add_keyword(schema::typed_keys[number - 1]);
  if ((censored_typed_ >> number & 1) != 0) {
    ++counts_.redacted;
    wire::put_bytes(number, redactor_.censor(), out);
  } else {
    wire::put_bytes(number, shortened(mended_text(text)), out);
  }
}

bool Mender::fields(std::string_view bytes, std::string& out) {
  if (moved_time_) {
    ++counts_.renamed_fields;
    const Key key{.text = std::string(renamed_prefix).append(schema::typed_keys[0])};
    std::string value;
    wire::put_fixed64(static_cast<uint32_t>(ValueField::inst_nanos), time_bits_, value);
    ++keys_;
    if (add_key(key, top_)) put_field(schema::record_fields, key, value, out);
  }
  const Places places = redactor_.top();
  wire::Walker walker(bytes);
  wire::Tag tag;
  std::string_view content;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return false;
    if (tag.field != schema::record_fields) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    if (!walker.read_bytes(content)) return false;
    if (!field(schema::record_fields, content, 1, places, top_, out)) return false;
  }
  return true;
}

void Mender::put_marks(std::string& out) {
  if (left_out_ == 0) return;
  const Key key{.text = std::string(shortened_key)};
  if (!add_key(key, top_)) return;
  std::string value;
  wire::put_bytes(static_cast<uint32_t>(ValueField::string),
                  std::to_string(left_out_) + " keys and elements left out", value);
  put_field(schema::record_fields, key, value, out);
}

bool Mender::split_field(std::string_view bytes, Parts& parts) {
  wire::Walker walker(bytes);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return false;
    if (tag.field > schema::field_value) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    std::string_view& part = tag.field == schema::field_key         ? parts.key
                             : tag.field == schema::field_other_key ? parts.other_key
                                                                    : parts.value;
    if (tag.type != wire::bytes || part.data() != nullptr || !walker.read_bytes(part)) return false;
  }
  return (parts.key.data() == nullptr) != (parts.other_key.data() == nullptr);
}

// `depth` is that of the map around the field, `places` those of the map.
bool Mender::field(uint32_t number, std::string_view bytes, size_t depth, const Places& places,
                   Distinct& distinct, std::string& out) {
  Parts parts;
  if (!split_field(bytes, parts)) return false;
  // One key is kept for the mark.
  if (full() || keys_ + 1 >= limits_.max_keys) {
    leave_out();
    return true;
  }
  ++keys_;
  Key key;
  const bool outer = std::exchange(in_key_, true);
  const bool readable = read_key(parts, depth, key);
  in_key_ = outer;
  if (!readable) return false;
  const bool named = key.form != Key::Form::value;
  Places below;
  bool censored = named && redactor_.censors_key(key.text);
  if (named && !places.empty()) censored |= redactor_.step(places, key.text, below);
  std::string value;
  if (censored && !parts.value.empty()) {
    put_censor(value);
  } else if (!this->value(parts.value, depth, below, value)) {
    return false;
  }
  if (depth == 1 && named) rename_known(key, value);
  if (add_key(key, distinct)) {
    put_field(number, key, value, out);
  } else {
    ++counts_.duplicate_fields;
  }
  return true;
}

bool Mender::read_key(const Parts& parts, size_t depth, Key& key) {
  if (parts.key.data() != nullptr) {
    key.text = shortened(mended_text(parts.key));
    key.form = edn::is_keyword_name(key.text) ? Key::Form::keyword : Key::Form::string;
    return true;
  }
  if (!value(parts.other_key, depth, {}, key.text)) return false;
  key.form = Key::Form::value;
  // What is a keyword or a string as a value is the same key as if it were sent as one.
  edn::Tape tape;
  if (!record::decode_value(key.text, tape, record::Limits{}.max_depth + 1).ok()) return false;
  const edn::View read = tape.root();
  if (read.is(edn::Kind::keyword) || read.is(edn::Kind::string)) {
    key.form = read.is(edn::Kind::keyword) ? Key::Form::keyword : Key::Form::string;
    key.text = std::string(read.text());
  }
  return true;
}

void Mender::rename_known(Key& key, std::string_view value) {
  if (!record::is_known_key(key.text)) return;
  const auto typed = std::ranges::find(schema::typed_keys, key.text);
  const auto slot = static_cast<size_t>(typed - schema::typed_keys.begin());
  const bool taken = key.form == Key::Form::keyword && typed != schema::typed_keys.end() &&
                     (seen_ >> (slot + 1) & 1) != 0;
  edn::Tape tape;
  const bool fits = record::decode_value(value, tape).ok() &&
                    record::key_fit(key.text, tape.root()) == record::KeyFit::fits;
  if (fits && !taken) return;
  ++counts_.renamed_fields;
  key.text.insert(0, renamed_prefix);
  if (key.form == Key::Form::keyword && !edn::is_keyword_name(key.text)) {
    key.form = Key::Form::string;
  }
}

bool Mender::add_key(const Key& key, Distinct& distinct) {
  switch (key.form) {
    case Key::Form::keyword:
      return distinct.add_keyword(key.text);
    case Key::Form::string:
      return distinct.add_string(key.text);
    case Key::Form::value:
      return distinct.add_value(key.text);
  }
  return false;
}

void Mender::put_field(uint32_t number, const Key& key, std::string_view value, std::string& out) {
  put_message(number, out, [&] {
    if (key.form == Key::Form::keyword) {
      wire::put_bytes(schema::field_key, key.text, out);
    } else if (key.form == Key::Form::value) {
      wire::put_bytes(schema::field_other_key, key.text, out);
    } else {
      put_message(schema::field_other_key, out, [&] {
        wire::put_bytes(static_cast<uint32_t>(ValueField::string), key.text, out);
      });
    }
    wire::put_bytes(schema::field_value, value, out);
  });
}

}  // namespace clogs::encode
