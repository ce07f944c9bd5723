// The options as data: what options_table.cc, written by ci/generate/options.py, holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "clogs/options.h"

namespace clogs::encode {

// Reads and writes a choice by its position among the choices.
struct ChoiceAccess {
  uint8_t (*get)(const Options& options);
  void (*set)(Options& options, uint8_t value);
};

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Texts = std::vector<std::string>;
using Member = std::variant<std::string Options::*, bool Options::*, uint64_t Options::*,
                            std::chrono::milliseconds Options::*, Level Options::*,
                            Texts Options::*, Pairs Options::*, const ChoiceAccess*>;

struct OptionInfo {
  std::string_view name;
  const char* environment = "";
  const char* fallback = "";       // variable that is read where `environment` is not set; or empty
  const char* otel_fallback = "";  // the same, only with CLOGS_OTEL_ENV=1
  Member member;
  uint64_t min = 0;  // of numbers and durations, in milliseconds
  uint64_t max = 0;
  std::span<const std::string_view> choices = {};
  bool inverted = false;  // the variable says the opposite of the option
  bool secret = false;    // never shown
};

std::span<const OptionInfo> option_table();

}  // namespace clogs::encode
