# shellcheck shell=bash
# Killing the engine at chosen places and judging what came of it.

# Arguments go to torture/torture.py; --help tells them.
dev_torture() {
  require_packages "${runs_with[@]}" tests python
  configure_and_build dev signalbox signalbox_torture || die "the dev build failed"
  SIGNALBOX=$root/build/dev/app/signalbox \
    SIGNALBOX_TORTURE=$root/build/dev/torture/signalbox_torture \
    exec /usr/bin/python3 -u "$root/torture/torture.py" "$@"
}
