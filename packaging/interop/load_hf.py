#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads exported folders in transformers on the CPU and compares them with Kerf.

  load_hf.py KERF-CLI TEXT FOLDER [FOLDER ...]

Both get the same windows of 256 tokens of TEXT; a folder without tokenizer.json gets ids at random. One row a folder: perplexity in Kerf, perplexity in transformers, largest
difference of a logit by the range of the logits, and how many of the predictions are the same. Exit status 1 when a
folder does not load or a logit is not finite.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

WINDOWS, LENGTH = 8, 256
LOADER = "transformers"


def window_ids(folder, text):
    if not (folder / "tokenizer.json").exists():  # token ids at random, in windows that any model takes
        config = json.loads((folder / "config.json").read_text())
        return torch.randint(config["vocab_size"], (4, 32), generator=torch.Generator().manual_seed(1))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = tokenizer.encode(text, add_special_tokens=False).ids[: WINDOWS * LENGTH]
    return torch.tensor(ids, dtype=torch.int64).reshape(WINDOWS, LENGTH)


def kerf_logits(cli, folder, ids):
    with tempfile.TemporaryDirectory() as place:
        save_file({"input_ids": ids}, f"{place}/ids.safetensors")
        command = [cli, "logits", str(folder), "--ids", f"{place}/ids.safetensors", "--out", f"{place}/out.safetensors"]
        subprocess.run(command + ["--quiet"], check=True, stdout=subprocess.DEVNULL)
        return load_file(f"{place}/out.safetensors")["logits"].float()


def settings_for(folder):
    """What transformers must be told to run a folder on a CPU."""
    config = json.loads((folder / "config.json").read_text()).get("quantization_config", {})
    if config.get("quant_method") == "fp8":
        return {"quantization_config": transformers.FineGrainedFP8Config(dequantize=True)}
    if config.get("quant_method") == "compressed-tensors" and any(
        name in str(config) for name in ("nvfp4", "mxfp4", "mxfp8")
    ):
        # Their weights come out in bfloat16 whatever the model's type: made float32 after loading.
        return {"quantization_config": transformers.CompressedTensorsConfig(run_compressed=False)}
    return {}


def unpack_bitsandbytes(model):
    """4-bit layers as the floats that bitsandbytes itself dequantizes: its CPU kernels for processors with AVX-512 compute
    in bfloat16 and take whole blocks of outputs only."""
    try:
        import bitsandbytes
    except ImportError:
        return
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if not isinstance(child, bitsandbytes.nn.Linear4bit):
                continue
            weight = bitsandbytes.functional.dequantize_4bit(child.weight.data, child.weight.quant_state).float()
            plain = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=child.bias is not None)
            plain.weight = torch.nn.Parameter(weight, requires_grad=False)
            plain.bias = child.bias
            setattr(module, name, plain)


def loader_logits(folder, ids):
    settings = settings_for(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **settings)
    if settings or not getattr(model.config, "quantization_config", None):
        model = model.float()  # all weights are floats now, some of them of bfloat16
    if getattr(model, "is_loaded_in_4bit", False):
        unpack_bitsandbytes(model)
        model = torch.nn.Module.float(model)
    model.eval()
    with torch.no_grad():
        return model(input_ids=ids).logits.float()


def perplexity(logits, ids):
    losses = torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, logits.shape[-1]).double(), ids[:, 1:].reshape(-1)
    )
    return losses.exp().item()


def compare(cli, folder, text):
    ids = window_ids(folder, text)
    ours, theirs = kerf_logits(cli, folder, ids), loader_logits(folder, ids)
    if not torch.isfinite(theirs).all():
        raise ValueError("a logit is not finite")
    scale = (ours.max() - ours.min()).item()
    return {
        "kerf": perplexity(ours, ids),
        "loader": perplexity(theirs, ids),
        "difference": (ours - theirs).abs().max().item() / scale,
        "same": (ours.argmax(-1) == theirs.argmax(-1)).double().mean().item(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("text", type=Path)
    parser.add_argument("folder", type=Path, nargs="+")
    options = parser.parse_args()
    text = options.text.read_text(encoding="utf-8")
    failed = False
    print(f"| folder | perplexity in Kerf | in {LOADER} | largest difference / range | same top-1 |\n|---|---|---|---|---|", flush=True)
    for folder in options.folder:
        try:
            row = compare(options.cli, folder, text)
            print(
                f"| {folder.name} | {row['kerf']:.5f} | {row['loader']:.5f} | {row['difference']:.1e} "
                f"| {row['same']:.2%} |",
                flush=True,
            )
        except Exception as error:  # a loader may raise anything: one folder must not hide the others
            failed = True
            lines = str(error).strip().splitlines() or [type(error).__name__]
            print(f"| {folder.name} | does not load: {type(error).__name__}: {lines[-1][:160]} | | | |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
