#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a GGUF file that Kerf wrote into llama.cpp and compares it with Kerf: the tokens of a text, and the perplexity of
its first windows.

    packaging/interop/load_gguf.py KERF-CLI MODEL.gguf TEXT [--windows 4] [--window 128]

Needs a virtual environment with the packages gguf and xllamacpp (llama.cpp in a wheel): packaging/interop/README.md.
Prints one line of tab-separated figures. llama.cpp rounds the inputs of quantized layers to 8 bits, Kerf does not.
"""

import argparse
import json
import math
import subprocess
import urllib.request

import gguf
import xllamacpp


def kerf(program, *arguments):
    done = subprocess.run([program, *map(str, arguments), "--quiet"], capture_output=True, text=True, check=True)
    return done.stdout


class LlamaCpp:
    def __init__(self, path, window, exact=False):
        """`exact`: keys and values are kept as float32, where llama.cpp rounds them to float16."""
        params = xllamacpp.CommonParams()
        params.model.path = path
        params.n_ctx = window
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        params.verbosity = -1
        if exact:
            params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
            params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.server = xllamacpp.Server(params)

    def tokens(self, text):
        body = json.dumps({"content": text, "add_special": False}).encode()
        request = urllib.request.Request(
            self.server.listening_address + "/tokenize", body, {"Content-Type": "application/json"}
        )
        return json.load(urllib.request.urlopen(request))["tokens"]

    def log_probability(self, before, token, vocabulary):
        """Of one token behind others."""
        answer = self.server.handle_completions(
            {"prompt": before, "n_predict": 1, "logprobs": vocabulary, "temperature": -1, "cache_prompt": True}
        )
        entries = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        return next(entry["logprob"] for entry in entries if entry["id"] == token)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kerf")
    parser.add_argument("file")
    parser.add_argument("text")
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--window", type=int, default=128)
    options = parser.parse_args()

    read = gguf.GGUFReader(options.file)  # llama.cpp's own reader in Python: names, shapes, offsets
    types = sorted({tensor.tensor_type.name for tensor in read.tensors})
    vocabulary = len(read.fields["tokenizer.ggml.tokens"].data)

    with open(options.text, encoding="utf-8") as file:
        text = file.read()[: 40 * options.windows * options.window]
    ours = [int(i) for i in kerf(options.kerf, "tokenize", options.file, "--text", options.text, "--no-special").split()]
    llama = LlamaCpp(options.file, options.window)
    theirs = llama.tokens(text)
    common = min(len(theirs) - 8, len(ours))  # the cut text may end inside a word
    same = ours[:common] == theirs[:common]

    total, count = 0.0, 0
    for w in range(options.windows):
        window = ours[w * options.window : (w + 1) * options.window]
        for i in range(1, len(window)):
            total -= llama.log_probability(window[:i], window[i], vocabulary)
            count += 1
    report = json.loads(
        kerf(options.kerf, "evaluate", options.file, "--text", options.text, "--window", options.window,
             "--samples", options.windows, "--json")
    )
    perplexity = math.exp(total / count)
    print(options.file, ",".join(types), f"{len(read.tensors)} tensors",
          f"tokens {'equal' if same else 'DIFFER'} ({common})",
          f"llama.cpp {perplexity:.4f}", f"kerf {report['perplexity']:.4f}",
          f"{100 * (perplexity / report['perplexity'] - 1):+.2f} %", sep="\t")


if __name__ == "__main__":
    main()
