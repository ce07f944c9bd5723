// Queries and tails: messages of proto/clogs/v1/query.proto, walked by hand.
#include "clogs/query.h"

#include <utility>

#include "clogs/client.h"
#include "core/client/batch.h"
#include "core/client/impl.h"
#include "core/edn/reader.h"
#include "core/record/proto_codec.h"
#include "core/record/wire.h"

namespace clogs {
namespace {

namespace wire = record::wire;

// QueryRequest and TailRequest.
constexpr uint32_t request_query = 1;
constexpr uint32_t request_syntax = 2;
constexpr uint32_t request_format = 3;
constexpr uint32_t request_params = 4;
constexpr uint64_t syntax_edn = 1;
constexpr uint64_t syntax_json = 2;
constexpr uint64_t format_edn = 2;
constexpr uint64_t format_json = 3;
constexpr uint32_t entry_key = 1;
constexpr uint32_t entry_value = 2;
// QueryResponse.
constexpr uint32_t response_header = 1;
constexpr uint32_t response_rows = 2;
constexpr uint32_t response_trailer = 3;
// Rows.
constexpr uint32_t rows_edn = 2;
constexpr uint32_t rows_json = 3;
// TailResponse.
constexpr uint32_t tail_record = 2;
constexpr uint32_t tail_dropped = 3;

Status malformed() { return internal_error("the server's answer is not what this client knows"); }

// Calls `take(tag, walker)` for each field; it reads the value, or says false for bytes that are
// wrong.
template <typename Take>
bool walk(std::string_view message, Take take) {
  wire::Walker walker(message);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag) || !take(tag, walker)) return false;
  }
  return true;
}

bool read_text(wire::Walker& walker, std::string& out) {
  std::string_view bytes;
  if (!walker.read_bytes(bytes)) return false;
  out = bytes;
  return true;
}
bool add_text(wire::Walker& walker, std::vector<std::string>& out) {
  out.emplace_back();
  return read_text(walker, out.back());
}
bool read_flag(wire::Walker& walker, bool& out) {
  uint64_t value = 0;
  if (!walker.read_varint(value)) return false;
  out = value != 0;
  return true;
}

bool read_header(std::string_view message, QuerySummary& summary) {
  return walk(message, [&](wire::Tag tag, wire::Walker& walker) {
    if (tag.type != wire::bytes) return walker.skip(tag);
    switch (tag.field) {
      case 1:
        return read_text(walker, summary.canonical);
      case 2:
        return read_text(walker, summary.hash);
      case 3:
        return add_text(walker, summary.columns);
      default:
        return walker.skip(tag);
    }
  });
}

bool read_trailer_number(wire::Tag tag, wire::Walker& walker, QuerySummary& summary) {
  uint64_t value = 0;
  switch (tag.field) {
    case 1:
      return walker.read_varint(summary.count);
    case 2:
      if (!walker.read_varint(value)) return false;
      summary.total = value;
      return true;
    case 3:
      return read_flag(walker, summary.total_is_exact);
    case 7:
      return read_flag(walker, summary.partial);
    default:
      return walker.skip(tag);
  }
}

bool read_trailer(std::string_view message, QuerySummary& summary) {
  return walk(message, [&](wire::Tag tag, wire::Walker& walker) {
    if (tag.type == wire::varint) return read_trailer_number(tag, walker, summary);
    if (tag.type == wire::fixed64 && tag.field == 9) {
      uint64_t nanos = 0;
      if (!walker.read_fixed64(nanos)) return false;
      summary.as_of_unix_nanos = static_cast<int64_t>(nanos);
      return true;
    }
    if (tag.type != wire::bytes) return walker.skip(tag);
    switch (tag.field) {
      case 4:
        return read_text(walker, summary.next);
      case 5:
        return read_text(walker, summary.prev);
      case 6:
        return add_text(walker, summary.approx);
      case 8:
        return add_text(walker, summary.warnings);
      default:
        return walker.skip(tag);
    }
  });
}

Result<std::string> encode_request(const QueryRequest& request) {
  std::string body;
  wire::put_bytes(request_query, request.text, body);
  wire::put_tag(request_syntax, wire::varint, body);
  wire::put_varint(request.json_syntax ? syntax_json : syntax_edn, body);
  wire::put_tag(request_format, wire::varint, body);
  wire::put_varint(request.rows == RowFormat::edn ? format_edn : format_json, body);
  for (const auto& [name, text] : request.params) {
    edn::Tape tape;
    const Status read = edn::read_one(text, tape);
    if (!read.ok()) return read.with_context("the query's parameter " + name);
    std::string value;
    record::encode_value(tape.root(), value);
    std::string entry;
    wire::put_bytes(entry_key, name, entry);
    wire::put_bytes(entry_value, value, entry);
    wire::put_bytes(request_params, entry, body);
  }
  return client::message_of(body);
}

send::TimePoint after(std::chrono::nanoseconds wait) {
  constexpr std::chrono::hours longest{24 * 365};
  if (wait <= wait.zero()) return send::TimePoint::max();
  return std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(wait, longest);
}

}  // namespace

struct Rows::Impl {
  std::unique_ptr<send::MessageStream> stream;
  bool is_tail = false;
  QuerySummary summary;
  uint64_t dropped = 0;

  // Whether `lines` holds rows now; of a message that holds none, false.
  Result<bool> read(std::string_view message, std::string& lines);
  bool read_rows(std::string_view rows, std::string& lines);
  bool read_record(std::string_view message, std::string& lines);
};

bool Rows::Impl::read_rows(std::string_view rows, std::string& lines) {
  return walk(rows, [&](wire::Tag tag, wire::Walker& walker) {
    const bool is_text = tag.field == rows_edn || tag.field == rows_json;
    return is_text && tag.type == wire::bytes ? read_text(walker, lines) : walker.skip(tag);
  });
}

bool Rows::Impl::read_record(std::string_view message, std::string& lines) {
  return walk(message, [&](wire::Tag tag, wire::Walker& walker) {
    if (tag.field == tail_record && tag.type == wire::bytes) return read_text(walker, lines);
    if (tag.field != tail_dropped || tag.type != wire::varint) return walker.skip(tag);
    uint64_t count = 0;
    if (!walker.read_varint(count)) return false;
    dropped += count;
    return true;
  });
}

Result<bool> Rows::Impl::read(std::string_view message, std::string& lines) {
  lines.clear();
  const bool good = is_tail ? read_record(message, lines)
                            : walk(message, [&](wire::Tag tag, wire::Walker& walker) {
                                std::string_view part;
                                if (tag.type != wire::bytes) return walker.skip(tag);
                                if (!walker.read_bytes(part)) return false;
                                switch (tag.field) {
                                  case response_header:
                                    return read_header(part, summary);
                                  case response_rows:
                                    return read_rows(part, lines);
                                  case response_trailer:
                                    return read_trailer(part, summary);
                                  default:
                                    return true;
                                }
                              });
  if (!good) return malformed();
  if (lines.empty()) return false;
  if (lines.back() != '\n') lines.push_back('\n');
  return true;
}

Rows::Rows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

Result<bool> Rows::next(std::string& lines, std::chrono::nanoseconds wait) {
  const send::TimePoint until = after(wait);
  std::string message;
  for (;;) {
    CLOGS_ASSIGN_OR_RETURN(const bool more, impl_->stream->next(message, until));
    if (!more) return false;
    CLOGS_ASSIGN_OR_RETURN(const bool rows, impl_->read(message, lines));
    if (rows) return true;
  }
}

void Rows::cancel() noexcept { impl_->stream->cancel(); }
const QuerySummary& Rows::summary() const { return impl_->summary; }
uint64_t Rows::dropped() const { return impl_->dropped; }

namespace {

Result<Rows> ask(Client::Impl& client, std::string_view method, const QueryRequest& query,
                 bool is_tail) {
  CLOGS_ASSIGN_OR_RETURN(std::string message, encode_request(query));
  send::Request request;
  request.method = method;
  request.message = std::make_shared<const std::string>(std::move(message));
  request.deadline = after(query.timeout);
  auto rows = std::make_unique<Rows::Impl>();
  rows->is_tail = is_tail;
  CLOGS_ASSIGN_OR_RETURN(rows->stream, client.open(std::move(request)));
  return Rows(std::move(rows));
}

}  // namespace

Result<Rows> Client::query(const QueryRequest& request) const {
  return ask(*impl_, "/clogs.v1.QueryLogs/Query", request, false);
}

Result<Rows> Client::tail(const QueryRequest& request) const {
  return ask(*impl_, "/clogs.v1.QueryLogs/Tail", request, true);
}

}  // namespace clogs
