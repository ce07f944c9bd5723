// Prints EDN on one line. Deterministic, and reads back to an equal value: strings escape control
// characters, so a printed form never holds a line break.
#pragma once

#include <string>
#include <string_view>

#include "core/edn/tape.h"
#include "core/edn/value.h"

namespace clogs::edn {

void print(View view, std::string& out);
void print(const Value& value, std::string& out);
std::string print(View view);
std::string print(const Value& value);

// Map entries and set elements sorted by their printed text (bytewise): equal values print equal.
std::string print_canonical(const Value& value);
std::string print_canonical(View view);

// One value over several indented lines, for people (CLI on a terminal, docs).
std::string print_pretty(const Value& value, size_t width = 100);

// One atom, as in Node.
void print_atom(Kind kind, std::string_view text, std::string& out);

}  // namespace clogs::edn
