# What every target of the project shares: the language, the warnings, the sanitizer of the
# preset, ccache, and signalbox_library(), so that a folder's CMakeLists.txt is a list of files.
# signalbox_test() is in SignalboxTest.cmake.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(SIGNALBOX_TESTS "build tests/ (needs Catch2)" ON)
option(SIGNALBOX_BENCH "build bench/ (needs Google Benchmark)" ON)
option(SIGNALBOX_CORE_ONLY "build only messages/, seams/ and actors/rules/: no CAF, no Boost" OFF)
option(SIGNALBOX_ASSERTIONS "let the standard library check indices and optionals" ON)
option(SIGNALBOX_COVERAGE "count what the tests reach: see the preset coverage" OFF)
set(SIGNALBOX_SANITIZE "" CACHE STRING "address, thread, fuzzer, or nothing")

# Paths are made relative to the checkout and the build folder's name is left out, so another
# build folder or a fresh clone on the same machine finds what this one compiled. The
# sloppiness is what ccache asks for before it will store a precompiled header.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(signalbox_flags INTERFACE)
target_include_directories(signalbox_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(signalbox_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Werror
  -Wno-missing-field-initializers  # designated initialisers leave out what keeps its default
  # Boost 1.74's asio/awaitable.hpp uses std::exchange without including <utility>. A target
  # with a precompiled header has it from there: GCC drops one that is not included first.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:SIGNALBOX_PCH>>>:SHELL:-include utility>)
# The msgpack package works without Boost; the project never wants the Boost form.
target_compile_definitions(signalbox_flags INTERFACE MSGPACK_NO_BOOST)
if(SIGNALBOX_ASSERTIONS)
  target_compile_definitions(signalbox_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()

if(SIGNALBOX_SANITIZE STREQUAL "address")
  # GCC 12 sees uninitialised values in std::regex (Catch2's) where the sanitizer's checks are.
  target_compile_options(signalbox_flags INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=all -Wno-maybe-uninitialized)
  target_link_options(signalbox_flags INTERFACE -fsanitize=address,undefined)
elseif(SIGNALBOX_SANITIZE STREQUAL "thread")
  # Asio's fenced block is a bare fence, which TSan cannot model: it says so with a warning.
  target_compile_options(signalbox_flags INTERFACE -fsanitize=thread -Wno-tsan)
  target_compile_definitions(signalbox_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  target_link_options(signalbox_flags INTERFACE -fsanitize=thread)
elseif(SIGNALBOX_SANITIZE STREQUAL "fuzzer")
  # clang, for this alone: GCC's warnings are what the project keeps to.
  target_compile_options(signalbox_flags INTERFACE -w
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(signalbox_flags INTERFACE -fsanitize=address,undefined)
elseif(SIGNALBOX_SANITIZE)
  message(FATAL_ERROR "SIGNALBOX_SANITIZE is '${SIGNALBOX_SANITIZE}': address, thread or fuzzer")
endif()

# signalbox_library(name SOURCES a.cpp … LINKS lib … PCH <header> …)
function(signalbox_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PCH" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: what is '${ARG_UNPARSED_ARGUMENTS}'?")
  endif()
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC signalbox_flags ${ARG_LINKS})
    if(ARG_PCH)
      signalbox_precompile(${name} ${ARG_PCH})
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE signalbox_flags ${ARG_LINKS})
  endif()
endfunction()

# signalbox_precompile(target <header> …): headers that cost seconds, parsed once per target.
function(signalbox_precompile name)
  target_precompile_headers(${name} PRIVATE <utility> ${ARGN})
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set_target_properties(${name} PROPERTIES SIGNALBOX_PCH ON)
  endif()
endfunction()

include(SignalboxTest)
