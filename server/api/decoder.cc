#include "server/api/decoder.h"

#include <array>

#include <zlib.h>
#include <zstd.h>

namespace clogs::api {
namespace {

constexpr size_t step_bytes = size_t{64} << 10;  // decoded at a time, so that growth is asked early
// 8 MiB, what RFC 9659 lets a sender of Content-Encoding: zstd use; it bounds the memory that a
// frame header can make the decoder take.
constexpr int zstd_window_log_max = 23;
constexpr int gzip_only = 16 + MAX_WBITS;

Status broken(std::string_view coding) {
  return invalid_argument("the body is not valid " + std::string(coding),
                          "{:code :clogs/bad-encoding :encoding \"" + std::string(coding) + "\"}");
}

Status truncated(std::string_view coding) {
  return invalid_argument(
      "the " + std::string(coding) + " body ends too early",
      "{:code :clogs/truncated-body :encoding \"" + std::string(coding) + "\"}");
}

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() { ready_ = inflateInit2(&stream_, gzip_only) == Z_OK; }
  ~GzipDecoder() override { inflateEnd(&stream_); }

  Status feed(std::string_view in, std::string& out, const Grow& grow) override {
    if (!ready_) return unavailable("no memory for a decoder");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    std::array<char, step_bytes> piece;
    bool more = true;
    while (more) {
      if (at_end_) {
        // A gzip file may be several members one after the other.
        if (stream_.avail_in == 0) return ok_status();
        inflateReset(&stream_);
        at_end_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int outcome = inflate(&stream_, Z_NO_FLUSH);
      if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) {
        return broken("gzip");
      }
      const size_t made = piece.size() - stream_.avail_out;
      CLOGS_RETURN_IF_ERROR(grow(out.size() + made));
      out.append(piece.data(), made);
      at_end_ = outcome == Z_STREAM_END;
      more = at_end_ ? stream_.avail_in > 0 : stream_.avail_in > 0 || stream_.avail_out == 0;
      if (outcome == Z_BUF_ERROR && made == 0) more = false;
    }
    return ok_status();
  }

  Status finish() override { return at_end_ ? ok_status() : truncated("gzip"); }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool at_end_ = false;
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ != nullptr) {
      ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, zstd_window_log_max);
    }
  }

  Status feed(std::string_view in, std::string& out, const Grow& grow) override {
    if (stream_ == nullptr) return unavailable("no memory for a decoder");
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    std::array<char, step_bytes> piece;
    ZSTD_outBuffer output{piece.data(), piece.size(), 0};
    do {
      output.pos = 0;
      const size_t outcome = ZSTD_decompressStream(stream_.get(), &output, &input);
      if (ZSTD_isError(outcome)) return broken("zstd");
      at_end_ = outcome == 0;
      CLOGS_RETURN_IF_ERROR(grow(out.size() + output.pos));
      out.append(piece.data(), output.pos);
      // A full output may hide more, except behind the end of a frame.
    } while (input.pos < input.size || (!at_end_ && output.pos == output.size));
    return ok_status();
  }

  Status finish() override { return at_end_ ? ok_status() : truncated("zstd"); }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool at_end_ = false;
};

}  // namespace

Result<Coding> parse_coding(std::string_view content_encoding) {
  std::string name(content_encoding);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  if (name.empty() || name == "identity") return Coding::identity;
  if (name == "gzip" || name == "x-gzip") return Coding::gzip;
  if (name == "zstd") return Coding::zstd;
  return invalid_argument("Content-Encoding is none of gzip, zstd and identity",
                          "{:code :clogs/unsupported-encoding}");
}

std::unique_ptr<Decoder> make_decoder(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return std::make_unique<GzipDecoder>();
    case Coding::zstd:
      return std::make_unique<ZstdDecoder>();
    case Coding::identity:
      break;
  }
  return nullptr;
}

}  // namespace clogs::api
