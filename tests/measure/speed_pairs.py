#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether one build is as fast as another, and takes no more memory: both in turns, in one run.

    tests/measure/speed_pairs.py OLD/kerf-cli NEW/kerf-cli [--rounds 5] [--only prefill,profile]

Prefill and decode are what `bench` says of the float model, on each of MODELS; profile and quantize are whole processes, in
a fresh workspace each. Prints Markdown: the median of the rounds' ratios (new / old of speeds, old / new of times, so that
above 1 is faster), the least and the largest, and the ratio of the peak memories (below 1 is less).
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KERF_SHARED_DATA", ROOT.parent / "shared" / "data"))
TEXT = DATA / "text" / "tinystories-calibration.txt"
MODELS = {"story": DATA / "models" / "story-llama-0.7m", "sample": DATA / "sample" / "model"}
JOBS = {
    "profile": ["profile", "--calibration", str(TEXT), "--samples", "24", "--window", "256", "--formats",
                "int3-g64,int4-g64,int8-channel"],
    "quantize": ["quantize", "--format", "int4-g64", "--method", "gptq", "--calibration", str(TEXT), "--samples", "64",
                 "--window", "256"],
    "quantize sequential": ["quantize", "--format", "int4-g64", "--method", "gptq", "--sequential", "--calibration",
                            str(TEXT), "--samples", "64", "--window", "256"],
}


def run(command):
    """Seconds, peak memory in MiB and the JSON that it printed."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    seconds = time.monotonic() - started
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{err}")
    return seconds, json.loads(out)


def job(cli, model, name):
    """Speed (1 / s) and peak memory of one job in a workspace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [cli, JOBS[name][0], model, *JOBS[name][1:], "-w", f"{folder}/w.kerf", "--json"]
        peak = Path(folder) / "peak"
        seconds, _ = run(["/usr/bin/time", "-f", "%M", "-o", peak, *map(str, command)])
        return {name: (1 / seconds, float(peak.read_text()) / 1024)}


def bench(cli, model):
    """Prefill and decode of the float model, tokens/s."""
    with tempfile.TemporaryDirectory() as folder:
        peak = Path(folder) / "peak"
        command = [cli, "bench", model, "--prompt", "192", "--generate", "64", "--repeats", "40", "--json"]
        _, found = run(["/usr/bin/time", "-f", "%M", "-o", str(peak), *map(str, command)])
        memory = float(peak.read_text()) / 1024
        return {"prefill": (found["prefill_tokens_per_second"], memory),
                "decode": (found["decode_tokens_per_second"], memory)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="prefill,profile,quantize,quantize sequential")
    options = parser.parse_args()
    if not shutil.which("/usr/bin/time"):
        raise SystemExit("GNU time is needed: install the package time.")
    print("| model | what | speed new / old: median (least to largest) | peak memory new / old |\n|---|---|---|---|")
    for name, model in MODELS.items():
        for what in options.only.split(","):
            pairs = {}
            for turn in range(options.rounds):
                order = [options.old, options.new] if turn % 2 == 0 else [options.new, options.old]
                found = {cli: bench(cli, model) if what == "prefill" else job(cli, model, what) for cli in order}
                for key in found[options.new]:
                    new, old = found[options.new][key], found[options.old][key]
                    pairs.setdefault(key, []).append((new[0] / old[0], new[1] / old[1]))
            for key, ratios in pairs.items():
                speeds = sorted(ratio[0] for ratio in ratios)
                memory = statistics.median(ratio[1] for ratio in ratios)
                print(f"| {name} | {key} | {statistics.median(speeds):.3f} ({speeds[0]:.3f} to {speeds[-1]:.3f}) "
                      f"| {memory:.3f} |", flush=True)


if __name__ == "__main__":
    main()
