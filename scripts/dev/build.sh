# shellcheck shell=bash
# Configuring and building by preset, and the two commands that run what was built.

runs_with=(build libraries)

dev_build() {
  (($# <= 1)) || usage_error "build takes one preset"
  local preset=${1:-dev}
  case $preset in
    release) require_packages "${runs_with[@]}" ;;
    dev | asan | tsan | core) require_packages "${runs_with[@]}" tests ;;
    *) usage_error "there is no preset '$preset': dev, release, asan, tsan, core" ;;
  esac
  configure_and_build "$preset" || die "the $preset build failed"
}

# The demo needs what a user needs and nothing for tests.
dev_demo() {
  require_packages "${runs_with[@]}"
  configure_and_build release || die "the release build failed"
  exec "$root/build/release/app/signalbox" demo "$@"
}

# Everything that is measured, one program after the other; figures as JSON, and the tables as they
# were printed, under bench/results/COMMIT. --peers measures npm's ccxt in the same blocks; other
# arguments go to latency_bench.
dev_bench() {
  local rest=() argument
  require_packages "${runs_with[@]}" bench
  for argument in "$@"; do
    if [[ $argument != --peers ]]; then
      rest+=("$argument")
      continue
    fi
    require_packages node
    install_node_packages || die "ccxt could not be installed"
    rest+=(--peers 1)
  done
  configure_and_build bench || die "the bench build failed"
  local programs=$root/build/release/bench commit results name
  commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
  git -C "$root" diff --quiet HEAD -- ':!bench/results' 2>/dev/null || commit+=-changed
  results=$root/bench/results/$commit
  mkdir -p "$results"
  for name in messages binance chain; do
    echo "== $name"
    "$programs/${name}_bench" --benchmark_out="$results/$name.json" \
      --benchmark_out_format=json | tee "$results/$name.txt" || die "${name}_bench failed"
    # Whose machine it was is nobody's business.
    sed -i '/"host_name"\|"executable"/d' "$results/$name.json"
  done
  echo "== venue"
  "$programs/venue_bench" --json "$results/venue.json" |
    tee "$results/venue.txt" || die "venue_bench failed"
  echo "== recovery"
  "$programs/recovery_bench" 10000 0 "$results/recovery.json" |
    tee "$results/recovery.txt" || die "recovery_bench failed"
  for name in start fanout; do
    echo "== $name"
    "$programs/${name}_bench" 5 "$results/$name.json" |
      tee "$results/$name.txt" || die "${name}_bench failed"
  done
  echo "== latency"
  "$programs/latency_bench" --commit "$commit" --json "$results/latency.json" \
    ${rest[@]+"${rest[@]}"} | tee "$results/latency.txt" || die "latency_bench failed"
  echo "== written to ${results#"$root"/}; bench/page.py ${results#"$root"/} brings the docs up to date"
}

# configure_and_build PRESET [TARGET …]: both of the build's steps, and how long they took.
configure_and_build() {
  local preset=$1 started=$SECONDS log
  shift
  mkdir -p "$root/build"
  log=$root/build/configure-$preset.log
  echo "== configure $preset"
  if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  echo "== build $preset, $jobs at a time"
  (cd "$root" && NINJA_STATUS='[%f/%t %es] ' \
    without_aslr "$preset" cmake --build --preset "$preset" --parallel "$jobs" \
      ${1+--target "$@"}) || return 1
  echo "== built $preset in $(duration $((SECONDS - started)))"
}

# GCC 12's ThreadSanitizer ends a program whose memory the kernel has scattered too widely, as
# kernels newer than Debian 12's do.
without_aslr() {
  local preset=$1
  shift
  if [[ $preset == tsan ]] && setarch -R true 2>/dev/null; then
    setarch -R "$@"
  else
    "$@"
  fi
}

duration() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }
