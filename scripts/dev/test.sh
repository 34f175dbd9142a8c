# shellcheck shell=bash
# Running the tests: which, how, and the closing count over all runs of ctest.

passed=0 failed=0 skipped=0
failures=()

dev_test() {
  local all=false labels=()
  while (($#)); do
    case $1 in
      --all) all=true ;;
      -*) usage_error "test has no option '$1'" ;;
      *) labels+=("$1") ;;
    esac
    shift
  done
  if [[ $all == true ]] && ((${#labels[@]})); then
    usage_error "test takes --all or labels, not both"
  fi

  require_packages "${runs_with[@]}" tests python node
  [[ $all == false ]] || require_packages fuzz
  if ! install_node_packages; then
    failed=$((failed + 1))
    failures+=("tests/node: npm ci")
  fi
  if ((${#labels[@]})); then
    build_and_test dev dev --label-regex "^($(IFS='|' && echo "${labels[*]}"))\$"
  elif [[ $all == true ]]; then
    build_and_test dev dev
    build_and_test asan asan
    build_and_test tsan tsan
    fuzz_briefly
  else
    build_and_test dev quick
  fi
  close_count
}

# build_and_test PRESET TEST_PRESET [ctest's arguments]: adds to the count. A build that fails
# counts as one failure, so that the other builds are still tried.
build_and_test() {
  local preset=$1 tests=$2 report="$root/build/$1/tests.xml" status=0 started
  shift 2
  if ! configure_and_build "$preset"; then
    failed=$((failed + 1))
    failures+=("$preset: the build")
    return
  fi
  echo "== test $preset"
  started=$SECONDS
  rm -f "$report"
  (cd "$root" && without_aslr "$preset" \
    ctest --preset "$tests" --parallel "$jobs" --output-junit "$report" "$@") || status=$?
  add_report "$preset" "$report" "$status"
  echo "== tested $preset in $(duration $((SECONDS - started)))"
}

# add_report PRESET FILE STATUS: reads ctest's JUnit file. Tests that could not be started and
# tests whose fixture failed are only "skipped" there: here they have failed. A ctest that
# complained without naming a test, or left no file, counts as one failure.
add_report() {
  local preset=$1 report=$2 status=$3 before=$failed kind name
  if [[ -s $report ]]; then
    while IFS=$'\t' read -r kind name; do
      case $kind in
        passed) passed=$((passed + 1)) ;;
        skipped) skipped=$((skipped + 1)) ;;
        *)
          failed=$((failed + 1))
          failures+=("$preset: $name")
          ;;
      esac
    done < <(read_junit "$report")
  fi
  if [[ ! -s $report ]] || ((status != 0 && failed == before)); then
    failed=$((failed + 1))
    failures+=("$preset: ctest ended with status $status")
  fi
}

# One line a test: passed, skipped or failed, a tab, its name. In ctest's file a test's own
# output is escaped, so a line that begins with <testcase is always ctest's.
read_junit() {
  awk '
    function say(kind) { if (name != "") printf "%s\t%s\n", kind, name; name = "" }
    /^\t<testcase name="/ {
      say("failed")
      name = $0
      sub(/^\t<testcase name="/, "", name)
      sub(/" classname=.*/, "", name)
      gsub(/&lt;/, "<", name); gsub(/&gt;/, ">", name); gsub(/&quot;/, "\"", name)
      gsub(/&apos;/, "\047", name); gsub(/&amp;/, "\\&", name)
      if ($0 ~ /status="run">$/) say("passed")
      else if ($0 ~ /status="disabled">$/) say("skipped")
    }
    /^\t\t<skipped message="SKIP_/ { say("skipped") }
    END { say("failed") }
  ' "$1"
}

close_count() {
  local failure
  for failure in ${failures[@]+"${failures[@]}"}; do
    echo "failed: $failure"
  done
  if ((passed + failed == 0)); then
    echo "no test ran"
  fi
  echo "$passed passed, $failed failed$( ((skipped == 0)) || echo ", $skipped skipped")"
  ((failed == 0 && passed > 0))
}
