#!/usr/bin/env bash
# api/asyncapi.yaml is valid, and describes each golden event. Skipped where npm or its packages
# cannot be had.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v npm >/dev/null || { echo "skipped: it needs npm"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$root/tests/e2e/asyncapi.mjs" "$folder"
cd "$folder"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund @asyncapi/parser@3 ajv@8 ajv-formats@3 ||
  { echo "skipped: npm cannot get the parser"; exit 77; }
node asyncapi.mjs "$root"
