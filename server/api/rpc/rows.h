// A query's answer as the messages of QueryResponse: a header, blocks of rows, a trailer.
#pragma once

#include <cstdint>
#include <string>

#include "server/api/calls.h"
#include "server/api/rpc/columns.h"
#include "server/query/engine.h"

namespace clogs::api::rpc {

enum class RowFormat : uint8_t { columns, edn, json };

// One row as text, without a line break.
void print_row(RowFormat format, edn::View row, std::string& out);

class RowWriter final : public query::RowSink {
 public:
  // `writer` outlives it.
  RowWriter(RowFormat format, StreamWriter& writer);

  Status begin(const query::Header& header) override;
  Status row(edn::View row) override;
  Status end(const query::Trailer& trailer) override;

  uint64_t rows() const { return rows_; }

 private:
  Status flush();
  Status send(std::string message);

  const RowFormat format_;
  StreamWriter& writer_;
  ColumnBlock columns_;
  std::string text_;
  size_t text_rows_ = 0;
  uint64_t rows_ = 0;
};

}  // namespace clogs::api::rpc
