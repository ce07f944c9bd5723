#include "server/store/frame.h"

#include <charconv>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "server/store/limits.h"

namespace clogs::store {
namespace {

// A sealed line ends in ` :sum "<16 hex>"}`; the sum is that of the text before it.
constexpr std::string_view sum_lead = " :sum \"";
constexpr std::string_view sum_end = "\"}";
constexpr size_t sum_digits = 16;
constexpr size_t seal_bytes = sum_lead.size() + sum_digits + sum_end.size();

void seal(std::string& line) {
  uint64_t sum = checksum(line);
  fmt::format_to(std::back_inserter(line), "{}{:016x}{}\n", sum_lead, sum, sum_end);
}

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status check_seal(std::string_view line) {
  if (line.size() < seal_bytes) return data_loss("the line is cut short");
  std::string_view text = line.substr(0, line.size() - seal_bytes);
  std::string_view tail = line.substr(text.size());
  std::string_view digits = tail.substr(sum_lead.size(), sum_digits);
  if (!tail.starts_with(sum_lead) || !tail.ends_with(sum_end) || !is_lower_hex(digits)) {
    return data_loss("the line has no sum");
  }
  uint64_t sum = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), sum, 16);
  if (sum != checksum(text)) return data_loss("the sum of the line is wrong");
  return ok_status();
}

template <typename Number>
bool read_number(edn::View view, Number& into) {
  if (!view.is(edn::Kind::integer)) return false;
  std::string_view text = view.text();
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_text(edn::View view, std::string& into) {
  if (!view.is(edn::Kind::string)) return false;
  into = view.text();
  return true;
}

bool read_sum(edn::View view, uint64_t& into) {
  if (!view.is(edn::Kind::string)) return false;
  std::string_view text = view.text();
  if (text.size() != sum_digits || !is_lower_hex(text)) return false;
  std::from_chars(text.data(), text.data() + text.size(), into, 16);
  return true;
}

bool read_block(edn::View view, BlockEntry& block) {
  if (!view.is(edn::Kind::map)) return false;
  edn::View meta = view.find("meta");
  block.meta = meta.is(edn::Kind::boolean) && meta.truth();
  return read_text(view.find("stream"), block.stream) &&
         read_number(view.find("count"), block.count) &&
         read_number(view.find("bytes"), block.bytes) && read_sum(view.find("sum"), block.sum);
}

bool read_batch(edn::View view, BatchEntry& batch) {
  if (!view.is(edn::Kind::map)) return false;
  if (edn::View rejected = view.find("rejected")) batch.rejected_edn = edn::print(rejected);
  return read_text(view.find("producer"), batch.producer) &&
         read_number(view.find("sequence"), batch.sequence) &&
         read_number(view.find("count"), batch.count);
}

bool read_header(edn::View map, FrameHeader& header, Batches batches) {
  edn::View blocks = map.find("blocks");
  if (!read_number(map.find("time"), header.time) ||
      !read_number(map.find("records"), header.records) ||
      !read_number(map.find("bytes"), header.bytes) || !blocks.is(edn::Kind::vector)) {
    return false;
  }
  uint64_t records = 0;
  uint64_t bytes = 0;
  for (edn::View view : blocks) {
    BlockEntry& block = header.blocks.emplace_back();
    if (!read_block(view, block) || block.bytes > header.bytes) return false;
    records += block.count;
    bytes += block.bytes;
  }
  edn::View ids = map.find("batches");
  if (ids && batches == Batches::read) {
    if (!ids.is(edn::Kind::vector)) return false;
    for (edn::View view : ids) {
      if (!read_batch(view, header.batches.emplace_back())) return false;
    }
  }
  return records == header.records && bytes == header.bytes;
}

// The map of `#clogs/<tag> {...}` on `tape`.
Result<edn::View> read_tagged(std::string_view line, std::string_view tag, edn::Tape& tape) {
  CLOGS_RETURN_IF_ERROR(check_seal(line));
  Status read = edn::read_one(line, tape);
  edn::View root = read.ok() ? tape.root() : edn::View();
  if (!root.is(edn::Kind::tagged) || root.text() != tag ||
      !root.tagged_value().is(edn::Kind::map)) {
    return data_loss("the line is not a #" + std::string(tag) + " map");
  }
  return root.tagged_value();
}

void print_string(std::string_view text, std::string& out) {
  edn::print_atom(edn::Kind::string, text, out);
}

}  // namespace

uint64_t checksum(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

void Checksum::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }
Checksum::Checksum() : state_(XXH3_createState()) { reset(); }
void Checksum::reset() { XXH3_64bits_reset(state_.get()); }
void Checksum::add(std::string_view text) {
  XXH3_64bits_update(state_.get(), text.data(), text.size());
}
uint64_t Checksum::value() const { return XXH3_64bits_digest(state_.get()); }

std::string print_store_id(uint16_t store) { return fmt::format("{:04x}", store); }

Result<uint16_t> parse_store_id(std::string_view text) {
  uint16_t store = 0;
  if (text.size() != 4 || !is_lower_hex(text)) {
    return data_loss("a store id is four lower-case hex digits");
  }
  std::from_chars(text.data(), text.data() + text.size(), store, 16);
  return store;
}

std::string print_file_line(const FileLine& line) {
  std::string out(file_lead);
  fmt::format_to(std::back_inserter(out), "{{:v {} :store \"{}\" :tenant ", line.version,
                 print_store_id(line.store));
  print_string(line.tenant, out);
  fmt::format_to(std::back_inserter(out), " :day \"{}\" :number {}", line.day, line.number);
  seal(out);
  return out;
}

Result<FileLine> parse_file_line(std::string_view line) {
  edn::Tape tape;
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_tagged(line, "clogs/file", tape));
  FileLine out;
  if (!read_number(map.find("v"), out.version)) return data_loss("the file has no version");
  if (out.version > format_version) {
    return unimplemented(
        fmt::format("the file has format version {}; this Clogs reads versions up to {}",
                    out.version, format_version));
  }
  std::string store;
  if (!read_text(map.find("store"), store) || !read_text(map.find("tenant"), out.tenant) ||
      !read_text(map.find("day"), out.day) || !read_number(map.find("number"), out.number)) {
    return data_loss("the file line lacks a key");
  }
  CLOGS_ASSIGN_OR_RETURN(out.store, parse_store_id(store));
  return out;
}

std::string print_frame_header(const FrameHeader& header) {
  std::string out(frame_lead);
  auto end = std::back_inserter(out);
  fmt::format_to(end, "{{:time {} :records {} :bytes {} :blocks [", header.time, header.records,
                 header.bytes);
  for (const BlockEntry& block : header.blocks) {
    if (&block != &header.blocks.front()) out += ' ';
    out += "{:stream ";
    print_string(block.stream, out);
    fmt::format_to(end, " :count {} :bytes {}{} :sum \"{:016x}\"}}", block.count, block.bytes,
                   block.meta ? " :meta true" : "", block.sum);
  }
  out += ']';
  if (!header.batches.empty()) {
    out += " :batches [";
    for (const BatchEntry& batch : header.batches) {
      if (&batch != &header.batches.front()) out += ' ';
      out += "{:producer ";
      print_string(batch.producer, out);
      fmt::format_to(end, " :sequence {} :count {}", batch.sequence, batch.count);
      if (!batch.rejected_edn.empty()) fmt::format_to(end, " :rejected {}", batch.rejected_edn);
      out += '}';
    }
    out += ']';
  }
  seal(out);
  return out;
}

Result<FrameHeader> parse_frame_header(std::string_view line, Batches batches) {
  edn::Tape tape;
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_tagged(line, "clogs/frame", tape));
  FrameHeader header;
  if (!read_header(map, header, batches)) return data_loss("the frame header lacks a key");
  return header;
}

}  // namespace clogs::store
