# shellcheck shell=bash
# Whole sessions under virtual time and faults, by their seeds. Arguments go to the program.

dev_simulate() {
  require_packages "${runs_with[@]}" tests
  if ! (cd "$root" && cmake --preset dev >/dev/null &&
    cmake --build --preset dev --parallel "$jobs" --target simulate); then
    die "the build of simulate failed"
  fi
  exec "$root/build/dev/simulation/simulate" "$@"
}
