#!/usr/bin/env bash
# The closing count of `./dev test`, fed with reports as ctest writes them.
set -euo pipefail
# shellcheck source=scripts/dev/test.sh
source "$1/scripts/dev/test.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0

# expect "closing line" "exit status of ./dev test" "failures", after add_report calls
expect() {
  local status=0 line
  line=$(close_count | tail -n 1) || status=$?
  if [[ $line != "$1" || $status != "$2" || ${failures[*]-} != "$3" ]]; then
    echo "wanted '$1' ($2) [$3], got '$line' ($status) [${failures[*]-}]" >&2
    bad=1
  fi
  passed=0 failed=0 skipped=0 failures=()
}

cat >"$folder/mixed.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)"
	tests="8"
	failures="2"
	disabled="1"
	skipped="3"
	>
	<testcase name="good" classname="good" time="0.1" status="run">
		<system-out>&lt;testcase name="no" status="fail"&gt;
	tests="77" failures="88"
0 passed, 9 failed
</system-out>
	</testcase>
	<testcase name="a &lt;b&gt; &amp; &quot;status=&quot;fail&quot;" classname="x" time="0" status="run">
		<system-out></system-out>
	</testcase>
	<testcase name="bad &amp; &lt;ugly&gt;" classname="bad" time="0.1" status="fail">
		<failure message=""/>
		<system-out></system-out>
	</testcase>
	<testcase name="crashed" classname="crashed" time="0.1" status="fail">
		<failure message=""/>
	</testcase>
	<testcase name="says it skips" classname="s" time="0.1" status="notrun">
		<skipped message="SKIP_RETURN_CODE=4"/>
		<system-out></system-out>
	</testcase>
	<testcase name="not built" classname="n" time="0" status="notrun">
		<skipped message="Unable to find executable"/>
		<system-out>Unable to find executable: n</system-out>
	</testcase>
	<testcase name="off" classname="off" time="0" status="disabled">
		<system-out>Disabled</system-out>
	</testcase>
	<testcase name="no fixture" classname="f" time="0" status="notrun">
		<skipped message="Fixture dependency failed"/>
	</testcase>
</testsuite>
XML
add_report dev "$folder/mixed.xml" 8
expect "2 passed, 4 failed, 2 skipped" 1 "dev: bad & <ugly> dev: crashed dev: not built dev: no fixture"

cat >"$folder/good.xml" <<'XML'
<testsuite name="(empty)"
	tests="1"
	>
	<testcase name="good" classname="good" time="0.1" status="run">
		<system-out></system-out>
	</testcase>
</testsuite>
XML
add_report dev "$folder/good.xml" 0
add_report asan "$folder/good.xml" 0
expect "2 passed, 0 failed" 0 ""

# ctest complains without naming a test, dies before it writes, or is cut off.
add_report dev "$folder/good.xml" 8
expect "1 passed, 1 failed" 1 "dev: ctest ended with status 8"
add_report dev "$folder/none.xml" 0
expect "0 passed, 1 failed" 1 "dev: ctest ended with status 0"
head -n 4 "$folder/good.xml" >"$folder/cut.xml"
add_report dev "$folder/cut.xml" 139
expect "1 passed, 1 failed" 1 "dev: ctest ended with status 139"

# No test ran: that is no success.
echo '<testsuite name="(empty)" tests="0"/>' >"$folder/empty.xml"
add_report dev "$folder/empty.xml" 0
expect "0 passed, 0 failed" 1 ""

exit "$bad"
