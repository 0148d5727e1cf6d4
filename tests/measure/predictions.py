#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of docs/results/predictions.md: what plans were predicted to lose beside what they lost, through kerf-cli.

    tests/measure/predictions.py MODEL CALIBRATION EVALUATION --work FOLDER [--formats int4-g64,nf4-b64] [--random 20]

Three workspaces, so that nothing is predicted from its own measurement: `profile.kerf` holds a profile and no run, and
predicts everything; `runs.kerf` measures everything; `learned.kerf` holds the profile and the runs of one format
(--learn) by every method and mode, and predicts the rest. Random plans draw a format and a method for every layer and a
mode for the plan. --known takes what docs/results/methods.md has measured, instead of measuring it again: the first so
many windows of the same texts, uniform plans, its --section. Prints Markdown. Finished rows are kept in FOLDER/rows.jsonl: run it again and it goes on where it was.
"""
import argparse
import json
import math
import random
import shutil
from pathlib import Path

from quality import Kerf, row

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("int2-g64-asym,int3-channel,int3-g64,int4-g64,int4-g128,int4-g64-asym,int5-g64,int6-g64,int8-channel,nf4-b64,"
           "fp8-e4m3-channel,q4_0,q4_k,q6_k")
# By name: flags of a plan.
METHODS = {"rtn, min-max": ["--method", "rtn", "--no-scale-search"], "rtn": ["--method", "rtn"],
           "gptq": ["--method", "gptq"], "awq": ["--method", "awq"], "hqq": ["--method", "hqq"],
           "hcd": ["--method", "hcd"]}
# What sequential mode is measured for: it changes what min-max rounding and hqq see of nothing.
SEQUENTIAL_METHODS = ["rtn", "gptq", "awq", "hcd"]
SEQUENTIAL_FORMATS = ["int3-g64", "int4-g64", "int4-g64-asym", "int5-g64", "nf4-b64"]
BELOW = 0.2  # nats: above, errors of layers add up to more than their sum


# Their names in docs/results/methods.md, by mode.
KNOWN_NAMES = {("rtn, min-max", "independent"): "rtn, min-max", ("rtn", "independent"): "rtn, searched",
               ("hqq", "independent"): "hqq", ("gptq", "independent"): "gptq", ("gptq", "sequential"): "gptq, sequential",
               ("hcd", "independent"): "hcd", ("hcd", "sequential"): "hcd, sequential"}


def known_results(file, section):
    """KLD by format and method from the table of that section."""
    found = {}
    text = file.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    for line in text.splitlines():
        columns = [column.strip() for column in line.strip("|").split("|")]
        if len(columns) > 5 and "±" in columns[5]:
            kld, stderr = map(float, columns[5].split("±"))
            found[columns[0], columns[1]] = {"kld": kld, "stderr": max(stderr, 1e-6)}
    return found


class Table:
    def __init__(self, options):
        self.options = options
        self.results = known_results(options.known, options.section) if options.known else {}
        self.profile, self.runs, self.learned = (Kerf(options) for _ in range(3))
        self.profile.workspace = options.work / "profile.kerf"
        self.runs.workspace = options.work / "runs.kerf"
        self.learned.workspace = options.work / "learned.kerf"
        self.file = options.work / "rows.jsonl"
        self.known = {}
        if self.file.exists():
            self.known = {line["key"]: line for line in map(json.loads, self.file.read_text().splitlines())}

    def keep(self, key, make):
        if key not in self.known:
            self.known[key] = {"key": key, **make()}
            with self.file.open("a") as file:
                file.write(json.dumps(self.known[key]) + "\n")
        return self.known[key]

    def make_profile(self):
        found = self.profile.call("profile", self.options.model, *self.profile.calibration(), "--formats",
                                  self.options.formats, "--probe-windows", self.options.probe_windows)
        return {"layers": found["layers"], "seconds": found["seconds"]}

    def plans(self):
        """(label, method, mode, format, plan file) of every uniform plan that the model's shapes take."""
        sizes = [set(layer["relative_error"]) for layer in self.keep("profile", self.make_profile)["layers"]]
        for name in self.options.formats.split(","):
            if not all(name in formats for formats in sizes):
                continue
            for method, flags in METHODS.items():
                for mode in ("independent", "sequential"):
                    if mode == "sequential" and (method not in SEQUENTIAL_METHODS or name not in SEQUENTIAL_FORMATS):
                        continue
                    if self.options.only_known and (name, KNOWN_NAMES.get((method, mode))) not in self.results:
                        continue
                    file = self.options.work / f"{name} {method} {mode}.json"
                    extra = ["--sequential"] if mode == "sequential" else []
                    if not file.exists():
                        self.runs.call("plan", "new", self.options.model, "--format", name, *flags, *extra, "--name",
                                       file.stem, "--out", file)
                    yield name, method, mode, file

    def random_plans(self):
        generator = random.Random(20261128)
        layers = self.keep("profile", self.make_profile)["layers"]
        for number in range(self.options.random):
            file = self.options.work / f"random {number + 1}.json"
            mode = generator.choice(["independent", "independent", "sequential"])
            methods = generator.choice([["rtn"], ["gptq"], ["hcd"], ["rtn", "gptq", "awq", "hqq", "hcd"]])
            low = generator.choice([3, 3, 4])  # 2 bits are above 0.2 nats on one of the models
            rows = [{"layer": layer["layer"], "method": generator.choice(methods), "format": generator.choice(
                [name for name in sorted(layer["relative_error"]) if bits(name) >= low])} for layer in layers]
            file.write_text(json.dumps({"kerf_plan": 1, "name": file.stem, "mode": mode, "layers": rows}))
            yield f"random {number + 1}", "/".join(methods), mode, file

    def predicted(self, kerf, which, file):
        def make():
            found = kerf.predict(file)
            if "predicted_kld" not in found:
                return {"why": found["not_predicted"]}
            return {"kld": found["predicted_kld"], "stderr": found["predicted_kld_stderr"]}
        return self.keep(f"{which}: {file.stem}", make)

    def measured(self, name, method, mode, file):
        known = self.results.get((name, KNOWN_NAMES.get((method, mode))))
        if known:
            return known

        def make():
            # min-max rounding is what rtn is without data; every other run has the calibration text
            run = self.runs.call("quantize", self.options.model, "--plan", file, *self.runs.calibration(), "--name",
                                 file.stem)
            found = self.runs.call("evaluate", run["run"], "--text", self.options.evaluation, "--window",
                                   self.options.window, "--samples", self.options.evaluation_samples)
            return {"kld": found["kld_mean"], "stderr": found["kld_stderr"]}
        return self.keep(f"measured: {file.stem}", make)

    def learn(self, plans):
        def make():
            shutil.rmtree(f"{self.learned.workspace}.d", ignore_errors=True)
            shutil.copytree(f"{self.profile.workspace}.d", f"{self.learned.workspace}.d")
            shutil.copy2(self.profile.workspace, self.learned.workspace)
            for name, _, _, file in plans:
                if name == self.options.learn:
                    run = self.learned.call("quantize", self.options.model, "--plan", file, *self.learned.calibration(),
                                            "--name", file.stem)
                    self.learned.call("evaluate", run["run"], "--text", self.options.evaluation, "--window",
                                      self.options.window, "--samples", self.options.evaluation_samples)
            return {}
        self.keep("learned", make)

    def rows(self):
        uniform = list(self.plans())
        mixed = list(self.random_plans())
        before = {file: self.predicted(self.profile, "alone", file) for *_, file in uniform + mixed}
        self.learn(uniform)
        for name, method, mode, file in uniform + mixed:
            after = None if name == self.options.learn else self.predicted(self.learned, "learned", file)
            yield name, method, mode, before[file], self.measured(name, method, mode, file), after

    def print(self):
        row("format", "method", "mode", "measured", "predicted by the profile", "ratio", "and by what was learned",
            "ratio")
        row(*["---"] * 8)
        alone, learned = Score(), Score()
        for name, method, mode, before, measured, after in self.rows():
            row(name, method, mode, number(measured), *cells(before, measured),
                *(("learned from", "") if after is None else cells(after, measured)))
            alone.add(before, measured)
            if after is not None:
                learned.add(after, measured)
        print()
        alone.print("By the profile alone")
        learned.print(f"After the {self.options.learn} runs, which are left out")


def bits(name):
    """Of a code, by the digit in the format's name; float8 has 8."""
    return 8 if name.startswith("fp8") else int(next(character for character in name if character.isdigit()))


def number(value):
    """Two digits of the error."""
    digits = max(0, 1 - math.floor(math.log10(value["stderr"]))) if value["stderr"] > 0 else 6
    return f"{value['kld']:.{digits}f} ± {value['stderr']:.{digits}f}"


def cells(predicted, measured):
    if "why" in predicted:
        return predicted["why"], ""
    return number(predicted), f"{predicted['kld'] / measured['kld']:.2f}"


class Score:
    """How many predictions held, below BELOW nats and above."""

    def __init__(self):
        self.rows = {True: [], False: []}

    def add(self, predicted, measured):
        if "why" not in predicted:
            off = predicted["kld"] - measured["kld"]
            within = abs(off) <= 2 * math.hypot(predicted["stderr"], measured["stderr"])
            self.rows[measured["kld"] < BELOW].append((abs(off) / measured["kld"], within))

    def print(self, title):
        for below, rows in self.rows.items():
            if rows:
                near = sum(error <= 0.2 for error, _ in rows)
                covered = sum(within for _, within in rows)
                print(f"- {title}, {'below' if below else 'above'} {BELOW} nats: {near} of {len(rows)} within 20 % of "
                      f"measured (largest {100 * max(error for error, _ in rows):.0f} %), {covered} within two "
                      f"standard errors.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "calibration", "evaluation"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--cli", type=Path, default=ROOT / "build" / "release" / "kerf-cli")
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--learn", default="int4-g64", help="format whose runs are learned from")
    parser.add_argument("--known", type=Path, help="docs/results/methods.md")
    parser.add_argument("--only-known", action="store_true", help="leave out what is not measured there")
    parser.add_argument("--section", help="heading of the model's table there")
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--probe-windows", type=int, default=24)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--evaluation-samples", type=int, default=0, help="windows; 0: all")
    Table(parser.parse_args()).print()


if __name__ == "__main__":
    main()
