#include "clogs/scope.h"

#include <algorithm>
#include <string>
#include <vector>

#include "clogs/record_writer.h"

namespace clogs {
namespace {

struct Field {
  std::string key;
  std::string value;
};

// Of this thread; the outermost scope's first. Ends with the thread.
std::vector<Field>& open_fields() {
  thread_local std::vector<Field> fields;
  return fields;
}

}  // namespace

Scope::Scope(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
    : outer_(open_fields().size()) {
  for (const auto& [key, value] : fields) {
    open_fields().push_back({std::string(key), std::string(value)});
  }
}

Scope::~Scope() {
  std::vector<Field>& fields = open_fields();
  fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(std::min(outer_, fields.size())),
               fields.end());
}

// Scopes are few and small, so that each key is looked for among those behind it.
void Scope::write(RecordWriter& writer) {
  const std::vector<Field>& fields = open_fields();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    const bool hidden = std::any_of(fields.rbegin(), field,
                                    [&](const Field& inner) { return inner.key == field->key; });
    if (!hidden) writer.field(field->key, field->value);
  }
}

}  // namespace clogs
