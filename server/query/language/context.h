// What every part of the parser carries along: the surface syntax, parameters, the place in the
// query, and the problems found so far. A parser function returns false after it has recorded why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/edn/value.h"
#include "server/query/language/input.h"
#include "server/query/language/problem.h"

namespace clogs::query::language {

struct Context {
  bool json = false;
  Params params;  // of the caller and of the query, names without '?'
  std::vector<std::string> used_params;
  std::string tz = "UTC";  // the query's :tz
  int64_t now_nanos = 0;
  size_t patterns = 0;  // :matches so far
  Path path;
  // Where each clause stands that was read: its canonical key, and the path by which the query
  // says it.
  std::vector<std::pair<std::string, Path>> places;
  std::vector<Problem> errors;
  std::vector<Problem> warnings;

  // Records a problem at the current path and returns false. `got` nil: nothing to show.
  bool fail(std::string_view code, std::string sentence, edn::Value got = {},
            std::vector<edn::Value> did_you_mean = {});
  // The same for the key that the path ends with.
  bool fail_key(std::string_view code, std::string sentence, edn::Value got,
                std::vector<edn::Value> did_you_mean = {});
  // "expected a set, got a string"
  bool wrong_type(std::string_view expected, const edn::Value& got,
                  std::vector<edn::Value> did_you_mean = {});
  // ":between takes 3 or 4 arguments, got 1"
  bool wrong_arity(std::string_view what, std::string_view takes, size_t got);
  // "[:pipe ..] is not implemented yet"
  bool not_implemented(std::string_view what, edn::Value got = {});
  void warn(std::string_view code, std::string sentence);
  // Enough is wrong; looking on would only cost time.
  bool full() const;
  // Path of a clause by its canonical key; [:key] where it was not said.
  Path place_of(std::string_view key) const;

 private:
  Problem& add(std::string_view code, std::string sentence, edn::Value got,
               std::vector<edn::Value> did_you_mean);
  Problem overflow_;  // takes what comes after max_problems
};

// One step deeper for the time of its life; a nil step stays where it is.
class At {
 public:
  At(Context& context, edn::Value step) : context_(context), pushed_(!step.is_nil()) {
    if (pushed_) context_.path.push_back(std::move(step));
  }
  At(Context& context, size_t index)
      : At(context, edn::Value::integer(static_cast<int64_t>(index))) {}
  At(Context& context, const char* key) : At(context, edn::Value::keyword(key)) {}
  ~At() {
    if (pushed_) context_.path.pop_back();
  }
  At(const At&) = delete;
  At& operator=(const At&) = delete;

 private:
  Context& context_;
  bool pushed_;
};

// At another place altogether for the time of its life.
class AtPlace {
 public:
  AtPlace(Context& context, Path path) : context_(context), before_(std::move(context.path)) {
    context_.path = std::move(path);
  }
  ~AtPlace() { context_.path = std::move(before_); }
  AtPlace(const AtPlace&) = delete;
  AtPlace& operator=(const AtPlace&) = delete;

 private:
  Context& context_;
  Path before_;
};

}  // namespace clogs::query::language
