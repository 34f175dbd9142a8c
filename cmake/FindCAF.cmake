# The C++ Actor Framework as Debian ships it: headers and shared libraries, but no CMake package.
#   find_package(CAF 0.17 REQUIRED)  →  CAF::core, CAF_VERSION

find_path(CAF_INCLUDE_DIR caf/config.hpp)
find_library(CAF_CORE_LIBRARY caf_core)
mark_as_advanced(CAF_INCLUDE_DIR CAF_CORE_LIBRARY)

if(CAF_INCLUDE_DIR)
  # `#define CAF_VERSION 1706` is 0.17.6: major, two digits minor, two digits patch.
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp _caf_define
       REGEX "^#define CAF_VERSION [0-9]+$")
  if(_caf_define MATCHES "([0-9]+)$")
    set(_caf_number ${CMAKE_MATCH_1})
    math(EXPR _caf_major "${_caf_number} / 10000")
    math(EXPR _caf_minor "${_caf_number} / 100 % 100")
    math(EXPR _caf_patch "${_caf_number} % 100")
    set(CAF_VERSION ${_caf_major}.${_caf_minor}.${_caf_patch})
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_CORE_LIBRARY CAF_INCLUDE_DIR
  VERSION_VAR CAF_VERSION)

if(CAF_FOUND AND NOT TARGET CAF::core)
  find_package(Threads REQUIRED)
  add_library(CAF::core UNKNOWN IMPORTED)
  set_target_properties(CAF::core PROPERTIES
    IMPORTED_LOCATION ${CAF_CORE_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
