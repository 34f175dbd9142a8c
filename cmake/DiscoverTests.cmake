# Run after a Catch2 program was linked: asks it for its tests and writes them down for ctest.
# PROGRAM, NAME, LABELS, PROPERTIES and OUT come from signalbox_test().
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${PROGRAM} --list-test-names-only
  OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE result)

# One name a line. CMake's lists are cut at semicolons and kept whole by brackets: both are
# swapped for characters that no name has, and swapped back below.
string(ASCII 1 semicolon)
string(ASCII 2 open)
string(ASCII 3 close)
string(REPLACE ";" "${semicolon}" output "${output}")
string(REPLACE "[" "${open}" output "${output}")
string(REPLACE "]" "${close}" output "${output}")
string(REGEX REPLACE "\n+" ";" output "${output}")
list(FILTER output EXCLUDE REGEX "^$")
list(LENGTH output count)

# Catch2 exits with the number of tests, or 255 when there are more. Anything else is a program
# that died: better no build than a test run that left it out.
set(expected ${count})
if(count GREATER 255)
  set(expected 255)
endif()
if(count EQUAL 0 OR NOT result STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} could not list its tests: ${count} names, exit ${result}\n${errors}")
endif()

set(script "")
foreach(test IN LISTS output)
  string(REPLACE "${semicolon}" ";" test "${test}")
  string(REPLACE "${open}" "[" test "${test}")
  string(REPLACE "${close}" "]" test "${test}")
  # On Catch2's command line these would begin a second name, a tag or an escape; the ones
  # refused here would mean a wildcard or every other test. -w NoTests: none run is a failure.
  if(test MATCHES "^[~*\"]|[*\"]$")
    message(FATAL_ERROR "${PROGRAM}: a test's name can't begin or end like this: ${test}")
  endif()
  string(REPLACE "\\" "\\\\" pattern "${test}")
  string(REPLACE "," "\\," pattern "${pattern}")
  string(REPLACE "[" "\\[" pattern "${pattern}")
  string(APPEND script
    "add_test([==[${NAME}: ${test}]==] [==[${PROGRAM}]==] -w NoTests [==[${pattern}]==])\n"
    "set_tests_properties([==[${NAME}: ${test}]==] PROPERTIES LABELS \"${LABELS}\"")
  foreach(word IN LISTS PROPERTIES)
    string(APPEND script " [==[${word}]==]")
  endforeach()
  string(APPEND script ")\n")
endforeach()
file(WRITE "${OUT}" "${script}")
