#include "server/query/eval/entry.h"

#include <algorithm>
#include <string>

#include "core/base/instant.h"

namespace clogs::query {

edn::View Entry::meta(Meta which) const {
  if (which == Meta::none) return {};
  const auto index = static_cast<size_t>(which);
  edn::Node& node = nodes_[index];
  if (made_[index]) return edn::View(&node);
  made_[index] = true;
  std::string made;
  std::string_view text;
  node = {};
  node.kind = edn::Kind::string;
  switch (which) {
    case Meta::id:
      text = made = id.to_string();
      break;
    case Meta::tenant:
      text = tenant;
      break;
    case Meta::stream:
      text = stream;
      break;
    default:
      node.kind = edn::Kind::inst;
      text = made = format_rfc3339(
          Instant::from_nanos(which == Meta::received ? id.received_nanos : timestamp));
      break;
  }
  if (!made.empty()) {
    const size_t length = std::min(text.size(), text_bytes);
    std::copy_n(text.data(), length, texts_[index].data());
    text = {texts_[index].data(), length};
  }
  node.text = text.data();
  node.length = static_cast<uint32_t>(text.size());
  return edn::View(&node);
}

}  // namespace clogs::query
