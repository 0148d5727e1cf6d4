#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two builds compute the same: logits of every conformance folder, and the codes of every layer by every method.

    tests/measure/equality.py record --cli OLD/kerf-cli --work OLD-FOLDER
    tests/measure/equality.py record --cli NEW/kerf-cli --work NEW-FOLDER
    tests/measure/equality.py compare OLD-FOLDER NEW-FOLDER

record quantizes the sample and story-llama-0.7m by each plan of PLANS, keeps each layer's tensor hash and the evaluation, and
writes the logits of the folders that it opens; what is there is not made again. compare prints Markdown and exits with 1
where a hash differs or a logit is off by more than 1e-6 of its folder's range. Needs numpy.
"""
import argparse
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy

from quality import Kerf

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KERF_SHARED_DATA", ROOT.parent / "shared" / "data"))
MODELS = {"story": (DATA / "models" / "story-llama-0.7m", DATA / "text" / "tinystories-calibration.txt",
                    DATA / "text" / "tinystories-evaluation.txt"),
          "sample": tuple(DATA / "sample" / name for name in ("model", "calibration.txt", "evaluation.txt"))}
PLANS = {
    "rtn": ["--format", "int4-g64", "--method", "rtn"],
    "rtn min-max": ["--format", "int4-g64", "--method", "rtn", "--no-scale-search"],
    "gptq": ["--format", "int4-g64", "--method", "gptq"],
    "gptq sequential": ["--format", "int4-g64", "--method", "gptq", "--sequential"],
    "hcd": ["--format", "int3-g64", "--method", "hcd"],
    "hcd sequential": ["--format", "int3-g64", "--method", "hcd", "--sequential"],
    "awq": ["--format", "int4-g64-asym", "--method", "awq"],
    "hqq": ["--format", "int4-g64", "--method", "hqq"],
    "gptaq sequential": ["--format", "int4-g64", "--method", "gptaq", "--sequential"],
    "nf4": ["--format", "nf4-b64", "--method", "hcd"],
    "q4_0": ["--format", "q4_0", "--method", "gptq"],
    "fp8": ["--format", "fp8-e4m3-channel", "--method", "rtn"],
    "SmoothQuant W8A8": ["--format", "int8-channel+a8-token", "--method", "rtn", "--smooth", "0.5"],
    "W8A8 static": ["--format", "int8-channel+a8-tensor", "--method", "rtn"],
    "afp8": ["--format", "fp8-e4m3-channel+afp8-token", "--method", "rtn"],
    "rotated": ["--format", "int4-g64", "--method", "gptq", "--rotate"],
    "rotated online": ["--format", "int4-g64", "--method", "rtn", "--rotate-online"],
    "kv-int8": ["--format", "int4-g64", "--method", "rtn", "--kv", "kv-int8"],
    "kv-kivi2": ["--format", "int4-g64", "--method", "rtn", "--kv", "kv-kivi2"],
}
WINDOW = ["--window", "256"]
TOLERANCE = 1e-6  # of the range of a folder's logits


def read_tensor(file, name):
    """One float32 tensor of a safetensors file."""
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    entry = json.loads(data[8:8 + size])[name]
    begin, end = entry["data_offsets"]
    assert entry["dtype"] == "F32"
    return numpy.frombuffer(data[8 + size + begin:8 + size + end], numpy.float32)


def record_plans(options):
    kerf = Kerf(options)
    for model, (folder, calibration, evaluation) in MODELS.items():
        kerf.workspace = options.work / f"{model}.kerf"
        for name, flags in PLANS.items():
            kept = options.work / f"{model} {name}.json"
            if kept.exists():
                continue
            run = kerf.call("quantize", folder, *flags, "--calibration", calibration, *WINDOW, "--samples", 32, "--name",
                            name)["run"]
            values = kerf.call("evaluate", run, "--text", evaluation, *WINDOW, "--samples", 16)
            layers = sqlite3.connect(kerf.workspace).execute(
                "SELECT layer, tensor_hash FROM run_layer WHERE run_id = ? ORDER BY layer", (run,)).fetchall()
            kept.write_text(json.dumps({"layers": dict(layers), "kld_mean": values["kld_mean"],
                                        "perplexity": values["perplexity"]}))
            print(model, name, f"{len(layers)} layers, KLD {values['kld_mean']}", flush=True)


def record_logits(cli, work):
    for folder in sorted((DATA / "conformance" / "decoders").iterdir()):
        out = work / f"{folder.name}.safetensors"
        if not out.exists():
            done = subprocess.run([cli, "logits", folder, "--ids", folder / "reference.safetensors", "--out", out, "--quiet"],
                                  capture_output=True)
            print(folder.name, "logits" if done.returncode == 0 else f"does not open ({done.returncode})", flush=True)


def compare(old, new):
    bad = 0
    print("| plan | layers | equal | KLD before | KLD after |\n|---|---|---|---|---|")
    for kept in sorted(old.glob("*.json")):
        before, after = (json.loads((folder / kept.name).read_text()) for folder in (old, new))
        equal = sum(after["layers"].get(name) == tensor for name, tensor in before["layers"].items())
        bad += equal != len(before["layers"])
        print(f"| {kept.stem} | {len(before['layers'])} | {equal} | {before['kld_mean']} | {after['kld_mean']} |")
    print("\n| folder | largest difference / range |\n|---|---|")
    for file in sorted(old.glob("*.safetensors")):
        before, after = (read_tensor(folder / file.name, "logits") for folder in (old, new))
        off = float(numpy.abs(before - after).max() / numpy.ptp(before))
        bad += not off <= TOLERANCE
        print(f"| {file.stem} | {off:.2g} |")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("record")
    make.add_argument("--cli", type=Path, required=True)
    make.add_argument("--work", type=Path, required=True)
    both = verbs.add_parser("compare")
    both.add_argument("old", type=Path)
    both.add_argument("new", type=Path)
    options = parser.parse_args()
    if options.verb == "compare":
        sys.exit(1 if compare(options.old, options.new) else 0)
    options.work.mkdir(parents=True, exist_ok=True)
    record_logits(options.cli, options.work)
    record_plans(options)


if __name__ == "__main__":
    main()
