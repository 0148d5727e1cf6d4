#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times Kerf's tokenizers and those of the package `tokenizers` on the same texts, on one thread each, in one run.

    packaging/interop/bench_tokenizers.py BENCH-TOKENIZER DATA [ROUNDS]

BENCH-TOKENIZER is the benchmark of that name, DATA the shared data (books, conformance/tokenizers). Prints MB/s of each
on the books (the best of ROUNDS, which alternate), and of Kerf's on texts of one kind how much longer twice the text
takes. Needs the environment "hf" of packaging/interop/setup.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

from tokenizers import Tokenizer  # noqa: E402


def ours(bench, data, pattern):
    environment = os.environ | {"KERF_SHARED_DATA": str(data)}
    made = subprocess.run([bench, f"--benchmark_filter={pattern}", "--benchmark_format=json", "--benchmark_min_time=0.2"], env=environment, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return {row["name"]: row for row in json.loads(made.stdout)["benchmarks"]}


def theirs(folder, text):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    start = time.process_time()
    tokenizer.encode(text, add_special_tokens=False)
    return len(text.encode()) / (time.process_time() - start) / 1e6


def main():
    bench, data = sys.argv[1], pathlib.Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    text = "".join(path.read_text() for path in sorted((data / "books").glob("*.txt")))
    print("tokenizer\tKerf MB/s\ttokenizers MB/s\tratio")
    folders = sorted((data / "conformance" / "tokenizers").iterdir())
    for folder in folders:
        best = [0.0, 0.0]
        for _ in range(rounds):
            row = ours(bench, data, f"^{folder.name}/books$")[f"{folder.name}/books"]
            best[0] = max(best[0], row["bytes_per_second"] / 1e6)
            best[1] = max(best[1], theirs(folder, text))
        print(f"{folder.name}\t{best[0]:.1f}\t{best[1]:.1f}\t{best[0] / best[1]:.2f}", flush=True)
    print("\ntext\tms for 1 MB\tms for 2 MB\tratio")
    for folder in folders:
        rows = ours(bench, data, f"^{folder.name}/.*/[12]000000$")
        for kind in ("letter", "no_spaces", "emoji", "marks"):
            one, two = (rows[f"{folder.name}/{kind}/{size}"]["cpu_time"] for size in (1000000, 2000000))
            print(f"{folder.name} {kind}\t{one:.0f}\t{two:.0f}\t{two / one:.2f}", flush=True)


if __name__ == "__main__":
    main()
