# What set-up prints, and the log it keeps. Sourced by scripts/setup.

steps=0

say() { echo "set-up: $*"; }

# die MESSAGE REMEDY: the reason and what to do about it, on standard error.
die() {
  echo "set-up: $1" >&2
  echo "  → $2" >&2
  exit 1
}

# step TEXT COMMAND…: runs it with its output in the log; shows the end of that output when it fails.
step() {
  local text=$1 began=$SECONDS mark
  shift
  steps=$((steps + 1))
  say "$text …"
  echo "=== $text: $*" >>"$log"
  mark=$(wc -l <"$log")
  if "$@" >>"$log" 2>&1 </dev/null; then
    if [ $((SECONDS - began)) -ge 5 ]; then say "  done in $((SECONDS - began)) s"; fi
    return 0
  fi
  echo "set-up: $text failed. From its output (all of it is in .cache/npm.log):" >&2
  tail -n "+$((mark + 1))" "$log" >"$log.step"
  { grep -iE -A 4 -m 8 'error[: ]|npm err' "$log.step"; echo '…'; tail -n 12 "$log.step"; } | cut -c 1-300 | sed 's/^/  | /' >&2
  rm -f "$log.step"
  return 1
}
