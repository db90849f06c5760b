# To be sourced: the processes that a script has started, by their ids and logs in $folder, and what
# it says of them under $name.

say() { printf '%-13s %s\n' "$name" "$*" >&2; }
fail() { say "$*"; exit 1; }

# A process is known by its id and when it started, so that a recycled id is never meant.
started_at() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" = Z ] || echo "${20}"
}
is_alive() { [ -n "$2" ] && [ "$(started_at "$1")" = "$2" ]; }

# launch TAG COMMAND...: starts it in a session of its own, its output in TAG.log.
launch() {
  local tag=$1 pid at
  shift
  (cd / && exec setsid "$@" </dev/null >>"$folder/$tag.log" 2>&1 9>&-) &
  pid=$!
  disown "$pid"  # bash would print that it was killed
  at=$(started_at "$pid")
  echo "$tag $pid $at" >>"$folder/pids"
}

processes() { cat "$folder/pids" 2>/dev/null || true; }
living() {
  local tag pid at
  processes | while read -r tag pid at; do ! is_alive "$pid" "$at" || echo "$tag $pid $at"; done
}
# Whether all that was started still runs.
runs() { [ -s "$folder/pids" ] && [ "$(living)" = "$(processes)" ]; }

stop() {
  local tag pid at tenths
  living | tac | while read -r tag pid at; do
    kill "-${stop_signal:-TERM}" "$pid" 2>/dev/null || true
    for ((tenths = 0; tenths < 300; ++tenths)); do
      is_alive "$pid" "$at" || continue 2
      sleep 0.1
    done
    say "$tag did not end in 30 s: killing it"
    kill -KILL "$pid" 2>/dev/null || true
  done
  rm -f "$folder/pids"
}

port_is_taken() { (exec 8<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
