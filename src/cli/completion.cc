#include <string>

#include "cli/command.h"
#include "cli/terminal.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  source <(oms completion bash)                                   in this shell
  oms completion zsh > ~/.zsh/functions/_oms                      a folder of $fpath
  oms completion fish > ~/.config/fish/completions/oms.fish
`make install` puts all three in their places.)";

// Each asks the program itself, so it completes what that version knows.
constexpr std::string_view for_bash = R"sh(# bash completion for oms
_oms() {
  local word current=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    [[ $word != "$current"* ]] || COMPREPLY+=("$word")
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _oms oms
)sh";

constexpr std::string_view for_zsh = R"sh(#compdef oms
_oms() {
  local line
  local -a found
  for line in ${(f)"$($words[1] __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#found )); then _describe -V oms found; else _files; fi
}
if [[ $funcstack[1] == _oms ]]; then _oms "$@"; else compdef _oms oms; fi
)sh";

constexpr std::string_view for_fish = R"sh(# fish completion for oms
function __oms_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c oms -f -a '(__oms_complete)'
complete -c oms -F -n 'test -z "$(__oms_complete)"'
)sh";

}  // namespace

void add_completion(const Command& oms) {
  const auto command = oms.add("completion", "Print a shell's completion of this program");
  auto shell = std::make_shared<std::string>();
  command.option("shell", shell.get(), "which",
                 {.is_required = true, .words = {"bash", "zsh", "fish"}});
  command.footer(examples);
  command.runs([shell] {
    say(*shell == "bash" ? for_bash : *shell == "zsh" ? for_zsh : for_fish);
    return Exit::ok;
  });
}

}  // namespace oms::cli
