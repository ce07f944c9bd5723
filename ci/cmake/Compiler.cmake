# Language level, warnings, cache, linker, sanitizers: the same for every target of the project.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
# -O1 takes a tenth more to compile than -O0 (measured on core) and keeps the tests quick.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

# SSE4.2 and what came with it (x86-64-v2) is the floor; wider instructions are chosen at run time.
# A toolchain file may spell it in its compiler's way.
if(NOT DEFINED CLOGS_CPU_OPTIONS AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(CLOGS_CPU_OPTIONS -march=x86-64-v2)
endif()
add_compile_options(${CLOGS_CPU_OPTIONS})

find_program(CLOGS_CCACHE ccache)
if(CLOGS_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${CLOGS_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CLOGS_CCACHE}")
endif()
find_program(CLOGS_MOLD mold)
if(CLOGS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# The project's own targets get these; generated code does not.
set(CLOGS_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-qual -Wformat=2 -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps in std::string operator+ where there are none (its bug 105651).
  list(APPEND CLOGS_WARNINGS -Wno-restrict)
endif()

if(CLOGS_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CLOGS_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(CLOGS_SANITIZER)
  message(FATAL_ERROR "CLOGS_SANITIZER is '${CLOGS_SANITIZER}'; expected address, thread or empty")
endif()

if(CLOGS_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

if(CLOGS_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "CLOGS_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
