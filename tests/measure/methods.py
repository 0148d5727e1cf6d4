#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of docs/results/methods.md: every format with every method that makes sense for it, through kerf-cli alone.

    tests/measure/methods.py MODEL CALIBRATION EVALUATION --work FOLDER --suite all
    tests/measure/methods.py MODEL CALIBRATION EVALUATION --work FOLDER --suite activations

Suites: all; activations (what is done to the layers' inputs, for a model whose activations have outliers).
Prints Markdown. Each row is made in a workspace of its own that starts with the statistics of the calibration text, so the
seconds are what the method itself takes, without calibration; they are of processor time, both cores together. Finished rows are kept in FOLDER/rows.jsonl: run it again
and it goes on where it was.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from quality import Kerf, quality_cells, row

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ["--method", "rtn", "--no-scale-search"]
BEST = ["--method", "hcd", "--sequential"]

# Every method on four formats; of all other formats, what is expected of them.
COMPARED = ["int4-g128", "int4-g64-asym", "int3-g64", "int2-g64-asym"]
METHODS = [("rtn, min-max", PLAIN), ("rtn, searched", ["--method", "rtn"]), ("hqq", ["--method", "hqq"]),
           ("awq: scales", ["--awq"] + PLAIN), ("awq: scales and clipping", ["--awq", "--method", "awq"]),
           ("awq: scales, then gptq", ["--awq", "--method", "gptq"]),
           ("gptq, no search", ["--method", "gptq", "--no-scale-search"]), ("gptq", ["--method", "gptq"]),
           ("foem", ["--method", "foem"]), ("gptq, sequential", ["--method", "gptq", "--sequential"]),
           ("gptaq, sequential", ["--method", "gptaq", "--sequential"]), ("hcd", ["--method", "hcd"]),
           ("hcd, sequential", BEST)]
OTHERS = ["int8-channel", "int8-g128", "int6-g64", "int5-g64", "int4-g64", "int4-g128-asym", "int4-g32", "int4-channel",
          "int3-g128", "int3-g64-asym", "int2-g64", "nf4-b64", "nf4-b64-dq", "fp4-b64", "mxfp4", "mxfp8", "nvfp4", "q2_k",
          "q3_k", "q4_0", "q4_1", "q4_k", "q5_0", "q5_1", "q5_k", "q6_k", "q8_0", "iq4_nl", "iq4_xs", "fp8-e4m3-tensor",
          "fp8-e4m3-channel", "fp8-e4m3-block128", "fp8-e5m2-channel", "f16", "bf16"]
OTHER_METHODS = [METHODS[0], ("gptq", ["--method", "gptq"]), ("hcd, sequential", BEST)]
ACTIVATIONS = ["int8-channel+a8-token", "int8-channel+a8-tensor", "int8-channel+llmint8", "int4-g128+a8-token",
               "fp8-e4m3-channel+afp8-token"]
ACTIVATION_METHODS = [METHODS[0], ("smoothquant ½, rtn", ["--smooth", "0.5"] + PLAIN),
                      ("smoothquant searched, rtn", ["--smooth", "search"] + PLAIN),
                      ("smoothquant searched, hcd", ["--smooth", "search", "--method", "hcd"]),
                      ("rotation, rtn", ["--rotate"] + PLAIN)]
CACHES = ["kv-int8", "kv-fp8", "kv-int8-tensor", "kv-fp8-tensor", "kv-int4", "kv-kivi4", "kv-kivi2"]


def combinations(suite):
    """(format, method's name, flags) of every row."""
    if suite == "all":
        for name in COMPARED:
            for method, flags in METHODS:
                yield name, method, ["--format", name] + flags
        for name in OTHERS:
            for method, flags in OTHER_METHODS[:1] if name in ("f16", "bf16") else OTHER_METHODS:
                yield name, method, ["--format", name] + flags
    else:
        for method, flags in (METHODS[0], ("hcd", ["--method", "hcd"])):
            yield "int4-g128", method, ["--format", "int4-g128"] + flags
    for name in ACTIVATIONS:
        for method, flags in ACTIVATION_METHODS:
            yield name, method, ["--format", name] + flags
    if suite == "all":
        for name in CACHES:
            yield f"bf16, {name}", "", ["--format", "bf16", "--kv", name]


class Bench:
    """Rows made one after the other, each from a copy of one calibrated workspace."""

    def __init__(self, options):
        self.options = options
        self.base = Kerf(options)
        self.rows = options.work / "rows.jsonl"

    def prepare(self):
        """Statistics and reference logits, once."""
        run = self.base.call("quantize", self.options.model, "--format", "int8-channel", "--method", "gptq",
                             *self.base.calibration(), "--name", "base")
        self.base.call("evaluate", run["run"], "--text", self.options.evaluation, "--window", self.options.window)

    def copy(self):
        """The base's database and statistics under another name; the arrays are linked: they are never changed."""
        source, target = self.base.workspace, self.options.work / "row.kerf"
        for old in self.options.work.glob("row.kerf*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copy2(source, target)
        for part in ("statistics", "reference"):
            shutil.copytree(f"{source}.d/{part}", f"{target}.d/{part}", copy_function=os.link)
        return target

    def measure(self, flags):
        own = Kerf(self.options)
        own.workspace = self.copy()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([str(own.cli), "quantize", str(self.options.model), *flags, *map(str, own.calibration()),
                               "-w", str(own.workspace), "--json", "--quiet"], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if done.returncode == 2:  # this model's shapes do not take the format, or the transform: said in a sentence
            return {"refused": done.stderr.strip().removeprefix("kerf-cli: ")}
        if done.returncode != 0:
            sys.exit(f"{flags}\nexit code {done.returncode}\n{done.stderr}")
        run = json.loads(done.stdout)
        found = own.call("evaluate", run["run"], "--text", self.options.evaluation, "--window", self.options.window)
        return {**run, **found, "seconds": seconds}

    def known(self):
        if not self.rows.exists():
            return {}
        return {line["key"]: line for line in map(json.loads, self.rows.read_text().splitlines())}

    def run(self):
        known = self.known()
        if not known:
            self.prepare()
        row("format", "method", "bits per weight", "size, MB", "perplexity", "KLD, nats", "same top-1 %", "CPU s")
        row(*["---"] * 8)
        for name, method, flags in combinations(self.options.suite):
            key = " ".join(flags)
            if key not in known:
                found = {"key": key, **self.measure(flags)}
                with self.rows.open("a") as file:
                    file.write(json.dumps(found) + "\n")
                known[key] = found
            self.print(name, method, known[key])

    @staticmethod
    def print(name, method, found):
        if "refused" in found:
            row(name, method, "not for this model: " + found["refused"], "", "", "", "", "")
            return
        if found["layers_quantized"] == 0 and not name.endswith("16") and "kv-" not in name:
            row(name, method, "not for this model: its super-blocks divide no layer's width", "", "", "", "", "")
            return
        row(name, method, f"{found['bits_per_weight']:.3f}", f"{found['size_bytes'] / 1e6:.2f}", *quality_cells(found),
            f"{found['seconds']:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "calibration", "evaluation"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--suite", choices=["all", "activations"], default="all")
    parser.add_argument("--cli", type=Path, default=ROOT / "build" / "release" / "kerf-cli")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--samples", type=int, default=64)
    Bench(parser.parse_args()).run()


if __name__ == "__main__":
    main()
