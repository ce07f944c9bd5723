// EDN and JSON: one map, the rows in the middle, so that they can be sent before their number is
// known: {:success true :columns .. :data [..] :count ..}.
#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "server/query/format/trailer.h"
#include "server/query/format/writer.h"

namespace clogs::query {
namespace {

using edn::Value;

Value columns_of(const Header& header) {
  if (!header.has_columns) return Value::nil();
  Value columns = Value::vector({});
  for (const std::string& name : header.columns) {
    columns.push_back(edn::is_keyword_name(name) ? Value::keyword(name) : Value::string(name));
  }
  return columns;
}

class MapFormatter final : public Formatter {
 public:
  MapFormatter(bool json, Write write) : json_(json), writer_(std::move(write)) {}

  Status begin(const Header& header) override {
    header_ = header;
    std::string& out = writer_.buffer();
    out += json_ ? "{\"success\":true,\"columns\":" : "{:success true :columns ";
    append(columns_of(header));
    out += json_ ? ",\"data\":[" : " :data [";
    return ok_status();
  }

  Status row(edn::View row) override {
    std::string& out = writer_.buffer();
    if (!first_) out += json_ ? "," : " ";
    first_ = false;
    if (json_) {
      edn::write_json(row, out);
    } else {
      edn::print(row, out);
    }
    return writer_.flush_if_full();
  }

  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    std::string& out = writer_.buffer();
    out += "]";
    const Value rest = trailer_value(header_, trailer);
    for (size_t i = 0; i < rest.items().size(); i += 2) {
      out += json_ ? "," : " ";
      append(json_ ? Value::string(rest[i].text()) : rest[i]);
      out += json_ ? ":" : " ";
      append(rest[i + 1]);
    }
    out += "}";
    return writer_.flush();
  }

  const Trailer& trailer() const override { return trailer_; }

 private:
  void append(const Value& value) {
    if (json_) {
      edn::write_json(value, writer_.buffer());
    } else {
      edn::print(value, writer_.buffer());
    }
  }

  bool json_;
  PieceWriter writer_;
  Header header_;
  Trailer trailer_;
  bool first_ = true;
};

class NdjsonFormatter final : public Formatter {
 public:
  explicit NdjsonFormatter(Write write) : writer_(std::move(write)) {}
  Status begin(const Header&) override { return ok_status(); }
  Status row(edn::View row) override {
    edn::write_json(row, writer_.buffer());
    writer_.buffer().push_back('\n');
    return writer_.flush_if_full();
  }
  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    return writer_.flush();
  }
  const Trailer& trailer() const override { return trailer_; }

 private:
  PieceWriter writer_;
  Trailer trailer_;
};

}  // namespace

std::unique_ptr<Formatter> make_edn_formatter(Write write) {
  return std::make_unique<MapFormatter>(false, std::move(write));
}

std::unique_ptr<Formatter> make_json_formatter(Write write) {
  return std::make_unique<MapFormatter>(true, std::move(write));
}

std::unique_ptr<Formatter> make_ndjson_formatter(Write write) {
  return std::make_unique<NdjsonFormatter>(std::move(write));
}

}  // namespace clogs::query
