# What every target of the project shares: the language, the warnings, the sanitizer of the
# preset, ccache, and two functions so that a folder's CMakeLists.txt is a list of files.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE})
endif()

set(SIGNALBOX_SANITIZE "" CACHE STRING "address, thread, or nothing")
option(SIGNALBOX_CORE_ONLY "build only messages/, seams/ and actors/rules/: no CAF, no Boost" OFF)

add_library(signalbox_flags INTERFACE)
target_include_directories(signalbox_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(signalbox_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Werror
  -include utility)  # Boost 1.74's asio/awaitable.hpp uses std::exchange without including it
# The msgpack package works without Boost; the project never wants the Boost form.
target_compile_definitions(signalbox_flags INTERFACE MSGPACK_NO_BOOST)

if(SIGNALBOX_SANITIZE STREQUAL "address")
  target_compile_options(signalbox_flags INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(signalbox_flags INTERFACE -fsanitize=address,undefined)
elseif(SIGNALBOX_SANITIZE STREQUAL "thread")
  # Asio's fenced block is a bare fence, which TSan cannot model: it says so with a warning.
  target_compile_options(signalbox_flags INTERFACE -fsanitize=thread -Wno-tsan)
  target_compile_definitions(signalbox_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  target_link_options(signalbox_flags INTERFACE -fsanitize=thread)
endif()

# signalbox_library(name SOURCES a.cpp … LINKS lib … PCH <header> …)
function(signalbox_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PCH" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC signalbox_flags ${ARG_LINKS})
    if(ARG_PCH)
      target_precompile_headers(${name} PRIVATE ${ARG_PCH})
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE signalbox_flags ${ARG_LINKS})
  endif()
endfunction()

# signalbox_test(name LABELS unit SOURCES a_test.cpp … LINKS lib …): one Catch2 program; every
# TEST_CASE in it becomes a ctest test of its own, so a failure names the story that broke.
function(signalbox_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS;PROPERTIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE signalbox_catch_main ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM signalbox_catch_main)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 60 ${ARG_PROPERTIES})
endfunction()
