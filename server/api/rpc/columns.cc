#include "server/api/rpc/columns.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "core/record/proto_codec.h"
#include "core/record/wire.h"

namespace clogs::api::rpc {
namespace {

namespace wire = record::wire;
using edn::Kind;
using edn::View;

// Fields of clogs.v1.Column.
enum ColumnField : uint32_t {
  name = 1,
  present = 2,
  ints = 3,
  doubles = 4,
  strings = 5,
  instants = 6,
  values_any = 7,
};

std::string name_of(View key) {
  switch (key.kind()) {
    case Kind::keyword:
    case Kind::string:
      return std::string(key.text());
    default:
      return edn::print(key);
  }
}

std::optional<int64_t> inst_nanos(View value) {
  const Result<Instant> instant = parse_inst(value.text());
  return instant.ok() ? instant->to_nanos() : std::nullopt;
}

// The one type that holds every value of the column; values_any where there is none.
ColumnField type_of(const std::vector<View>& values) {
  std::optional<ColumnField> type;
  for (const View value : values) {
    if (!value) continue;
    ColumnField own = values_any;
    if (value.is(Kind::integer) && value.as_int64()) own = ints;
    if (value.is(Kind::floating)) own = doubles;
    if (value.is(Kind::string)) own = strings;
    if (value.is(Kind::inst) && inst_nanos(value)) own = instants;
    if (type && *type != own) return values_any;
    type = own;
  }
  return type.value_or(values_any);
}

uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

void put_raw64(uint64_t value, std::string& out) {
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// Appends one value to the message Ints, Doubles, ... (packed where it is packed).
void put_value(ColumnField type, View value, std::string& out) {
  switch (type) {
    case ints:
      return wire::put_varint(zigzag(value.as_int64().value_or(0)), out);
    case doubles:
      return put_raw64(std::bit_cast<uint64_t>(value.as_double().value_or(0)), out);
    case strings:
      return wire::put_bytes(1, value.text(), out);
    case instants:
      return put_raw64(static_cast<uint64_t>(inst_nanos(value).value_or(0)), out);
    default: {
      std::string item;
      record::encode_value(value, item);
      return wire::put_bytes(1, item, out);
    }
  }
}

void put_column(std::string_view column_name, const std::vector<View>& values, std::string& out) {
  wire::put_bytes(name, column_name, out);
  std::string bits((values.size() + 7) / 8, '\0');
  bool all = true;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i]) {
      bits[i / 8] = static_cast<char>(static_cast<uint8_t>(bits[i / 8]) | 1U << (i % 8));
    } else {
      all = false;
    }
  }
  if (!all) wire::put_bytes(present, bits, out);
  const ColumnField type = type_of(values);
  std::string body;
  for (const View value : values) {
    if (value) put_value(type, value, body);
  }
  const bool packed = type == ints || type == doubles || type == instants;
  if (!packed) return wire::put_bytes(type, body, out);
  std::string message;
  if (!body.empty()) wire::put_bytes(1, body, message);
  wire::put_bytes(type, message, out);
}

}  // namespace

void ColumnBlock::add(View row) {
  const size_t start = tape_.size();
  row_starts_.push_back(start);
  tape_.copy_deep(row);
  for (size_t i = start; i < tape_.size(); ++i) {
    const View value = tape_.at(i);
    bytes_ += 8 + (edn::is_collection(value.kind()) ? 0 : value.text().size());
  }
}

// The column of `key`, which is likely the one at `guess`: rows are alike.
ColumnBlock::Column& ColumnBlock::column_of(View key, size_t guess) {
  if (guess < columns_.size() && key.is(Kind::keyword) && columns_[guess].name == key.text()) {
    return columns_[guess];
  }
  std::string column = name_of(key);
  const auto [it, fresh] = index_.try_emplace(column, columns_.size());
  if (fresh) columns_.push_back({std::move(column), {}});
  return columns_[it->second];
}

void ColumnBlock::spread() {
  columns_.clear();
  index_.clear();
  for (const std::string& column : names_) {
    index_.emplace(column, columns_.size());
    columns_.push_back({column, {}});
  }
  for (size_t row = 0; row < rows(); ++row) {
    const View view = tape_.at(row_starts_[row]);
    size_t position = 0;
    for (auto it = view.begin(); it != view.end(); ++position) {
      const View key = *it;
      const View value = *++it;
      ++it;
      std::vector<View>& values = column_of(key, position).values;
      values.resize(row + 1);
      values[row] = value;
    }
  }
  for (Column& column : columns_) column.values.resize(rows());
}

void ColumnBlock::take(std::string& wire) {
  spread();
  wire::put_tag(1, wire::varint, wire);
  wire::put_varint(rows(), wire);
  std::string column_wire;
  for (const Column& column : columns_) {
    column_wire.clear();
    put_column(column.name, column.values, column_wire);
    wire::put_bytes(2, column_wire, wire);
  }
  columns_.clear();
  row_starts_.clear();
  tape_.clear();
  bytes_ = 0;
}

}  // namespace clogs::api::rpc
