#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads exported folders in transformers on the CPU and compares them with Kerf.

  load_hf.py KERF-CLI TEXT FOLDER [FOLDER ...]

Both get the same windows of 256 tokens of TEXT; a folder without tokenizer.json gets ids at random. One row a folder:
perplexity in Kerf, perplexity in transformers, largest difference of a logit by the range of the logits, and how many of
the predictions are the same. Exit status 1 when a folder does not load or a logit is not finite.

An encoder has no perplexity. Of a classifier the logits of 64 windows of 64 tokens are compared, each between the special
tokens; of a folder of sentence-transformers (whose package is needed then) the embeddings, and in place of the same
predictions the mean cosine of the two.
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
TEXTS, TEXT_LENGTH = 64, 64  # of encoders
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


def is_encoder(folder):
    names = json.loads((folder / "config.json").read_text()).get("architectures") or []
    return (folder / "modules.json").exists() or any("SequenceClassification" in name for name in names)


def encoder_inputs(folder, text):
    """Texts of one length, so that none is padded: between the tokenizer's special tokens."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    inner = TEXT_LENGTH - tokenizer.num_special_tokens_to_add(False)
    ids = tokenizer.encode(text, add_special_tokens=False).ids[: TEXTS * inner]
    special = tokenizer.encode("").ids  # before and behind a text
    rows = [[special[0], *ids[at : at + inner], *special[1:]] for at in range(0, TEXTS * inner, inner)]
    ids = torch.tensor(rows, dtype=torch.int64)
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}


def kerf_outputs(cli, folder, inputs):
    with tempfile.TemporaryDirectory() as place:
        save_file(inputs, f"{place}/in.safetensors")
        command = [cli, "outputs", str(folder), "--inputs", f"{place}/in.safetensors", "--out", f"{place}/out.safetensors"]
        subprocess.run(command + ["--quiet"], check=True, stdout=subprocess.DEVNULL)
        return next(iter(load_file(f"{place}/out.safetensors").values())).float()


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


def as_floats(model, settings):
    if settings or not getattr(model.config, "quantization_config", None):
        model = model.float()  # all weights are floats now, some of them of bfloat16
    if getattr(model, "is_loaded_in_4bit", False):
        unpack_bitsandbytes(model)
        model = torch.nn.Module.float(model)
    return model.eval()


def loader_logits(folder, ids):
    settings = settings_for(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **settings)
    with torch.no_grad():
        return as_floats(model, settings)(input_ids=ids).logits.float()


def load_encoder(folder):
    settings = settings_for(folder)
    if (folder / "modules.json").exists():
        from sentence_transformers import SentenceTransformer

        whole = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": torch.float32, **settings})
        whole[0].auto_model = as_floats(whole[0].auto_model, settings)
        return whole.eval()
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, **settings)
    return as_floats(model, settings)


def loader_outputs(folder, inputs):
    model = load_encoder(folder)
    with torch.no_grad():
        found = model(dict(inputs)) if (folder / "modules.json").exists() else model(**inputs)
    return (found["sentence_embedding"] if "sentence_embedding" in found else found.logits).float()


def perplexity(logits, ids):
    losses = torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, logits.shape[-1]).double(), ids[:, 1:].reshape(-1)
    )
    return losses.exp().item()


def compare_encoder(cli, folder, text):
    inputs = encoder_inputs(folder, text)
    ours, theirs = kerf_outputs(cli, folder, inputs), loader_outputs(folder, inputs)
    if not torch.isfinite(theirs).all():
        raise ValueError("an output is not finite")
    same = (ours.argmax(-1) == theirs.argmax(-1)).double()
    if (folder / "modules.json").exists():
        same = torch.nn.functional.cosine_similarity(ours, theirs, dim=-1).double()
    return {
        "difference": (ours - theirs).abs().max().item() / (ours.max() - ours.min()).item(),
        "same": same.mean().item(),
    }


def compare(cli, folder, text):
    if is_encoder(folder):
        return compare_encoder(cli, folder, text)
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
            kerf, loader = (f"{row[key]:.5f}" if key in row else "–" for key in ("kerf", "loader"))
            print(f"| {folder.name} | {kerf} | {loader} | {row['difference']:.1e} | {row['same']:.2%} |", flush=True)
        except Exception as error:  # a loader may raise anything: one folder must not hide the others
            failed = True
            lines = str(error).strip().splitlines() or [type(error).__name__]
            print(f"| {folder.name} | does not load: {type(error).__name__}: {lines[-1][:160]} | | | |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
