// Request bytes as a client may send them: framing, header fields, compressed bodies.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "server/api/http/base64.h"
#include "server/api/http/body_reader.h"
#include "server/api/http/grpc_web.h"
#include "server/api/http/media.h"
#include "server/api/http/parser.h"
#include "server/api/http/target.h"

namespace {

constexpr std::string_view offers[] = {"application/json", "application/edn", "text/csv"};

void read_request(std::string_view input, size_t step) {
  static const clogs::api::HttpLimits limits{.body_bytes = 1 << 16, .expanded_bytes = 1 << 20};
  clogs::api::BodyReader body(limits);
  clogs::api::Parser parser(4096);
  parser.reset(&body);
  size_t begin = 0;
  size_t end = 0;
  while (true) {
    const auto at = parser.feed(input.substr(begin, end - begin));
    begin += at.consumed;
    using Event = clogs::api::Parser::Event;
    if (at.event == Event::header && !body.begin(parser.request(), nullptr).ok()) return;
    if (at.event == Event::done && body.finish().ok()) (void)body.take_text();
    if (at.event != Event::header && at.event != Event::need_more) return;
    if (at.event == Event::header) continue;
    if (end == input.size()) return;
    end = std::min(input.size(), end + step);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  read_request(input, data[0] % 64 + 1);
  (void)clogs::api::media_type(input).ok();
  (void)clogs::api::choose_media(input, offers, 0);
  (void)clogs::api::choose_coding(input);
  (void)clogs::api::parse_batch_id(input).ok();
  (void)clogs::api::split_target(input).parameter("q");
  (void)clogs::api::read_grpc_web_body(input, data[0] % 2 == 0).ok();
  (void)clogs::api::parse_grpc_timeout_ms(input);
  for (const auto coding : {clogs::api::Coding::gzip, clogs::api::Coding::zstd}) {
    const auto decoder = clogs::api::make_decoder(coding);
    std::string out;
    const auto grow = [](size_t bytes) {
      return bytes > (1 << 20) ? clogs::out_of_range("too large") : clogs::ok_status();
    };
    if (decoder->feed(input, out, grow).ok()) (void)decoder->finish();
  }
  return 0;
}
