#!/usr/bin/env bash
# `./dev coverage` fails when a goal is missed, and says which.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# counted LINES BRANCHES EXPECTED_CODE EXPECTED_TEXT: of a thousand each.
counted() {
  printf '{"files": [{"filename": "actors/rules/a.cpp", "line_covered": %s, "line_total": 1000,
    "branch_covered": %s, "branch_total": 1000}], "line_covered": %s, "line_total": 1000,
    "branch_covered": %s, "branch_total": 1000}' "$1" "$2" "$1" "$2" >"$folder/counted.json"
  local code=0
  /usr/bin/python3 "$root/scripts/dev/coverage.py" "$folder/counted.json" >"$folder/said" 2>&1 || code=$?
  if [[ $code != "$3" ]] || ! grep -q -- "$4" "$folder/said"; then
    echo "lines $1, branches $2: code $code instead of $3, or not '$4':"
    cat "$folder/said"
    exit 1
  fi
}

root=$1
counted 1000 950 0 'a.cpp .*100.0 % .*95.0 %'
counted 1000 949 1 '949 of 1000 branches are reached, 95 % are wanted'
counted 999 1000 1 '999 of 1000 lines are reached, 100 % are wanted'
counted 999 10 1 '10 of 1000 branches'
