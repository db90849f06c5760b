# oms_embed_web(name): the library with every file below web/, and api/openapi.yaml, as declared in
# adapters/http/web_files.h. A file that changes, comes or goes is built in again.
function(oms_embed_web name)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/*)
  file(GLOB api CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/api/openapi.yaml)
  set(output ${CMAKE_BINARY_DIR}/generated/web_files.cc)
  set(list ${CMAKE_BINARY_DIR}/generated/web_files.txt)
  # The list is a dependency of its own, so that a file that was removed goes too.
  list(APPEND files ${api})
  list(JOIN files "\n" lines)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}\n" @ONLY)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D root=${CMAKE_SOURCE_DIR} -D list=${list} -D output=${output}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${list} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    COMMENT "Embedding web/" VERBATIM)
  add_library(${name} STATIC ${output})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
endfunction()

# oms_embed_templates(name): the library with every file below templates/, as declared in
# services/notifications/template_files.h.
function(oms_embed_templates name)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/templates/*)
  set(output ${CMAKE_BINARY_DIR}/generated/template_files.cc)
  set(list ${CMAKE_BINARY_DIR}/generated/template_files.txt)
  list(JOIN files "\n" lines)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}\n" @ONLY)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D root=${CMAKE_SOURCE_DIR} -D list=${list} -D output=${output}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_templates.cmake
    DEPENDS ${files} ${list} ${CMAKE_SOURCE_DIR}/cmake/embed_templates.cmake
    COMMENT "Embedding templates/" VERBATIM)
  add_library(${name} STATIC ${output})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
endfunction()
