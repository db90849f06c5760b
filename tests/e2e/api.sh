#!/usr/bin/env bash
# api.sh OMS: runs what docs/api.md shows; see readme.sh.
set -euo pipefail
exec "$(dirname "$0")/readme.sh" "${1:?usage: api.sh OMS, the path of the binary}" docs/api.md
