// What the calling thread has allocated with operator new, in this program and its libraries.
#pragma once

#include <cstdint>

uint64_t thread_allocations();
