#!/usr/bin/env bash
# Made by `npm run kit`. Unpacks this folder, builds the native part with python3's LibTorch and runs what is asked for:
#   bash run.sh [--into FOLDER] [unpack|check|speed|COMMAND…]
# unpack: only that; check: the tests of the device; speed: the step beside PyTorch's; anything else is a command, run in the unpacked
# project with `xclr` and `node` in PATH. Without a word: check, then speed. XCLR_DEVICE=cpu tries it without a GPU. OUT: where results go.
set -euo pipefail
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
into=${XCLR_KIT:-$HOME/xclr-kit}
if [ "${1:-}" = --into ]; then into=$2; shift 2; fi
export OUT=${OUT:-$into/out} XDG_CACHE_HOME=$into/.cache XCLR_NO_INSTALL=1 XCLR_DEVICE=${XCLR_DEVICE:-cuda}
began=$SECONDS
say() { echo "kit: $* ($((SECONDS - began)) s)"; }

unpack() {
  if [ ! -e "$into/unpacked" ]; then
    mkdir -p "$into/bin" "$into/node_modules/@xclr"
    xz -dc "$kit/node.xz" >"$into/bin/node" & local node=$!
    xz -dc "$kit/modules.tar.xz" | tar -C "$into" -xf - & local modules=$!
    xz -dc "$kit/project.tar.xz" | tar -C "$into" -xf -
    wait "$node" "$modules"
    chmod +x "$into/bin/node"
    ln -sfn ../../packages/torch "$into/node_modules/@xclr/torch"
    ln -sfn ../packages/xclr "$into/node_modules/xclr"
    printf '#!/usr/bin/env bash\nexec node "%s/packages/xclr/bin/xclr.js" "$@"\n' "$into" >"$into/bin/xclr"
    chmod +x "$into/bin/xclr"
    touch "$into/unpacked"
    say unpacked
  fi
  # Data may arrive later than the program.
  shopt -s nullglob
  for archive in "$kit"/*.data.tar.xz; do
    local name; name=$(basename "$archive" .data.tar.xz)
    [ -e "$into/data/$name" ] && continue
    mkdir -p "$into/data/$name.part"
    xz -dc "$archive" | tar -C "$into/data/$name.part" -xf - && mv "$into/data/$name.part" "$into/data/$name"
    say "data/$name"
  done
  if [ -d "$kit/files" ]; then mkdir -p "$into/data" && cp -r "$kit/files/." "$into/data/"; fi
}

build() {
  node packages/torch/bin/setup.js
  say built
}

check() {
  local files=()
  for file in packages/*/test/device/*.check.mjs; do files+=("$file"); done
  XCLR_TEST_DEVICE=$XCLR_DEVICE node --test --test-reporter=tap "${files[@]}" 2>&1 | tee "$OUT/checks.tap" | grep -E '^(not ok|# (tests|pass|fail|duration))' || true
  say checked
}

speed() {
  node bench/device-step.mjs --device "$XCLR_DEVICE" --out "$OUT/device-step.json" 2>&1 | tee "$OUT/speed.log"
  say measured
}

mkdir -p "$OUT"
export PATH="$into/bin:$PATH"
unpack
cd "$into"
if [ "${1:-}" = unpack ]; then exit; fi
build
case "${1:-}" in
  '') check; speed ;;
  check | speed) for word in "$@"; do "$word"; done ;;
  *) "$@" ;;
esac
