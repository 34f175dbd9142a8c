# shellcheck shell=bash
# How much of the rules their own tests reach.

# Lines and branches of actors/rules, per file and in total, of the tests labelled `rules`. A test
# of another folder may reach more; what decides about money is to be shown by stories of its own.
dev_coverage() {
  (($# == 0)) || usage_error "coverage takes nothing"
  require_packages "${runs_with[@]}" tests coverage
  local build=$root/build/coverage
  configure_and_build coverage rules_test rules_life_test || die "the coverage build failed"
  find "$build" -name '*.gcda' -delete
  (cd "$root" && ctest --preset coverage --parallel "$jobs" --label-regex '^rules$' --quiet) ||
    die "a test of the rules failed: ./dev test rules"
  # Branches that only an exception takes are nobody's decision: the rules throw none.
  (cd "$root" && gcovr --root "$root" --object-directory "$build" \
    --filter "$root/actors/rules/" --exclude-throw-branches --exclude-unreachable-branches \
    --txt "$build/lines.txt" --json-summary "$build/coverage.json" \
    --html-details "$build/coverage.html" "$build/actors/rules" "$build/tests/rules") || die "gcovr failed"
  local goals=0
  /usr/bin/python3 "$root/scripts/dev/coverage.py" "$build/coverage.json" || goals=1
  echo "line by line: build/coverage/coverage.html"
  return "$goals"
}
