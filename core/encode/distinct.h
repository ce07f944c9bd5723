// The keys of one map, or the elements of one set, each once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace clogs::encode {

class Distinct {
 public:
  // False if it is there already. Keywords and strings are told apart.
  bool add_keyword(std::string_view name) { return add_text('k', name); }
  bool add_string(std::string_view text) { return add_text('s', text); }
  // Any value, as the wire bytes of a clogs.v1.Value that decodes; compared as EDN compares.
  bool add_value(std::string_view wire);

 private:
  bool add_text(char kind, std::string_view text) {
    return texts_.insert(std::string(1, kind).append(text)).second;
  }

  std::unordered_set<std::string> texts_;
  std::unordered_multimap<uint64_t, std::string> values_;
};

}  // namespace clogs::encode
