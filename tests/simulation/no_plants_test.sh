#!/usr/bin/env bash
# no_plants_test.sh SHIPPED SIMULATE: the question whether a bug is planted leaves a symbol behind
# wherever it is asked. The shipped program has none; `simulate` has, or this test could not see it.
set -euo pipefail

mentions() { nm --demangle "$1" | grep -c 'signalbox::planted' || true; }

if (($(mentions "$2") == 0)); then
  echo "no planted bug is seen in $2: this test is blind" >&2
  exit 1
fi
if (($(mentions "$1") != 0)); then
  echo "$1 asks for planted bugs:" >&2
  nm --demangle "$1" | grep 'signalbox::planted' >&2
  exit 1
fi
for name in partial_fill_not_covered market_entry_sent_twice ids_by_chance; do
  if grep -q "$name" "$1"; then
    echo "$1 names the planted bug $name" >&2
    exit 1
  fi
done
