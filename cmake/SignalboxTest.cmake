# signalbox_test(name LABELS unit … SOURCES a_test.cpp … LINKS lib … [TIMEOUT seconds]
#                [NEEDS target …] [PROPERTIES key value …])
#
# One Catch2 program; every TEST_CASE in it becomes a ctest test of its own, so a failure names
# the story that broke. LABELS get the folders under tests/ added (tests/bus/ → `bus`). NEEDS
# are programs that the test starts. TIMEOUT (60 s) is multiplied where a sanitizer slows it.
#
# The program lists its tests when it has been linked. Catch2's own catch_discover_tests() is
# not used: it keeps one label only, and takes a program that a sanitizer ended for an empty one.

set(signalbox_discover_script ${CMAKE_CURRENT_LIST_DIR}/DiscoverTests.cmake)

# Threads of ours meet in these folders: their tests are what the tsan preset builds and runs.
set(signalbox_threaded runtime bus journal)
add_custom_target(tsan_tests)

function(signalbox_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS;NEEDS;PROPERTIES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: what is '${ARG_UNPARSED_ARGUMENTS}'?")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE signalbox_catch_main ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM signalbox_catch_main)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set_target_properties(${name} PROPERTIES SIGNALBOX_PCH ON)
  endif()
  if(ARG_NEEDS)
    add_dependencies(${name} ${ARG_NEEDS})
  endif()

  signalbox_test_labels(labels ${ARG_LABELS})
  if("tsan" IN_LIST labels)
    add_dependencies(tsan_tests ${name})
  endif()
  signalbox_test_timeout(timeout ${ARG_TIMEOUT})
  set(properties TIMEOUT ${timeout} ${ARG_PROPERTIES})

  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/${name}_list.cmake)
  add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS ${list_file} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 ${CMAKE_COMMAND}
      "-DPROGRAM=$<TARGET_FILE:${name}>" "-DNAME=${name}" "-DLABELS=${labels}"
      "-DPROPERTIES=${properties}" "-DOUT=${list_file}"
      -P ${signalbox_discover_script})
  # A test that was never built fails under its labels instead of not being there.
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake)
  file(CONFIGURE OUTPUT ${include_file} @ONLY CONTENT [[
if(EXISTS "@list_file@")
  include("@list_file@")
else()
  add_test("@name@_NOT_BUILT" "@name@_NOT_BUILT")
  set_tests_properties("@name@_NOT_BUILT" PROPERTIES LABELS "@labels@")
endif()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()

# signalbox_script_test(name LABELS … COMMAND program argument … [TIMEOUT seconds]): a test
# that is not a Catch2 program.
function(signalbox_script_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;COMMAND" ${ARGN})
  signalbox_test_labels(labels ${ARG_LABELS})
  signalbox_test_timeout(timeout ${ARG_TIMEOUT})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout})
endfunction()

function(signalbox_test_labels out)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE "/" ";" labels "${folder}")
  list(APPEND labels ${ARGN})
  foreach(label IN LISTS signalbox_threaded)
    if(label IN_LIST labels)
      list(APPEND labels tsan)
    endif()
  endforeach()
  list(REMOVE_DUPLICATES labels)
  list(REMOVE_ITEM labels "" ..)
  set(${out} "${labels}" PARENT_SCOPE)
endfunction()

function(signalbox_test_timeout out)
  set(seconds 60)
  if(ARGN)
    set(seconds ${ARGN})
  endif()
  if(SIGNALBOX_SANITIZE STREQUAL "address")
    math(EXPR seconds "3 * ${seconds}")
  elseif(SIGNALBOX_SANITIZE STREQUAL "thread")
    math(EXPR seconds "6 * ${seconds}")
  endif()
  set(${out} ${seconds} PARENT_SCOPE)
endfunction()
