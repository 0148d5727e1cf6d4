#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accuracy tables of docs/results, measured through kerf-cli alone.

    tests/measure/quality.py uniform MODEL CALIBRATION EVALUATION --work FOLDER [--group g128] [--formats int4,int3]
    tests/measure/quality.py mixed   MODEL CALIBRATION EVALUATION --work FOLDER [--group g64] [--random 12]

uniform: int2…int8 × {rtn, gptq} × {independent, sequential}: perplexity, KL divergence, same-top-1.
mixed:   the budget solver's plans at 3.5, 4, 4.5 and 5 bits beside uniform formats of the same size, and random plans:
         predicted against measured KL divergence, Spearman's rank correlation.

Prints Markdown. Everything is kept in the workspace FOLDER/quality.kerf: run it again and it goes on where it was.
"""
import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The uniform format that takes as many bits a weight as a budget (the -channel ones a little more).
SAME_SIZE = {"3.5": "int3-g32", "4": "int4-channel", "4.5": "int4-g32", "5": "int5-channel"}


class Kerf:
    """kerf-cli with one workspace and one way of cutting windows."""

    def __init__(self, options):
        self.options = options
        self.cli = options.cli
        options.work.mkdir(parents=True, exist_ok=True)
        self.workspace = options.work / "quality.kerf"

    def call(self, *arguments):
        command = [str(self.cli), *map(str, arguments), "-w", str(self.workspace), "--json", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\nexit code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    def calibration(self):
        o = self.options
        return ["--calibration", o.calibration, "--window", o.window, "--samples", o.samples]

    def measure(self, name, *quantize_arguments):
        """Quantizes and evaluates one plan; returns the evaluation with its size."""
        run = self.call("quantize", self.options.model, *quantize_arguments, *self.calibration(), "--name", name)
        found = self.call("evaluate", run["run"], "--text", self.options.evaluation, "--window", self.options.window)
        return {**run, **found}

    def predict(self, plan):
        return self.call("plan", "show", self.options.model, "--plan", plan)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def quality_cells(found):
    return (f"{found['perplexity']:.3f}", f"{found['kld_mean']:.6f} ± {found['kld_stderr']:.6f}",
            f"{100 * found['same_top1']:.2f}")


def uniform(kerf, options):
    row("format", "bits per weight", "method", "mode", "perplexity", "KLD, nats", "same top-1 %")
    row(*["---"] * 7)
    for base in options.formats.split(","):
        for method in ("rtn", "gptq"):
            for mode in ("independent", "sequential"):
                name = f"{base}-{options.group}"
                flags = ["--format", name, "--method", method] + (["--sequential"] if mode == "sequential" else [])
                found = kerf.measure(f"{name} {method} {mode}", *flags)
                row(name, f"{found['bits_per_weight']:.3f}", method, mode, *quality_cells(found))


def spearman(pairs):
    def ranks(values):
        order = sorted(range(len(values)), key=values.__getitem__)
        result = [0.0] * len(values)
        for rank, index in enumerate(order):
            result[index] = float(rank)
        return result
    first, second = (ranks(list(side)) for side in zip(*pairs))
    mean = (len(pairs) - 1) / 2
    over = sum((a - mean) * (b - mean) for a, b in zip(first, second))
    return over / sum((a - mean) ** 2 for a in first)


def mixed(kerf, options):
    uniform_formats = [f"int{bits}-{options.group}" for bits in (2, 3, 4, 5, 6, 8)]
    formats = uniform_formats + [f"int{bits}-channel" for bits in (3, 4, 5, 6, 8)]
    method = ["--method", options.method]
    kerf.call("profile", options.model, *kerf.calibration(), "--formats", ",".join(formats), *method)
    row("plan", "bits per weight", "predicted KLD", "measured KLD", "measured / predicted", "perplexity")
    row(*["---"] * 6)
    pairs = []

    def measured(name, plan):
        predicted = kerf.predict(plan)["predicted_kld"]
        found = kerf.measure(name, "--plan", plan)
        row(name, f"{found['bits_per_weight']:.3f}", f"{predicted:.5f}",
            f"{found['kld_mean']:.5f} ± {found['kld_stderr']:.5f}", f"{found['kld_mean'] / predicted:.3f}",
            f"{found['perplexity']:.3f}")
        return predicted, found

    def solved(bits):
        plan = options.work / f"solved-{bits}.json"
        kerf.call("plan", "solve", options.model, "--bits-per-weight", bits, "--out", plan,
                  "--formats", ",".join(formats), *method)
        measured(f"solved {bits}", plan)

    for bits in options.bits.split(","):
        solved(bits)
        if bits in SAME_SIZE:
            same = SAME_SIZE[bits]
            found = kerf.measure(f"same size {same}", "--format", same, *method)
            row(f"uniform {same}", f"{found['bits_per_weight']:.3f}", "",
                f"{found['kld_mean']:.5f} ± {found['kld_stderr']:.5f}", "", f"{found['perplexity']:.3f}")
            if found["bits_per_weight"] > float(bits) + 0.001:
                solved(f"{found['bits_per_weight']:.3f}")
    for format_name in uniform_formats:
        plan = options.work / f"uniform-{format_name}.json"
        kerf.call("plan", "new", options.model, "--format", format_name, *method, "--out", plan)
        measured(f"uniform {format_name}", plan)
    generator = random.Random(20240607)
    template = json.loads((options.work / f"uniform-{uniform_formats[2]}.json").read_text())
    for number in range(options.random):
        for layer in template["layers"]:
            layer["format"] = generator.choice(formats)
        template["name"] = f"random {number + 1}"
        plan = options.work / f"random-{number + 1}.json"
        plan.write_text(json.dumps(template))
        predicted, found = measured(template["name"], plan)
        pairs.append((predicted, found["kld_mean"]))
    if len(pairs) > 2:
        print(f"\nSpearman over {len(pairs)} random plans: {spearman(pairs):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["uniform", "mixed"])
    for name in ("model", "calibration", "evaluation"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cli", type=Path, default=ROOT / "build" / "release" / "kerf-cli")
    parser.add_argument("--group", default="g64")
    parser.add_argument("--formats", default="int2,int3,int4,int5,int6,int7,int8")
    parser.add_argument("--method", default="gptq", help="of the mixed plans")
    parser.add_argument("--bits", default="3.5,4,4.5,5")
    parser.add_argument("--random", type=int, default=12)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--samples", type=int, default=64)
    options = parser.parse_args()
    {"uniform": uniform, "mixed": mixed}[options.table](Kerf(options), options)


if __name__ == "__main__":
    main()
