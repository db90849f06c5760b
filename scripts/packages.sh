# Sourced: Debian packages are installed without starting the servers that they hold.

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# without_starting COMMAND...: while it runs, no package's script starts a service (policy-rc.d(8)).
without_starting() {
  local forbids=/usr/sbin/policy-rc.d made= code=0
  if [ ! -e $forbids ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $forbids >/dev/null
    as_root chmod 755 $forbids
    made=yes
  fi
  "$@" || code=$?
  [ -z "$made" ] || as_root rm -f $forbids
  return $code
}
