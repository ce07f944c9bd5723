#include "core/send/framing.h"

#include <algorithm>
#include <utility>

#include "core/send/gzip.h"

namespace clogs::send {
namespace {

// Room for a message before its bytes are here: a length is only a claim.
constexpr size_t reserve_at_most = size_t{1} << 20;

}  // namespace

Status MessageReader::begin_message() {
  const auto flag = static_cast<uint8_t>(prefix_[0]);
  if (flag > 1) return internal_error("A message of the answer has an unknown flag byte");
  length_ = 0;
  for (size_t i = 1; i < prefix_.size(); ++i) {
    length_ = length_ << 8 | static_cast<uint8_t>(prefix_[i]);
  }
  if (length_ > limit_) {
    return resource_exhausted("A message of the answer has " + std::to_string(length_) +
                              " bytes; at most " + std::to_string(limit_) + " are taken");
  }
  body_.reserve(std::min(length_, reserve_at_most));
  return {};
}

Status MessageReader::end_message(std::vector<std::string>& messages) {
  prefix_bytes_ = 0;
  std::string body = std::exchange(body_, {});
  if (prefix_[0] == 0) {
    messages.push_back(std::move(body));
    return {};
  }
  if (encoding_ != "gzip") {
    return internal_error("The answer is compressed as '" + encoding_ + "', which was not offered");
  }
  CLOGS_ASSIGN_OR_RETURN(std::string plain, gunzip(body, limit_));
  messages.push_back(std::move(plain));
  return {};
}

Status MessageReader::feed(std::string_view bytes, std::vector<std::string>& messages) {
  while (true) {
    if (prefix_bytes_ < message_prefix_bytes) {
      const size_t take = std::min(bytes.size(), message_prefix_bytes - prefix_bytes_);
      std::copy_n(bytes.data(), take, prefix_.data() + prefix_bytes_);
      prefix_bytes_ += take;
      bytes.remove_prefix(take);
      if (prefix_bytes_ < message_prefix_bytes) return {};
      CLOGS_RETURN_IF_ERROR(begin_message());
    }
    const size_t take = std::min(bytes.size(), length_ - body_.size());
    body_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    if (body_.size() < length_) return {};
    CLOGS_RETURN_IF_ERROR(end_message(messages));
  }
}

}  // namespace clogs::send
