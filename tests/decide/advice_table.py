#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kerf-cli advises for every device of the table, nine published shapes and three tolerances, as Markdown.

    tests/decide/advice_table.py build/dev/kerf-cli > table.md
"""

import json
import pathlib
import subprocess
import sys

SHAPES = [("llama-3.2-1b", "1B"), ("llama-3.2-3b", "3B"), ("llama-3.1-8b", "8B"), ("llama-2-13b", "13B"),
          ("mistral-small-24b", "24B"), ("qwen3-32b", "32B"), ("llama-3.1-70b", "70B"), ("llama-3.1-405b", "405B"),
          ("deepseek-v3", "671B")]
SHORT = {"nvfp4+anvfp4": "N4", "fp8-e4m3-channel+afp8-token": "F8", "mxfp4": "X4", "int4-g128": "W4", "int8-channel": "W8",
         "int8-channel+a8-token": "I8", "q4_k": "q4", "q8_0": "q8", "q3_k": "q3", "q2_k": "q2", "bf16": "16"}
CONTEXT, BATCH, MEMORY = "2048", "4", "512"


def run(cli, *arguments):
    made = subprocess.run([cli, *arguments, "--json"], capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def cell(cli, shapes, device, model):
    answers = []
    for tolerance in ("strict", "normal", "loose"):
        memory = ["--memory", MEMORY] if device["memory_gib"]["at_most"] and device["memory_gib"]["value"] > 16 else (
            ["--memory", "16"] if device["memory_gib"]["at_most"] else [])
        found = run(cli, "advise", str(shapes / f"{model}.json"), "--device", device["name"], "--tolerance", tolerance,
                    "--context", CONTEXT, "--batch", BATCH, *memory)
        first = found["ranked"][0]
        mark = {"no": "-", "fewer": SHORT[first["format"]] + "°"}.get(first["verdict"], SHORT[first["format"]])
        if first["verdict"] != "no" and not first["within_tolerance"]:
            mark += "!"
        answers.append(mark)
    return answers[0] if len(set(answers)) == 1 else " ".join(answers)


def main():
    cli = sys.argv[1]
    shapes = pathlib.Path(__file__).parent / "shapes"
    print("| device | " + " | ".join(name for _, name in SHAPES) + " |")
    print("|---" * (len(SHAPES) + 1) + "|")
    for device in run(cli, "devices")["devices"]:
        print(f"| {device['name']} | " + " | ".join(cell(cli, shapes, device, model) for model, _ in SHAPES) + " |", flush=True)


if __name__ == "__main__":
    main()
