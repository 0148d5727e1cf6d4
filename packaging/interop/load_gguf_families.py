#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes GGUF files of small models of every family and compares what llama.cpp computes from them, given ids of tokens,
with transformers and with Kerf.

    packaging/interop/load_gguf_families.py KERF-CLI DECODERS TEXT WORK [FOLDER ...]

DECODERS holds folders of a config.json, a model and a reference.safetensors (token windows and the logits of
transformers). Where llama.cpp has no place for one of their settings, it is changed first, and there are no logits of
transformers to compare with. They have no tokenizer: a small one is put into the file, and TEXT must be ASCII. WORK is a folder that is made.
Prints one line of tab-separated figures for each model, of floats and of each format: the largest differences of the logarithms
of probabilities to Kerf's and to transformers', and the perplexities of TEXT's first windows in llama.cpp and Kerf. Needs the packages
that load_gguf.py needs.
"""

import argparse
import itertools
import json
import math
import pathlib
import shutil
import struct
import subprocess

import gguf
import numpy

from load_gguf import LlamaCpp, kerf

CHANGES = {
    "gemma2": {"query_pre_attn_scalar": 16},  # llama.cpp's is the width of a head
    "gemma3": {"query_pre_attn_scalar": 32},
    "smollm3": {"no_rope_layers": None, "no_rope_layer_interval": 4},  # as llama.cpp has it
    "phi3": {"sliding_window": None},
    "mistral": {"sliding_window": None},  # it has windows for few families
    "starcoder2": {"sliding_window": None},
    "gpt_oss": {"swiglu_limit": 7.0},  # the number of its kernel
    "deepseek_v2": {"rms_norm_eps": 1e-6},  # it has one for all norms, and those inside attention add that
    "deepseek_v3": {"rms_norm_eps": 1e-6},
}
FOLDERS = ["llama", "llama-linear-bias", "llama-tied", "mistral", "mixtral", "qwen2", "qwen3", "qwen3-yarn", "gemma", "gemma2", "gemma3",
           "gpt2", "gpt2-bare", "gpt_neox", "bloom", "bloom-6-heads", "granite", "olmo2", "stablelm", "starcoder2", "smollm3", "glm4",
           "phi3", "phi", "cohere", "olmoe-plain", "qwen2_moe", "qwen3_moe-plain", "gpt_oss", "gpt_oss-wide", "deepseek_v2",
           "deepseek_v2-wide", "deepseek_v3", "deepseek_v3-wide", "falcon-mq", "falcon-new", "falcon-heads", "falcon-groups",
           "glm-wide", "ernie4_5-wide"]
FORMATS = {"gpt_oss-wide": ["q8_0", "mxfp4"]}  # others: q8_0
WINDOW, WINDOWS = 40, 2


def tokenizer():
    """Of ASCII and pairs of letters: llama.cpp's server gives no probabilities behind half of a character."""
    shown = [b for b in range(256) if 32 < b < 127 or (b > 160 and b != 173)]
    hidden = [b for b in range(256) if b not in shown]
    letters = {b: chr(b) for b in shown} | {b: chr(256 + i) for i, b in enumerate(hidden)}
    pairs = list(itertools.product("etaoinsrhldcumfpgwyb", repeat=2))[: 512 - 128]
    vocabulary = {letters[b]: b for b in range(128)} | {"".join(pair): 128 + i for i, pair in enumerate(pairs)}
    return {
        "version": "1.0", "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
        "decoder": {"type": "ByteLevel"},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": [" ".join(pair) for pair in pairs]},
    }


def tensors(path):
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    kinds = {"F32": numpy.float32, "I64": numpy.int64}
    return {
        name: numpy.frombuffer(data[8 + size :][slice(*entry["data_offsets"])], kinds[entry["dtype"]])
        .reshape(entry["shape"])
        for name, entry in json.loads(data[8 : 8 + size]).items() if name != "__metadata__"
    }


def normalized(logits):
    shifted = logits.astype(numpy.float64) - logits.max()
    return shifted - math.log(numpy.exp(shifted).sum())


def distribution(llama, before, vocabulary):
    """Without what is left of the prompts before: llama.cpp's cache of a window has not all that a shorter one needs."""
    answer = llama.server.handle_completions(
        {"prompt": [int(i) for i in before], "n_predict": 1, "logprobs": vocabulary, "temperature": -1,
         "cache_prompt": False}
    )
    found = numpy.full(vocabulary, numpy.nan)
    for entry in answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]:
        found[entry["id"]] = entry["logprob"]
    return found


def differences(llama, ids, logits):
    """The largest to each of some logits, over the places of a window; of tokens that have some probability."""
    worst = [0.0] * len(logits)
    for at in range(1, len(ids), 3):
        found = distribution(llama, ids[: at + 1], logits[0].shape[1])
        for i, own in enumerate(logits):
            expected = normalized(own[at])
            worst[i] = max(worst[i], numpy.abs(found - expected)[expected > math.log(1e-6)].max())
    return worst


def perplexity(llama, ids, vocabulary):
    total, count = 0.0, 0
    for first in range(0, WINDOWS * WINDOW, WINDOW):
        window = ids[first : first + WINDOW]
        for i in range(1, WINDOW):
            total -= distribution(llama, window[:i], vocabulary)[window[i]]
            count += 1
    return math.exp(total / count)


def compare(program, file, text, folder):
    name = folder.name
    types = sorted({tensor.tensor_type.name for tensor in gguf.GGUFReader(file).tensors})
    llama = LlamaCpp(str(file), 128, exact=True)
    reference, outputs = folder / "reference.safetensors", file.with_suffix(".safetensors")
    kerf(program, "outputs", file, "--inputs", reference, "--out", outputs)
    theirs, ids = tensors(reference)["logits"][0], tensors(reference)["input_ids"][0]
    ours = tensors(outputs)["logits"].reshape(-1, theirs.shape[-1])[: len(ids)]
    toOurs, toTheirs = differences(llama, ids, [ours, theirs])
    hasReference = name not in CHANGES and file.parent.name.endswith("floats")
    tokens = [int(i) for i in kerf(program, "tokenize", file, "--text", text, "--no-special").split()]
    found = perplexity(llama, tokens, theirs.shape[-1])
    report = json.loads(
        kerf(program, "evaluate", file, "--text", text, "--window", WINDOW, "--samples", WINDOWS, "--json")
    )
    return "\t".join([",".join(types), f"{toOurs:.1e}", f"{toTheirs:.1e}" if hasReference else "-", f"{found:.4f}",
                      f"{report['perplexity']:.4f}", f"{100 * (found / report['perplexity'] - 1):+.4f} %"])


def quantized(program, source, name, form, workspace, out):
    """By plain rounding; where llama.cpp has no place for codes, layers keep their floats."""
    plan = out.with_suffix(".json")
    kerf(program, "plan", "new", source, "--format", form, "--method", "rtn", "--out", plan)
    if name.startswith("deepseek"):
        kerf(program, "plan", "set", source, "kv_b_proj=bf16", "--plan", plan, "--out", plan)
    kerf(program, "quantize", source, "--plan", plan, "--name", f"{name} {form}", "-w", workspace)
    kerf(program, "export", f"{name} {form}", "--to", "gguf", "--out", out, "-w", workspace)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for argument in ("kerf", "decoders", "text", "work"):
        parser.add_argument(argument)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    options = parser.parse_args()
    work = pathlib.Path(options.work)
    work.mkdir(parents=True)
    for name in options.folders:
        source = work / name.replace("phi3", "phi-three")  # llama.cpp looks for tokens of its own in files so named
        shutil.copytree(pathlib.Path(options.decoders) / name, source)
        settings = json.loads((source / "config.json").read_text()) | CHANGES.get(name, {})
        (source / "config.json").write_text(json.dumps(settings))
        (source / "tokenizer.json").write_text(json.dumps(tokenizer()))
        base, workspace, formats = f"{source}-", work / "work.kerf", FORMATS.get(name, ["q8_0"])
        try:
            kerf(options.kerf, "convert", source, "--to", "gguf", "--out", base + "floats")
            for form in formats:
                quantized(options.kerf, source, name, form, workspace, pathlib.Path(base + form))
        except subprocess.CalledProcessError as error:
            print(name, error.stderr.strip(), sep="\t", flush=True)
            continue
        for kind in ["floats", *formats]:
            try:
                line = compare(options.kerf, pathlib.Path(base + kind) / "model.gguf", options.text, source)
            except RuntimeError as error:
                line = str(error)
            print(name, kind, line, sep="\t", flush=True)


if __name__ == "__main__":
    main()
