# oms_revision: the library with process/version.h's `revision()`. It asks git at each build, and is
# compiled again only when the answer is another.
set(oms_revision_file ${CMAKE_BINARY_DIR}/generated/revision.cc)
add_custom_target(oms_revision_look
  COMMAND ${CMAKE_COMMAND} -D root=${CMAKE_SOURCE_DIR} -D output=${oms_revision_file}
          -P ${CMAKE_SOURCE_DIR}/cmake/write_revision.cmake
  BYPRODUCTS ${oms_revision_file} VERBATIM)
add_library(oms_revision STATIC ${oms_revision_file})
add_dependencies(oms_revision oms_revision_look)
target_include_directories(oms_revision PRIVATE ${CMAKE_SOURCE_DIR}/src)
