// Result<T>: a T, or the Status that says why there is none.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "clogs/status.h"

namespace clogs {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}
  Result(Status status) : state_(std::in_place_index<0>, std::move(status)) {
    assert(!std::get<0>(state_).ok() && "an OK Result needs a value");
  }

  bool ok() const { return state_.index() == 1; }
  explicit operator bool() const { return ok(); }
  Status status() const { return ok() ? Status() : std::get<0>(state_); }

  T& value() & { return std::get<1>(state_); }
  const T& value() const& { return std::get<1>(state_); }
  T&& value() && { return std::get<1>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<Status, T> state_;
};

}  // namespace clogs

#define CLOGS_CONCAT_INNER(a, b) a##b
#define CLOGS_CONCAT(a, b) CLOGS_CONCAT_INNER(a, b)

// Leaves the function with the failure, if it is one.
#define CLOGS_RETURN_IF_ERROR(expr)                                  \
  do {                                                               \
    if (::clogs::Status clogs_status = (expr); !clogs_status.ok()) { \
      return clogs_status;                                           \
    }                                                                \
  } while (false)

// CLOGS_ASSIGN_OR_RETURN(auto form, read_one(text));
#define CLOGS_ASSIGN_OR_RETURN(lhs, expr) \
  CLOGS_ASSIGN_OR_RETURN_INNER(CLOGS_CONCAT(clogs_result_, __LINE__), lhs, expr)
#define CLOGS_ASSIGN_OR_RETURN_INNER(result, lhs, expr) \
  auto result = (expr);                                 \
  if (!result.ok()) return result.status();             \
  lhs = std::move(result).value()
