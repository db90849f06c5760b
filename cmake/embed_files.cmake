# Run as a script: writes ${output}, a C++ file that holds the files named in ${list}, one a line.
# Each is included by the assembler, and its SHA-256 is its etag.

set(type_css "text/css; charset=utf-8")
set(type_html "text/html; charset=utf-8")
set(type_ico "image/x-icon")
set(type_jpg "image/jpeg")
set(type_js "text/javascript; charset=utf-8")
set(type_json "application/json")
set(type_png "image/png")
set(type_svg "image/svg+xml")
set(type_txt "text/plain; charset=utf-8")
set(type_webmanifest "application/manifest+json")
set(type_webp "image/webp")
set(type_woff2 "font/woff2")
set(type_yaml "application/yaml")

file(STRINGS ${list} files)
set(count 0)
set(data "")
set(symbols "")
set(rows "")
foreach(file IN LISTS files)
  file(SHA256 ${file} sum)
  string(SUBSTRING ${sum} 0 32 etag)
  file(RELATIVE_PATH path ${root} ${file})
  string(REGEX REPLACE "^(web|api)/" "/" path ${path})
  cmake_path(GET file EXTENSION LAST_ONLY extension)
  string(SUBSTRING "${extension}" 1 -1 extension)
  set(type "application/octet-stream")
  if(DEFINED type_${extension})
    set(type ${type_${extension}})
  endif()
  set(name oms_web_${count})
  string(APPEND data "${name}: .incbin \"${file}\"\n${name}_end: .byte 0\n")
  string(APPEND symbols "extern const char ${name}[];\nextern const char ${name}_end[];\n")
  string(APPEND rows "      {\"${path}\", \"${type}\", between(${name}, ${name}_end), "
                     "\"\\\"${etag}\\\"\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE ${output} "// Generated from web/ and api/ by cmake/embed_files.cmake.
#include \"adapters/http/web_files.h\"

#include <cstddef>
#include <vector>

asm(R\"(
.section .rodata
${data}.previous
)\");

extern \"C\" {
${symbols}}

namespace oms {

namespace {

[[maybe_unused]] std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const WebFile> web_files() {
  static const std::vector<WebFile> files{
${rows}  };
  return files;
}

}  // namespace oms
")
