# Reads C++ files and reports what breaks the dependency rule. Run by scripts/check_dependencies.
# Needs LC_ALL=C, so that bytes are counted alike by every awk.

BEGIN {
  # layer -> what its files may include, as prefixes of the path from src/.
  below_services = "base/ codec/ messages/"
  sees["base"] = "base/"
  sees["codec"] = "base/ codec/"
  sees["messages"] = below_services
  sees["sagas"] = below_services " sagas/"
  sees["ports"] = below_services " ports/"
  sees["services"] = below_services " sagas/ services/service.h"
  sees["edge"] = below_services " ports/ edge/"
  sees["runtime"] = below_services " ports/ services/service.h runtime/"
  sees["process"] = below_services " sagas/ services/ ports/ runtime/ edge/ adapters/ process/"
  # adapters/crypto/, adapters/curl/, adapters/mail/ and adapters/sqlite_connection/ serve no port:
  # they are where the adapters keep the one wrapping of OpenSSL, libcurl, MIME and SQLite.
  sees["adapters"] = below_services " ports/ adapters/crypto/ adapters/curl/ adapters/mail/" \
                     " adapters/sqlite_connection/"

  split("base codec messages sagas services", names)
  for (i in names) pure[names[i]] = 1

  concurrent = "thread|jthread|([a-z]+_)*mutex|atomic|condition_variable|async|future|promise"

  limit_columns = 100
  limit_lines = 400
}

FNR == 1 { finish_file(); start_file() }

{
  lines = FNR
  columns = $0
  gsub(/[\200-\277]/, "", columns)  # the further bytes of a UTF-8 character
  if (length(columns) > limit_columns && file !~ /^web\//)
    report("has " length(columns) " columns; break it at " limit_columns)
}

!is_source { next }

/^[ \t]*#[ \t]*include/ { check_include(); next }

/^#pragma once/ { has_pragma = 1 }

{
  code = without_text($0)
  if (code ~ /(class|struct|enum)[ \t]+[A-Za-z0-9_]*(Manager|Helper|Util)([ \t:{]|$)/)
    report("a Manager, Helper or Util says nothing; name it after what it does")
  if (layer in pure && !is_test) check_purity(code)
}

END { finish_file(); exit failed }

function start_file(    parts) {
  file = FILENAME
  sub(/^\.\//, "", file)
  is_source = file ~ /\.(cc|h)$/
  is_test = file ~ /_test\.cc$/
  in_comment = 0
  has_pragma = 0
  layer = folder = ""
  if (file ~ /^src\//) {
    split(file, parts, "/")
    layer = parts[2]
    folder = parts[2] "/"
    if (layer == "services" || layer == "adapters") folder = folder parts[3] "/"
    if (layer != "cli" && !(layer in sees))
      report_at(1, "src/" layer "/ is no layer; see the dependency rule in the documentation")
  }
}

function finish_file() {
  if (file == "") return
  if (lines > limit_lines)
    report_at(lines, "the file has " lines " lines; split it, " limit_lines " is the limit")
  if (file ~ /\.h$/ && !has_pragma) report_at(1, "a header starts with #pragma once")
}

function report_at(line, what) {
  printf "%s:%d: %s\n", file, line, what
  failed = 1
}

function report(what) { report_at(FNR, what) }

function starts_with(text, prefix) { return substr(text, 1, length(prefix)) == prefix }

function check_include(    path) {
  path = $0
  if (path ~ /"/) {
    sub(/^[^"]*"/, "", path)
    sub(/".*/, "", path)
    check_own_header(path)
  } else {
    sub(/^[^<]*</, "", path)
    sub(/>.*/, "", path)
    check_outside_header(path)
  }
}

function check_own_header(path,    allowed, count, i) {
  if (layer == "" || layer == "cli") return
  if (path !~ /\//) {
    report("includes \"" path "\"; write the path from src/")
    return
  }
  if (is_test && starts_with(path, "tests/support/")) return
  if (starts_with(path, folder)) return
  count = split(sees[layer], allowed, " ")
  for (i = 1; i <= count; i++) if (starts_with(path, allowed[i])) return
  report("src/" folder " may not include \"" path "\"; it sees only its own folder and " \
         list(sees[layer]) advice(path))
}

function list(text) { gsub(/ /, ", ", text); return text }

function advice(path) {
  if (layer == "services" && starts_with(path, "services/"))
    return "; services speak to each other by messages"
  if (starts_with(path, "adapters/")) return "; only src/process/ names adapters, use a port"
  return ""
}

function check_outside_header(path) {
  if (is_test && path ~ /^(gtest|gmock|rapidcheck)[\/.]|^rapidcheck$/) return
  if (path ~ /^CLI\// && layer != "" && file !~ /^src\/cli\/command(_line)?\.cc$/)
    report("<" path "> takes seconds to compile; describe commands by src/cli/command.h")
  if (path ~ /[\/.]/) {
    if (layer == "" || layer ~ /^(adapters|process|cli)$/) return
    if (path ~ /^boost\/(describe|mp11)[\/.]/ && may_describe()) return
    report("<" path "> is third-party; only adapters, process and cli include such headers " \
           "(and Boost.Describe where messages and records list their fields)")
    return
  }
  if (!(layer in pure) || is_test) return
  if (has(path, concurrent "|semaphore|latch|barrier|stop_token"))
    report("<" path "> in src/" layer "/; rules run on one thread, concurrency is the runtime's")
  if (path ~ /^(random|ctime)$/)
    report("<" path "> in src/" layer "/; take the time from `now` and ids from the message")
  if (path ~ /^(fstream|iostream|filesystem|cstdio)$/)
    report("<" path "> in src/" layer "/; rules do no I/O, ask for an effect")
}

function may_describe() {
  return layer == "codec" || layer == "messages" ||
         file ~ /^src\/(runtime|services\/[^\/]+)\/(records|correspondence)\.(h|cc)$/
}

# The line without comments and the contents of strings.
function without_text(line) {
  if (in_comment) {
    if (line !~ /\*\//) return ""
    sub(/^.*\*\//, "", line)
    in_comment = 0
  }
  gsub(/'(\\.|[^\\'])'/, "' '", line)
  gsub(/"(\\.|[^\\"])*"/, "\"\"", line)
  sub(/\/\/.*/, "", line)
  gsub(/\/\*([^*]|\*[^\/])*\*\//, " ", line)
  if (line ~ /\/\*/) {
    in_comment = 1
    sub(/\/\*.*/, "", line)
  }
  return line
}

# Whether the code has this word, on its own.
function has(code, word) {
  return code ~ ("(^|[^A-Za-z0-9_])(" word ")([^A-Za-z0-9_]|$)")
}

function check_purity(code) {
  if (code ~ /::now[ \t]*\(/ || code ~ /(std)?::time[ \t]*\(/ ||
      code ~ /(^|[^A-Za-z0-9_.>])time[ \t]*\((nullptr|NULL|0|&)/ ||
      has(code, "clock_gettime|gettimeofday|localtime|gmtime"))
    report("reads a clock; take the time from `now`")
  if (has(code, "s?rand|random_device|mt19937(_64)?|minstd_rand0?|arc4random|getrandom|getentropy"))
    report("uses randomness; ids come from the edge with the message")
  if (has(code, "thread_local|std::(" concurrent "|[a-z]+_lock|lock_guard|atomic_[a-z_]+)"))
    report("uses threads or atomics; rules run on one thread, concurrency is the runtime's")
  if (has(code, "(secure_)?getenv|setenv|putenv"))
    report("reads the environment; configuration comes in through the constructor")
  if (has(code, "double|float") && $0 !~ /\/\/ not money$/)
    report("floating point; money is integer minor units (else end the line with `// not money`)")
}
