# Every third-party library, found once. docs/dependencies.md says why each was chosen.

# What the client needs.
find_package(Threads REQUIRED)

# A build of the client alone, as the packages of the SDKs make it, needs nothing more.
if(CLOGS_SERVER OR CLOGS_TESTS OR CLOGS_BENCH)
  set(CLOGS_CLIENT_ONLY OFF)
else()
  set(CLOGS_CLIENT_ONLY ON)
  return()
endif()

find_package(Protobuf REQUIRED MODULE)
# pkg_check_modules(re2) below leaves this in the cache, and gRPC would take it for a target.
unset(re2_FOUND CACHE)
find_package(gRPC CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_path(CLOGS_BOOST_INCLUDE boost/beast.hpp REQUIRED)
if(CLOGS_TESTS)
  find_package(GTest REQUIRED)
endif()
if(CLOGS_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()
