// A C++ exception as fields of a record.
#pragma once

#include <exception>

#include "clogs/record_writer.h"

namespace clogs::encode {

// exception.type (its C++ name), exception.message, and exception.causes where it was thrown with
// nested ones (std::throw_with_nested): [{:type .. :message ..} ...], the direct cause first, at
// most 16 of them.
void write_exception(const std::exception& exception, RecordWriter& writer);

}  // namespace clogs::encode
