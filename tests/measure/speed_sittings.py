#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the table of kernel times can be trusted: runs of several formats by several methods, the table measured in
several sittings while another process loads one core half of the time.

    tests/measure/speed_sittings.py MODEL CALIBRATION EVALUATION --work FOLDER --cli build/release/kerf-cli

Prints Markdown: the ratio to the original of each format in each sitting with its rank, the spread of speeds over runs of one
format, the share of later sittings that the interval known before holds, each run's one measurement of whole tokens, and the
table of runs. Leaves FOLDER/speed.kerf and FOLDER/pareto.svg. Runs that are there are not made again; sittings are added.
"""
import argparse
import json
import math
import multiprocessing
import sqlite3
import subprocess
import time
from collections import defaultdict
from pathlib import Path

FORMATS = ["int8-g128", "int6-g64", "int4-g128", "int4-g32", "int3-g64"]
METHODS = ["rtn", "gptq"]
# 97.5 % quantiles of Student's t by degrees of freedom
STUDENT = [None, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
LOAD_SECONDS = 20


def load_one_core():
    """Busy and idle by turns."""
    while True:
        end = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < end:
            sum(range(1000))
        time.sleep(LOAD_SECONDS)


def run(cli, *arguments):
    print("+", *arguments, flush=True)
    return subprocess.run([cli, *map(str, arguments), "--json"], check=True, capture_output=True, text=True).stdout


def token_seconds(workspace):
    """Dates of the sittings, and {sitting: {format: seconds of a token}} by the rows that Kerf left, summed here anew."""
    database = sqlite3.connect(workspace)
    uses = defaultdict(lambda: defaultdict(int))
    for name, layer_format, rows, cols in database.execute(
            "SELECT run.name, plan_layer.format, layer.rows, layer.cols FROM run JOIN plan_layer USING (plan_id) "
            "JOIN layer ON layer.name = plan_layer.layer AND layer.model_id = run.model_id WHERE deleted = 0"):
        method, _, name = name.rpartition(" ")
        if method in ("", METHODS[0]):
            uses[name][f"{'stored' if layer_format == 'bf16' else layer_format} {rows} x {cols}"] += 1
    times = defaultdict(dict)
    dates = {}
    for sitting, created, kernel, seconds in database.execute(
            "SELECT id, created, kernel, seconds FROM sitting JOIN kernel_time ON sitting_id = id"):
        times[sitting][kernel] = seconds
        dates[sitting] = created
    return dates, {sitting: {name: kernels["around the layers"] + sum(count * kernels[kernel]
                                                                      for kernel, count in use.items())
                             for name, use in uses.items() if all(kernel in kernels for kernel in use)}
                   for sitting, kernels in times.items()}


def holds(known, later):
    """Whether the interval of the known logarithms holds the later one."""
    n = len(known)
    mean = sum(known) / n
    variance = sum((x - mean) ** 2 for x in known) / (n - 1)
    return abs(later - mean) <= STUDENT[n - 1] * math.sqrt(variance * (1 + 1 / n))


def coverage(series):
    """Sittings that the interval of those before them holds, and of how many."""
    held = total = 0
    for values in series:
        for known in range(3, len(values)):
            held += holds(values[:known], values[known])
            total += 1
    return held, total


def measure(options, work):
    load = multiprocessing.Process(target=load_one_core, daemon=True)
    load.start()
    run(options.cli, "sweep", options.model, "--formats", ",".join(FORMATS), "--methods", ",".join(METHODS), "--calibration",
        options.calibration, "--text", options.evaluation, "--text-samples", 32, *work)
    # The sweep's own sittings, and those that follow.
    run(options.cli, "bench", options.model, "--sittings", options.sittings, "--apart", options.apart, *work)
    load.terminate()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("calibration", type=Path)
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cli", default="build/release/kerf-cli")
    parser.add_argument("--sittings", type=int, default=6, help="0: only print what was measured")
    parser.add_argument("--apart", type=float, default=6, help="minutes")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    workspace = options.work / "speed.kerf"
    work = ["-w", workspace]

    if options.sittings > 0:
        measure(options, work)

    dates, seconds = token_seconds(workspace)
    full = [sitting for sitting in sorted(seconds) if all(name in seconds[sitting] for name in FORMATS + ["original"])]
    print("\n| sitting (UTC) | original, tokens/s | " + " | ".join(FORMATS) + " | order |\n|---|---|" + "---|" * (len(FORMATS) + 1))
    for sitting in full:
        ratio = {name: seconds[sitting]["original"] / seconds[sitting][name] for name in FORMATS}
        order = sorted(FORMATS, key=lambda name: -ratio[name])
        print(f"| {dates[sitting][11:16]} | {1 / seconds[sitting]['original']:.0f} | "
              + " | ".join(f"{ratio[name]:.3f}" for name in FORMATS) + " | " + " > ".join(order) + " |")
    ratios = [[math.log(seconds[s]["original"] / seconds[s][name]) for s in full] for name in FORMATS]
    speeds = [[math.log(seconds[s][name]) for s in full] for name in FORMATS + ["original"]]
    for what, series in (("ratio to the original", ratios), ("tokens a second", speeds)):
        held, total = coverage(series)
        print(f"\nInterval of the {what} from all sittings before: holds the next in {held} of {total} cases.")

    rows = json.loads(run(options.cli, "runs", *work))["runs"]
    by_format = defaultdict(list)
    for row in rows:
        by_format[row["name"].split()[-1]].append(row)
    print("\n| format | runs | speeds by the table, tokens/s | × original | whole tokens, measured once |\n|---|---|---|---|---|")
    for name, runs in by_format.items():
        print(f"| {name} | {len(runs)} | " + ", ".join(f"{r['decode_tokens_per_second']:.1f}" for r in runs) + " | "
              + ", ".join(f"{r['speed_ratio']:.3f} ({r['speed_ratio_low']:.3f}–{r['speed_ratio_high']:.3f})" for r in runs[:1])
              + " | " + ", ".join(f"{r.get('measured_decode_tokens_per_second', float('nan')):.0f}" for r in runs) + " |")
    run(options.cli, "pareto", "--svg", options.work / "pareto.svg", *work)
    print(subprocess.run([options.cli, "runs", *map(str, work)], check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
