// Which values of a record are censored: the redact options, ready for use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/options.h"
#include "core/encode/detectors.h"
#include "core/encode/key_names.h"

namespace clogs::encode {

// Immutable: for every thread.
class Redactor {
 public:
  // Where the paths stand above a value: each a pattern and how many of its parts are behind us.
  struct Place {
    uint32_t pattern;
    uint32_t part;
  };
  using Places = std::vector<Place>;

  explicit Redactor(const Options& options);

  const std::string& censor() const { return censor_; }
  // Whether a key's value is censored wherever it stands.
  bool censors_key(std::string_view key) const { return keys_.has(key); }

  bool has_paths() const { return !paths_.empty(); }
  // At the record's own map.
  Places top() const;
  // Goes on from `above` over a key, or an element's position in decimal, into `below`. True: a
  // path ends here, the value is censored. A key with dots may stand for as many parts of a path.
  bool step(const Places& above, std::string_view key, Places& below) const;
  // Whether a path begins with this key, so that something in its value may be censored.
  bool path_begins(std::string_view key) const;

  bool has_detectors() const { return !detectors_.empty(); }
  // Whether a detector finds anything in a text.
  bool finds(std::string_view text) const;
  // Appends the text with the censor in place of each finding. Returns how many there were.
  size_t append_censored(std::string_view text, std::string& out) const;

 private:
  using Path = std::vector<std::string>;  // "*" is any key or position

  std::string censor_;
  KeyNames keys_;
  std::vector<Path> paths_;
  std::vector<std::unique_ptr<Detector>> detectors_;
};

}  // namespace clogs::encode
