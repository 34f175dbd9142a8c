# shellcheck shell=bash
# Building and running the fuzz targets.

fuzz_known() { sed -n 's/^signalbox_fuzz(\([a-z]*\) .*/\1/p' "$root/fuzz/CMakeLists.txt"; }

dev_fuzz() {
  local seconds=60 keep=false targets=() target
  while (($#)); do
    case $1 in
      --for | --for=*)
        if [[ $1 == --for ]]; then
          shift
          seconds=$(fuzz_seconds "${1-}")
        else
          seconds=$(fuzz_seconds "${1#--for=}")
        fi
        [[ -n $seconds ]] || usage_error "--for wants a time: 60s, 10m"
        ;;
      --keep) keep=true ;;
      -*) usage_error "fuzz has no option '$1'" ;;
      *)
        fuzz_known | grep -qx -- "$1" ||
          usage_error "there is no fuzz target '$1': $(fuzz_known | paste -sd' ')"
        targets+=("$1")
        ;;
    esac
    shift
  done
  require_packages "${runs_with[@]}" fuzz
  ((${#targets[@]})) || mapfile -t targets < <(fuzz_known)
  fuzz_build "${targets[@]}" || die "the fuzz build failed"
  for target in "${targets[@]}"; do
    fuzz_run "$target" "$seconds" || die "$target: see above; the input is in build/fuzz/found"
    [[ $keep == false ]] || fuzz_keep "$target" || die "$target: its corpus could not be made smaller"
  done
}

fuzz_seconds() {
  [[ $1 =~ ^([1-9][0-9]*)(s|m|h)?$ ]] || return 0
  case ${BASH_REMATCH[2]-} in
    m) echo $((BASH_REMATCH[1] * 60)) ;;
    h) echo $((BASH_REMATCH[1] * 3600)) ;;
    *) echo "${BASH_REMATCH[1]}" ;;
  esac
}

# fuzz_build TARGET …
fuzz_build() {
  configure_and_build fuzz "${@/#/fuzz_}" &&
    python3 "$root/fuzz/seeds.py" "$root/build/fuzz/corpus" >"$root/build/fuzz/seeds.log"
}

# fuzz_run TARGET SECONDS: the corpus first, then new inputs; what is new stays in the corpus.
fuzz_run() {
  local target=$1 seconds=$2 folder=$root/build/fuzz
  mkdir -p "$folder/found"
  echo "== fuzz $target for $seconds s"
  "$folder/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=65536 -print_final_stats=1 -verbosity=0 -artifact_prefix="$folder/found/$target-" \
    "$folder/corpus/$target"
}

# fuzz_keep TARGET: the fewest inputs, none of them long, that reach every branch the corpus reaches
# become fuzz/corpus/TARGET, which `./dev test` replays. What was once found stays: found-….
fuzz_keep() {
  local target=$1 folder=$root/build/fuzz kept=$root/fuzz/corpus/$1
  rm -rf "$folder/kept"
  mkdir -p "$folder/kept" "$kept"
  "$folder/fuzz/fuzz_$target" -merge=1 -use_counters=0 -max_len=2048 -verbosity=0 \
    "$folder/kept" "$folder/corpus/$target" || return
  find "$kept" -type f ! -name 'found-*' -delete
  cp "$folder"/kept/* "$kept/"
}

# For `./dev test --all`: each target over its corpus and a few seconds more. Counts as one test
# each.
fuzz_briefly() {
  local target
  local targets
  mapfile -t targets < <(fuzz_known)
  if ! fuzz_build "${targets[@]}"; then
    failed=$((failed + 1))
    failures+=("fuzz: the build")
    return
  fi
  for target in "${targets[@]}"; do
    if fuzz_run "$target" 5 >"$root/build/fuzz/$target.log" 2>&1; then
      passed=$((passed + 1))
    else
      tail -n 40 "$root/build/fuzz/$target.log"
      failed=$((failed + 1))
      failures+=("fuzz: $target")
    fi
  done
}
