#include "core/encode/exception.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include <cxxabi.h>

namespace clogs::encode {
namespace {

constexpr size_t causes_max = 16;

// Demangled names of a thread's last exceptions: asking the ABI costs several times a record. Plain
// memory, because a thread may log while its objects are torn down; by text, because a type's
// description may go with its library.
struct KnownName {
  static constexpr size_t mangled_max = 96;
  static constexpr size_t name_max = 160;
  std::array<char, mangled_max> mangled;
  std::array<char, name_max> name;
  uint8_t mangled_size;  // 0: nothing here
  uint8_t name_size;
};
constexpr size_t known_max = 4;
thread_local std::array<KnownName, known_max> known_names;
thread_local size_t next_known = 0;

struct Cause {
  std::string type;
  std::string message;
};

void remember(std::string_view mangled, std::string_view name) {
  if (mangled.size() > KnownName::mangled_max || name.size() > KnownName::name_max) return;
  KnownName& known = known_names[next_known++ % known_max];
  std::copy(mangled.begin(), mangled.end(), known.mangled.begin());
  std::copy(name.begin(), name.end(), known.name.begin());
  known.mangled_size = static_cast<uint8_t>(mangled.size());
  known.name_size = static_cast<uint8_t>(name.size());
}

// Calls `use` with the name of the type.
template <typename Use>
void with_type_name(const std::type_info& type, Use use) {
  const std::string_view mangled = type.name();
  for (const KnownName& known : known_names) {
    if (std::string_view(known.mangled.data(), known.mangled_size) != mangled) continue;
    return use(std::string_view(known.name.data(), known.name_size));
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> demangled(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  const std::string_view name = status == 0 && demangled ? demangled.get() : type.name();
  remember(mangled, name);
  use(name);
}

std::string type_name(const std::type_info& type) {
  std::string out;
  with_type_name(type, [&](std::string_view name) { out = name; });
  return out;
}

// The causes from the innermost handler outwards: a nested exception lives only while it is caught.
void collect(const std::exception& exception, std::vector<Cause>& causes) {
  if (causes.size() == causes_max) return;
  try {
    std::rethrow_if_nested(exception);
  } catch (const std::exception& cause) {
    causes.push_back({type_name(typeid(cause)), cause.what()});
    collect(cause, causes);
  } catch (...) {
    // Anything may be thrown; only its type is known.
    const std::type_info* type = abi::__cxa_current_exception_type();
    causes.push_back({type == nullptr ? "unknown" : type_name(*type), ""});
  }
}

}  // namespace

void write_exception(const std::exception& exception, RecordWriter& writer) {
  with_type_name(typeid(exception),
                 [&](std::string_view name) { writer.field("exception.type", name); });
  writer.field("exception.message", exception.what());
  std::vector<Cause> causes;
  collect(exception, causes);
  if (causes.empty()) return;
  writer.begin_vector("exception.causes");
  for (const Cause& cause : causes) {
    writer.begin_map_item();
    writer.field("type", cause.type);
    writer.field("message", cause.message);
    writer.end();
  }
  writer.end();
}

}  // namespace clogs::encode
