#include "server/store/frame.h"

#include <charconv>
#include <iterator>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/edn/printer.h"
#include "server/store/limits.h"
#include "server/store/sealed_line.h"

namespace clogs::store {
namespace {

bool read_block(edn::View view, BlockEntry& block) {
  if (!view.is(edn::Kind::map)) return false;
  block.meta = read_truth(view.find("meta"));
  edn::View removed = view.find("removed");
  if (removed && (!read_number(removed, block.removed) || block.removed == 0)) return false;
  return read_text(view.find("stream"), block.stream) &&
         read_number(view.find("count"), block.count) &&
         read_number(view.find("bytes"), block.bytes) && read_sum(view.find("sum"), block.sum) &&
         block.removed <= block.count;
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

}  // namespace

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
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_sealed(line, "clogs/file", tape));
  FileLine out;
  if (!read_number(map.find("v"), out.version)) return data_loss("the file has no version");
  if (out.version > file_version_max) {
    return unimplemented(
        fmt::format("the file has format version {}; this Clogs reads versions up to {}",
                    out.version, file_version_max));
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
    fmt::format_to(end, " :count {} :bytes {}{}", block.count, block.bytes,
                   block.meta ? " :meta true" : "");
    if (block.removed > 0) fmt::format_to(end, " :removed {}", block.removed);
    fmt::format_to(end, " :sum \"{:016x}\"}}", block.sum);
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
  CLOGS_ASSIGN_OR_RETURN(edn::View map, read_sealed(line, "clogs/frame", tape));
  FrameHeader header;
  if (!read_header(map, header, batches)) return data_loss("the frame header lacks a key");
  return header;
}

}  // namespace clogs::store
