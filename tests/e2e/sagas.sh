#!/usr/bin/env bash
# sagas.sh OMS: docs/sagas.md ends with what `oms sagas --markdown` prints.
set -euo pipefail

oms=$(realpath "${1:?usage: sagas.sh OMS, the path of the binary}")
document=$(cd "$(dirname "$0")/../.." && pwd)/docs/sagas.md

if ! diff <(sed '1,/^<!-- oms sagas --markdown -->$/d' "$document") <("$oms" sagas --markdown); then
  echo "sagas.sh: docs/sagas.md is old: put the output of 'oms sagas --markdown' after its mark" >&2
  exit 1
fi
