# One set-up at a time in one checkout. Sourced by scripts/setup.

# take_lock PATH: waits until no other process holds it; it is given back when this process ends.
take_lock() {
  if command -v flock >/dev/null; then
    exec 9>"$1"
    if ! flock -n 9; then
      say 'another set-up is running here; waiting for it …'
      flock 9
    fi
  else
    take_lock_folder "$1.d"
  fi
}

# Where flock is missing (macOS): making a folder is atomic, and the process named in it must still live.
take_lock_folder() {
  local waited=0 owner
  until mkdir "$1" 2>/dev/null; do
    owner=$(cat "$1/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      mv "$1" "$1.stale.$$" 2>/dev/null && rm -rf "$1.stale.$$"
      continue
    fi
    [ "$waited" = 1 ] || say 'another set-up is running here; waiting for it …'
    waited=1
    sleep 1
  done
  echo $$ >"$1/pid"
  lock_folder=$1
  trap 'rm -rf "$lock_folder"' EXIT
}
