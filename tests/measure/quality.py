#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accuracy tables of docs/results, measured through kerf-cli alone.

    tests/measure/quality.py uniform MODEL CALIBRATION EVALUATION --work FOLDER [--group g128] [--formats int4,int3]
    tests/measure/quality.py mixed   MODEL CALIBRATION EVALUATION --work FOLDER [--bits 3,4] [--random 20] [--steps 30]

uniform: int2…int8 × {rtn, gptq} × {independent, sequential}: perplexity, KL divergence, same-top-1.
mixed:   random plans of all formats, predicted by the profile alone: Spearman's rank correlation. Then the budget
         solver's plans, each as it is solved (its prediction fitted to the runs before it) and after the measured
         search, in both modes, beside the uniform integer format of the same bits.

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
SAME_SIZE = {"3": "int3-channel", "3.25": "int3-g64", "3.5": "int3-g32", "4": "int4-channel", "4.25": "int4-g64",
             "4.5": "int4-g32", "5": "int5-channel", "5.25": "int5-g64"}
# Every family; of each layer those that its shape takes.
MIXED_FORMATS = ("int2-g32,int2-g32-asym,int2-g64,int2-g64-asym,int3-channel,int3-g128,int3-g32,int3-g32-asym,int3-g64,"
                 "int3-g64-asym,int4-channel,int4-g128,int4-g32,int4-g64,int4-g64-asym,int5-channel,int5-g32,int5-g64,"
                 "int6-channel,int6-g64,int8-channel,iq4_nl,iq4_xs,nf4-b64,q2_k,q3_k,q4_0,q4_k,q5_0,q5_k,q6_k")


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


class Mixed:
    """The table of mixed plans."""

    def __init__(self, kerf, options):
        self.kerf, self.options = kerf, options
        self.method = ["--method", options.method]

    def random_plans(self, profile):
        """Plans with a format drawn for every layer, all predicted before the first is measured."""
        generator = random.Random(20240607)
        template = self.options.work / "template.json"
        self.kerf.call("plan", "new", self.options.model, "--format", "int4-channel", *self.method, "--out", template)
        plan = json.loads(template.read_text())
        fitting = {layer["layer"]: sorted(layer["relative_error"]) for layer in profile["layers"]}
        made = []
        for number in range(self.options.random):
            for layer in plan["layers"]:
                layer["format"] = generator.choice(fitting[layer["layer"]])
            plan["name"] = f"random {number + 1}"
            file = self.options.work / f"random-{number + 1}.json"
            file.write_text(json.dumps(plan))
            made.append((plan["name"], file, self.kerf.predict(file)["predicted_kld"]))
        return made

    def print_row(self, name, predicted, found):
        ratio = f"{found['kld_mean'] / predicted:.3f}" if predicted else ""
        row(name, f"{found['bits_per_weight']:.3f}", f"{predicted:.5f}" if predicted else "",
            f"{found['kld_mean']:.5f} ± {found['kld_stderr']:.5f}", ratio, f"{found['perplexity']:.3f}",
            f"{100 * found['same_top1']:.2f}")

    def measure(self, name, plan):
        predicted = self.kerf.predict(plan)["predicted_kld"]  # before it is measured
        self.print_row(name, predicted, self.kerf.measure(name, "--plan", plan))

    def budget(self, bits):
        for mode in ("independent", "sequential"):
            flags = ["--sequential"] if mode == "sequential" else []
            plan = self.options.work / f"solved-{bits}-{mode}.json"
            self.kerf.call("plan", "solve", self.options.model, "--bits-per-weight", bits, "--no-ties", *self.method,
                           *flags, "--out", plan)
            self.measure(f"solved {bits}, {mode}", plan)
            if self.options.steps == 0:
                continue
            better = self.options.work / f"refined-{bits}-{mode}.json"
            self.kerf.call("plan", "refine", self.options.model, "--plan", plan, *self.kerf.calibration(), "--no-ties",
                           "--steps", self.options.steps, "--search-windows", self.options.search_windows, "--out",
                           better)
            self.measure(f"refined {bits}, {mode}", better)

    def table(self):
        probe = ["--probe-windows", self.options.probe_windows]
        profile = self.kerf.call("profile", self.options.model, *self.kerf.calibration(), "--formats",
                                 self.options.mixed_formats, *probe, *self.method)
        row("plan", "bits per weight", "predicted KLD", "measured KLD", "measured / predicted", "perplexity",
            "same top-1 %")
        row(*["---"] * 7)
        pairs = []
        for name, plan, predicted in self.random_plans(profile):
            found = self.kerf.measure(name, "--plan", plan)
            self.print_row(name, predicted, found)
            pairs.append((predicted, found["kld_mean"]))
        for bits in self.options.bits.split(","):
            if bits in SAME_SIZE:
                same = SAME_SIZE[bits]
                for mode in ("independent", "sequential"):
                    flags = ["--sequential"] if mode == "sequential" else []
                    found = self.kerf.measure(f"uniform {same} {mode}", "--format", same, *self.method, *flags)
                    self.print_row(f"uniform {same}, {mode}", None, found)
                if found["bits_per_weight"] > float(bits) + 0.001:
                    self.budget(f"{found['bits_per_weight']:.3f}")
            self.budget(bits)
        if len(pairs) > 2:
            print(f"\nSpearman over {len(pairs)} random plans: {spearman(pairs):.3f}")


def mixed(kerf, options):
    Mixed(kerf, options).table()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["uniform", "mixed"])
    for name in ("model", "calibration", "evaluation"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cli", type=Path, default=ROOT / "build" / "release" / "kerf-cli")
    parser.add_argument("--group", default="g64")
    parser.add_argument("--formats", default="int2,int3,int4,int5,int6,int7,int8")
    parser.add_argument("--mixed-formats", default=MIXED_FORMATS)
    parser.add_argument("--method", default="hcd", help="of the mixed plans")
    parser.add_argument("--bits", default="3,3.25,3.5,4,4.25,4.5,5,5.25")
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--steps", type=int, default=30, help="of the measured search; 0: none")
    parser.add_argument("--search-windows", type=int, default=48)
    parser.add_argument("--probe-windows", type=int, default=24)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--samples", type=int, default=64)
    options = parser.parse_args()
    {"uniform": uniform, "mixed": mixed}[options.table](Kerf(options), options)


if __name__ == "__main__":
    main()
