# Run as a script: writes ${output}, a C++ file that holds the templates named in ${list}, one a
# line, as declared in services/notifications/template_files.h.

file(STRINGS ${list} files)
set(rows "")
foreach(file IN LISTS files)
  file(READ ${file} text)
  file(RELATIVE_PATH path ${root}/templates ${file})
  string(APPEND rows "    {\"${path}\", R\"template(${text})template\"},\n")
endforeach()

file(WRITE ${output} "// Generated from templates/ by cmake/embed_templates.cmake.
#include \"services/notifications/template_files.h\"

#include <vector>

namespace oms::notifications {

std::span<const TemplateFile> template_files() {
  static const std::vector<TemplateFile> files{
${rows}  };
  return files;
}

}  // namespace oms::notifications
")
