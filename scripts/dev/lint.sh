# shellcheck shell=bash
# The checks that need no build, and the formatter.

dev_format() {
  (($# == 0)) || usage_error "format takes nothing: it does all sources"
  require_packages lint
  sources | xargs -0 -r clang-format -i --
}

dev_lint() {
  local bad=()
  require_packages "${runs_with[@]}" tests lint

  echo "== layout"
  sources | xargs -0 -r clang-format --dry-run -Werror -- || bad+=(layout)
  echo "== include rules"
  /usr/bin/python3 "$root/tests/include_rules/check.py" "$root" || bad+=("include rules")
  echo "== shell scripts"
  (cd "$root" && shellcheck -x dev .ci/run tests/dev/*.sh) || bad+=("shell scripts")
  echo "== clang-tidy"
  tidy "$@" || bad+=(clang-tidy)

  ((${#bad[@]} == 0)) || die "lint found something: $(IFS=, && echo "${bad[*]}")"
  echo "lint found nothing"
}

# tidy [--all | FILE …]: by default what the work tree and the commits not yet pushed changed.
tidy() {
  local files=()
  case ${1-} in
    --all) mapfile -d '' files < <(sources '*.cpp') ;;
    -*) usage_error "lint has no option '$1'" ;;
    '') mapfile -t files < <(changed_sources) ;;
    *) mapfile -t files < <(realpath -- "$@") ;;
  esac
  if ((${#files[@]} == 0)); then
    echo "no C++ file changed; --all checks every one"
    return
  fi
  # A build folder for its list of compile commands only: clang can't read GCC's precompiled
  # headers.
  mkdir -p "$root/build"
  (cd "$root" && cmake --preset lint) >"$root/build/configure-lint.log" 2>&1 || {
    cat "$root/build/configure-lint.log" >&2
    return 1
  }
  printf '%s\0' "${files[@]}" |
    (cd "$root" && xargs -0 -n 1 -P "$jobs" clang-tidy -p build/lint --quiet) 2>&1 |
    { grep --line-buffered -vE '^[0-9]+ warnings? generated' || true; }
}

# Paths from the root's folder, each ended by a zero byte: all C++ that git tracks or would.
sources() {
  local patterns=("$@")
  (($#)) || patterns=('*.hpp' '*.cpp')
  our_git ls-files -z --cached --others --exclude-standard --deduplicate -- "${patterns[@]}" |
    while IFS= read -r -d '' file; do
      [[ -f $root/$file ]] && printf '%s\0' "$root/$file"
    done
}

changed_sources() {
  local base
  base=$(our_git merge-base HEAD '@{upstream}' 2>/dev/null) ||
    base=$(our_git rev-parse --quiet --verify HEAD^) || base=HEAD
  {
    our_git diff --name-only --diff-filter=d "$base" -- '*.hpp' '*.cpp'
    our_git ls-files --others --exclude-standard -- '*.hpp' '*.cpp'
  } | sort -u | sed "s|^|$root/|"
}

# The checkout may belong to another user than root.
our_git() { git -C "$root" -c safe.directory="$root" "$@"; }
