#include "core/send/gzip.h"

#include "core/send/framing.h"
#include "core/send/transport.h"
#ifdef CLOGS_SEND_GZIP
#include <zlib.h>
#endif

namespace clogs::send {

#ifdef CLOGS_SEND_GZIP
namespace {

// 15 bits of window as ever, 16 more for gzip's header and checksum.
constexpr int gzip_window_bits = 15 + 16;
constexpr int gzip_memory_level = 8;
// Logs shrink to a tenth at the fastest level; more costs the application's CPU for little.
constexpr int gzip_level = 1;
constexpr size_t chunk_bytes = size_t{64} << 10;

Bytef* input(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

struct Inflater {
  z_stream stream{};
  bool open = false;
  ~Inflater() {
    if (open) inflateEnd(&stream);
  }
};

}  // namespace

bool has_gzip() { return true; }

Result<std::string> gunzip(std::string_view compressed, size_t limit) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) return internal_error("zlib has no memory");
  inflater.open = true;
  stream.next_in = input(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  int result = Z_OK;
  while (result != Z_STREAM_END) {
    const size_t had = out.size();
    if (had > limit) {
      return resource_exhausted("The decompressed message is larger than " + std::to_string(limit) +
                                " bytes");
    }
    out.resize(had + chunk_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream.avail_out = static_cast<uInt>(chunk_bytes);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + chunk_bytes - stream.avail_out);
    // Z_BUF_ERROR: the bytes end before the message does.
    if (result != Z_OK && result != Z_STREAM_END) {
      return internal_error("The message's gzip bytes are damaged");
    }
  }
  if (out.size() > limit) {
    return resource_exhausted("The decompressed message is larger than " + std::to_string(limit) +
                              " bytes");
  }
  return out;
}

Result<std::string> gzip_message(std::string_view framed) {
  if (framed.size() < message_prefix_bytes) return internal_error("The message has no prefix");
  const std::string_view body = framed.substr(message_prefix_bytes);
  z_stream stream{};
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window_bits, gzip_memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return internal_error("zlib has no memory");
  }
  std::string out(message_prefix_bytes + deflateBound(&stream, static_cast<uLong>(body.size())),
                  '\0');
  stream.next_in = input(body);
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + message_prefix_bytes);
  stream.avail_out = static_cast<uInt>(out.size() - message_prefix_bytes);
  const int result = deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return internal_error("zlib could not compress the message");
  write_prefix(true, out.size() - message_prefix_bytes, out.data());
  return out;
}

#else

bool has_gzip() { return false; }

Result<std::string> gunzip(std::string_view, size_t) {
  return internal_error("The server sent gzip, which this build did not offer");
}

Result<std::string> gzip_message(std::string_view) {
  return unimplemented("gzip is not in this build");
}

#endif

}  // namespace clogs::send
