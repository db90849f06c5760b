# Libraries by folder: a new source file needs no line anywhere, Ninja looks again at each build.

# The headers that nearly every file reads, compiled once and shared. A file must still include
# what it uses: `make check` reads every file without this.
set(oms_common_headers
  <boost/describe.hpp> <boost/mp11.hpp>
  <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <span>
  <string> <string_view> <tuple> <unordered_map> <utility> <variant> <vector>)

# A target that only holds a precompiled header, for others to share.
function(oms_precompile name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cc.new "namespace oms {}\n")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/${name}.cc.new ${CMAKE_BINARY_DIR}/${name}.cc
    ONLY_IF_DIFFERENT)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

if(OMS_PCH)
  oms_precompile(oms_pch ${oms_common_headers})
endif()

# oms_share_precompiled(target holder): use holder's precompiled header, if there is one.
function(oms_share_precompiled target holder)
  if(OMS_PCH AND TARGET ${holder})
    target_precompile_headers(${target} REUSE_FROM ${holder})
  endif()
endfunction()

# oms_library(folder [AND folders...] [USES targets...] [PRECOMPILE headers...])
# The library oms_<folder> from every .cc below src/<folder>, but the tests and main.cc, and below
# the folders of the root after AND. It may be headers only. PRECOMPILE gives it a precompiled
# header of its own.
function(oms_library folder)
  cmake_parse_arguments(arg "" "" "AND;USES;PRECOMPILE" ${ARGN})
  string(REPLACE "/" "_" name "oms_${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cc)
  foreach(more IN LISTS arg_AND)
    file(GLOB_RECURSE further CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${more}/*.cc)
    list(APPEND sources ${further})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${arg_USES})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  if(arg_AND)
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  endif()
  target_link_libraries(${name} PUBLIC ${arg_USES})
  if(OMS_PCH AND arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${oms_common_headers} ${arg_PRECOMPILE})
  else()
    oms_share_precompiled(${name} oms_pch)
  endif()
endfunction()
