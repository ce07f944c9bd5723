// What spdlog 1.14 and newer have under this name, for a test on machines with an older one.
#pragma once

#include <map>
#include <string>

namespace spdlog {

class mdc {
 public:
  using mdc_map_t = std::map<std::string, std::string>;

  static void put(const std::string& key, const std::string& value) { get_context()[key] = value; }
  static void clear() { get_context().clear(); }
  static mdc_map_t& get_context() {
    static thread_local mdc_map_t context;
    return context;
  }
};

}  // namespace spdlog
