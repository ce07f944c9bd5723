#include "server/app/config/load.h"

#include <cstdlib>

namespace clogs::app {

Result<Config> load_config(const std::string& file,
                           const std::vector<std::pair<std::string, std::string>>& flags) {
  Config config;
  if (!file.empty()) CLOGS_RETURN_IF_ERROR(config.load_file(file));
  CLOGS_RETURN_IF_ERROR(
      config.load_environment([](const char* name) { return std::getenv(name); }));
  for (const auto& [path, text] : flags) {
    const Setting* setting = find_setting(path);
    CLOGS_RETURN_IF_ERROR(
        config.set_flag(path, text, setting ? setting->flag : std::string_view(path)));
  }
  return config;
}

}  // namespace clogs::app
