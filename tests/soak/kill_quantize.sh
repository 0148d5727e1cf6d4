#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Kills a quantize job with SIGKILL at random moments, resumes it, and compares every layer's checksum with those of a
# job that was left alone. Prints one line a trial; exits with 1 when any differs.
#
#   tests/soak/kill_quantize.sh [TRIALS] [KERF_CLI]        default: 20, build/release/kerf-cli
#   SEQUENTIAL=1 tests/soak/kill_quantize.sh               the same in sequential mode
#   MODEL=… CALIBRATION=… WINDOW=256 SAMPLES=64            another model or text; default: the bundled sample

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
trials=${1:-20}
cli=${2:-$root/build/release/kerf-cli}
model=${MODEL:-$root/resources/sample/model}
calibration=${CALIBRATION:-$root/resources/sample/calibration.txt}
job=(quantize "$model" --format int4-g64 --calibration "$calibration" --window "${WINDOW:-256}"
    --samples "${SAMPLES:-64}" --name soak --quiet)
[ -n "${SEQUENTIAL:-}" ] && job+=(--sequential)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

checksums() { # WORKSPACE
    "$cli" runs soak -w "$1" --json | grep -E '"(layer|artifact_key|tensor_hash)":'
}

start=$(date +%s%N)
"$cli" "${job[@]}" -w "$work/whole.kerf" >/dev/null
duration=$((($(date +%s%N) - start) / 1000000))
checksums "$work/whole.kerf" >"$work/whole.txt"
echo "uninterrupted: $duration ms, $(grep -c tensor_hash "$work/whole.txt") layers, $(sha256sum <"$work/whole.txt" | cut -c1-16)"

bad=0
for trial in $(seq "$trials"); do
    file=$work/trial.kerf
    kills=0
    # Up to three kills a trial, then it is let run to its end.
    for _ in 1 2 3; do
        "$cli" "${job[@]}" -w "$file" >/dev/null 2>&1 &
        pid=$!
        moment=$((RANDOM * duration / 32768 / 2)) # ms; half, as what is finished makes the next try shorter
        sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
        kill -KILL $pid 2>/dev/null && kills=$((kills + 1))
        wait $pid 2>/dev/null || true
    done
    "$cli" "${job[@]}" -w "$file" >/dev/null
    checksums "$file" >"$work/trial.txt"
    if cmp -s "$work/whole.txt" "$work/trial.txt"; then
        echo "trial $trial: $kills kills, equal"
    else
        echo "trial $trial: $kills kills, DIFFERENT"
        bad=$((bad + 1))
    fi
    rm -rf "$file" "$file".*
done
echo "$((trials - bad)) of $trials equal"
[ $bad -eq 0 ]
