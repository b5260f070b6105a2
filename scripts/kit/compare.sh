#!/usr/bin/env bash
# bash scripts/kit/compare.sh WORKERS PLAN DATA OUT [options of xclr compare…]: several processes take the cells of one comparison, as a
# GPU that one small encoder does not fill has room for more. A cell is computed by one of them; the last to end writes the page.
set -euo pipefail
workers=$1 plan=$2 data=$3 out=$4
shift 4
xclr=$(dirname "${BASH_SOURCE[0]}")/../xclr
mkdir -p "$out"
for ((i = 0; i < workers; i++)); do
  bash "$xclr" compare "$plan" --data "$data" --out "$out" "$@" >"$out/worker-$i.log" 2>&1 &
done
wait || true
for ((i = 0; i < workers; i++)); do tail -n 3 "$out/worker-$i.log"; done
bash "$xclr" compare "$plan" --data "$data" --out "$out" "$@" # nothing is left but the page, unless a worker failed
