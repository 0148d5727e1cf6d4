#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Float32 prefill by torch, to set beside bench_prefill on the same machine at the same time.

    tests/measure/torch_prefill.py MODEL_FOLDER [THREADS]

Needs torch and transformers. Prints tokens/s for one window of 512 tokens and for 8 windows of 256: the median of
nine forwards after one to warm up.
"""
import statistics
import sys
import time

import torch
from transformers import AutoModelForCausalLM


def tokens_per_second(model, windows, length):
    ids = torch.randint(0, model.config.vocab_size, (windows, length), generator=torch.Generator().manual_seed(7))
    seconds = []
    with torch.no_grad():
        for _ in range(10):
            start = time.perf_counter()
            model(input_ids=ids, use_cache=False)
            seconds.append(time.perf_counter() - start)
    return windows * length / statistics.median(seconds[1:])


def main():
    folder = sys.argv[1]
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else torch.get_num_threads())
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    for windows, length in ((1, 512), (8, 256)):
        rate = tokens_per_second(model, windows, length)
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {windows} x {length}: {rate:.0f} tokens/s")


if __name__ == "__main__":
    main()
