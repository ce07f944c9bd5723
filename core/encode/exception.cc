#include "core/encode/exception.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>
#include <vector>

#include <cxxabi.h>

namespace clogs::encode {
namespace {

constexpr size_t causes_max = 16;

struct Cause {
  std::string type;
  std::string message;
};

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 && name ? name.get() : type.name();
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
  writer.field("exception.type", type_name(typeid(exception)));
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
