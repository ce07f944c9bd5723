# clogs_library(core_edn SOURCES ... DEPS core_base LINK PkgConfig::zstd)
#   A library of the project, named after its folder. DEPS are libraries of the project and must
#   be allowed by Edges.cmake; LINK are third-party targets.
# clogs_test(core_edn_test SOURCES ... DEPS core_edn LABELS core edn [TIMEOUT 120])
#   A GoogleTest binary; every case becomes a ctest test. LABELS are the parts that `ci/test PART`
#   knows: the top folder first. Building `tests_PART` builds the tests of that part, `tests` all.
# clogs_script_test(ci_includes LABELS ci COMMAND ... [NEEDS clogs] [TIMEOUT 120])
#   A test that is a script, run in the root with CLOGS_BINARY naming the built `clogs`; NEEDS are
#   the targets that it calls.
# clogs_fuzz(edn_reader_fuzz SOURCES ... DEPS core_edn [CORPUS dir])
#   A libFuzzer binary, only in the fuzz preset. CORPUS (default: corpus/<name> beside the
#   CMakeLists.txt) holds the seeds that are kept.

# What `ci/test PART` accepts: a top folder, or a folder of core/ or server/. A test whose first
# label is not a top folder would never be run by name. Tests labelled slow run in `ci/test all`;
# those labelled fork, which allocate in a child of a process with threads, not under the address
# sanitizer: its allocator does not take its locks around fork(), as libc's does.
set(CLOGS_TOP_LABELS core server sdk-python sdk-node sdk-java bench examples ci)
set(CLOGS_LABELS ${CLOGS_TOP_LABELS} slow fork)
file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true
  "${PROJECT_SOURCE_DIR}/core/*" "${PROJECT_SOURCE_DIR}/server/*")
foreach(folder IN LISTS folders)
  if(IS_DIRECTORY "${folder}")
    cmake_path(GET folder FILENAME label)
    list(APPEND CLOGS_LABELS ${label})
  endif()
endforeach()
list(REMOVE_DUPLICATES CLOGS_LABELS)
set_property(GLOBAL PROPERTY CLOGS_FUZZERS "")
add_custom_target(tests)
foreach(label IN LISTS CLOGS_LABELS)
  add_custom_target(tests_${label})
endforeach()
list(JOIN CLOGS_LABELS "\n" labels)
file(WRITE "${PROJECT_BINARY_DIR}/test-labels.txt" "${labels}\n")

function(clogs_check_labels name)
  list(GET ARGN 0 top)
  if(NOT top IN_LIST CLOGS_TOP_LABELS)
    message(FATAL_ERROR "${name}: the first label is '${top}'; expected one of "
      "${CLOGS_TOP_LABELS}, or no 'ci/test PART' would run it")
  endif()
  foreach(label IN LISTS ARGN)
    if(NOT label IN_LIST CLOGS_LABELS)
      message(FATAL_ERROR "${name}: unknown label '${label}'; there are: ${CLOGS_LABELS}")
    endif()
  endforeach()
endfunction()

# What is linked into an application, or into a shared object of it, must not add to its symbols.
function(clogs_hide_symbols name)
  set_target_properties(${name} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()

function(clogs_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK;PRIVATE_LINK" ${ARGN})
  if(NOT DEFINED CLOGS_EDGES_${name})
    message(FATAL_ERROR "${name} has no row in ci/cmake/Edges.cmake")
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${CLOGS_WARNINGS})
  if(name MATCHES "^core_")
    clogs_hide_symbols(${name})
  endif()
  foreach(dep IN LISTS ARG_DEPS)
    if(NOT dep IN_LIST CLOGS_EDGES_${name})
      message(FATAL_ERROR "${name} may not depend on ${dep}: see ci/cmake/Edges.cmake")
    endif()
  endforeach()
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

function(clogs_test name)
  if(NOT CLOGS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    message(FATAL_ERROR "${name} needs LABELS, or no 'ci/test PART' would run it")
  endif()
  clogs_check_labels(${name} ${ARG_LABELS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(CLOGS_SANITIZER STREQUAL "thread")
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")  # seconds; it slows down that much
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${CLOGS_WARNINGS})
  # Only where it is used: every other object of the compiler cache serves every checkout.
  foreach(source IN LISTS ARG_SOURCES)
    file(STRINGS ${source} uses REGEX CLOGS_SOURCE_DIR LIMIT_COUNT 1)
    if(uses)
      set_property(SOURCE ${source} APPEND PROPERTY
        COMPILE_DEFINITIONS CLOGS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  add_dependencies(tests ${name})
  foreach(label IN LISTS ARG_LABELS)
    add_dependencies(tests_${label} ${name})
  endforeach()
  # gtest_discover_tests() flattens a list of labels, so they are set on what it has found.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    TEST_PREFIX "${name}:" TEST_LIST ${name}_cases)
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
  file(CONFIGURE OUTPUT "${file}" @ONLY CONTENT [[
if(@name@_cases)
  set_tests_properties(${@name@_cases} PROPERTIES LABELS "@ARG_LABELS@" TIMEOUT @ARG_TIMEOUT@)
endif()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

function(clogs_script_test name)
  if(NOT CLOGS_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;COMMAND;NEEDS" ${ARGN})
  clogs_check_labels(${name} ${ARG_LABELS})
  if(ARG_NEEDS)
    add_dependencies(tests ${ARG_NEEDS})
    foreach(label IN LISTS ARG_LABELS)
      add_dependencies(tests_${label} ${ARG_NEEDS})
    endforeach()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "CLOGS_BINARY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/clogs")
endfunction()

function(clogs_fuzz name)
  if(NOT CLOGS_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_CORPUS)
    set(ARG_CORPUS "corpus/${name}")
  endif()
  cmake_path(ABSOLUTE_PATH ARG_CORPUS BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_compile_options(${name} PRIVATE ${CLOGS_WARNINGS})
  set_property(GLOBAL APPEND PROPERTY CLOGS_FUZZERS "${name} ${ARG_CORPUS}")
endfunction()

# fuzzers.txt in the build folder lists every fuzzer with its corpus, for `ci/test fuzz`.
function(clogs_write_fuzzers)
  get_property(fuzzers GLOBAL PROPERTY CLOGS_FUZZERS)
  list(JOIN fuzzers "\n" lines)
  file(WRITE "${PROJECT_BINARY_DIR}/fuzzers.txt" "${lines}\n")
endfunction()
