#include "server/api/rpc/rows.h"

#include <utility>

#include "clogs/v1/query.pb.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/record/wire.h"
#include "server/api/rpc/limits.h"

namespace clogs::api::rpc {
namespace {

namespace wire = record::wire;

// Fields of clogs.v1.Rows.
uint32_t field_of(RowFormat format) {
  switch (format) {
    case RowFormat::columns:
      return clogs::v1::Rows::kColumnsFieldNumber;
    case RowFormat::edn:
      return clogs::v1::Rows::kEdnFieldNumber;
    case RowFormat::json:
      return clogs::v1::Rows::kJsonFieldNumber;
  }
  return clogs::v1::Rows::kEdnFieldNumber;
}

}  // namespace

void print_row(RowFormat format, edn::View row, std::string& out) {
  if (format == RowFormat::json) return edn::write_json(row, out);
  edn::print(row, out);
}

RowWriter::RowWriter(RowFormat format, StreamWriter& writer) : format_(format), writer_(writer) {}

Status RowWriter::begin(const query::Header& header) {
  std::vector<std::string> names = header.columns;
  clogs::v1::QueryResponse response;
  response.mutable_header()->set_canonical(header.canonical);
  response.mutable_header()->set_hash(header.hash);
  for (const std::string& column : names) response.mutable_header()->add_columns(column);
  if (header.has_columns) columns_.set_names(std::move(names));
  return send(response.SerializeAsString());
}

Status RowWriter::row(edn::View row) {
  ++rows_;
  if (format_ == RowFormat::columns) {
    columns_.add(row);
  } else {
    print_row(format_, row, text_);
    text_.push_back('\n');
    ++text_rows_;
  }
  const bool full = columns_.bytes() >= row_block_bytes || columns_.rows() >= row_block_rows ||
                    text_.size() >= row_block_bytes;
  return full ? flush() : ok_status();
}

Status RowWriter::end(const query::Trailer& trailer) {
  CLOGS_RETURN_IF_ERROR(flush());
  clogs::v1::QueryResponse response;
  auto* out = response.mutable_trailer();
  out->set_count(trailer.count);
  if (trailer.total) out->set_total(*trailer.total);
  out->set_total_is_exact(trailer.total_exact);
  out->set_next(trailer.next);
  out->set_prev(trailer.prev);
  for (const std::string& column : trailer.approx) out->add_approx(column);
  out->set_partial(trailer.partial);
  for (const std::string& warning : trailer.warnings) out->add_warnings(warning);
  out->set_as_of_unix_nanos(trailer.as_of_nanos);
  out->set_digest(trailer.digest);
  out->mutable_stats()->set_scanned_rows(trailer.scanned_rows);
  out->mutable_stats()->set_scanned_bytes(trailer.scanned_bytes);
  out->mutable_stats()->set_took_ms(trailer.took_ms);
  return send(response.SerializeAsString());
}

Status RowWriter::flush() {
  std::string body;
  size_t count = text_rows_;
  if (format_ == RowFormat::columns) {
    count = columns_.rows();
    if (count > 0) columns_.take(body);
  } else {
    body.swap(text_);
    text_rows_ = 0;
  }
  if (count == 0) return {};
  std::string rows;
  rows.reserve(body.size() + 32);
  wire::put_bytes(field_of(format_), body, rows);
  wire::put_tag(clogs::v1::Rows::kCountFieldNumber, wire::varint, rows);
  wire::put_varint(count, rows);
  std::string message;
  message.reserve(rows.size() + 16);
  wire::put_bytes(clogs::v1::QueryResponse::kRowsFieldNumber, rows, message);
  return send(std::move(message));
}

Status RowWriter::send(std::string message) {
  if (writer_.write(std::move(message))) return {};
  return Status(Code::cancelled, "The client went away or stopped reading");
}

}  // namespace clogs::api::rpc
