#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares Kerf's reading and writing of ModelOpt folders with NVIDIA ModelOpt itself, on the CPU.

  load_modelopt.py KERF-CLI MODEL WORK [EXPORT ...]

ModelOpt quantizes MODEL (a Hugging Face folder) and writes checkpoints to the new folder WORK; Kerf opens each and writes the
weights that its codes stand for, which are compared with ModelOpt's own dequantization. Every EXPORT, a folder that Kerf wrote
with --to modelopt, is dequantized by ModelOpt and compared with Kerf's reading. One row a folder: the layers, and the largest
difference of a weight by the largest weight. Exit status 1 when one is above 1e-6.
"""
import argparse
import subprocess
import sys
from pathlib import Path

import modelopt.torch.quantization as mtq
import torch
from modelopt.torch.export import export_hf_checkpoint
from modelopt.torch.quantization.qtensor.nvfp4_tensor import NVFP4QTensor
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

CONFIGS = {
    "fp8": mtq.FP8_DEFAULT_CFG,
    "fp8-per-channel-per-token": mtq.FP8_PER_CHANNEL_PER_TOKEN_CFG,
    "mxfp8": mtq.MXFP8_DEFAULT_CFG,
    "nvfp4": mtq.NVFP4_DEFAULT_CFG,
}
LIMIT = 1e-6


def make_peer(model_folder, name, out):
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
    ids = torch.randint(model.config.vocab_size, (4, 64))
    model = mtq.quantize(model, CONFIGS[name], lambda quantized: quantized(ids))
    with torch.inference_mode():
        export_hf_checkpoint(model, export_dir=str(out))


def unpaired(weight):
    """int4: byte [i, j] holds rows 2 i (low half) and 2 i + 1 of column j, signed."""
    halves = torch.stack([weight & 15, weight >> 4], 1).reshape(-1, weight.shape[1]).to(torch.int32)
    return torch.where(halves > 7, halves - 16, halves).float()


def weight_of(tensors, name):
    """By ModelOpt's own code where it has some for it, otherwise by its export's definition."""
    weight, scale = tensors[name], tensors[name + "_scale"]
    if name + "_scale_2" in tensors:
        shape = torch.Size([weight.shape[0], weight.shape[1] * 2])
        return NVFP4QTensor(shape, torch.float32, weight).dequantize(
            dtype=torch.float32, scale=scale, double_scale=tensors[name + "_scale_2"], block_sizes={-1: 16}
        )
    if weight.dtype == torch.uint8:
        return unpaired(weight) * scale.float().repeat_interleave(weight.shape[1] // scale.shape[1], 1)
    if scale.dtype == torch.uint8:
        return weight.float() * torch.exp2(scale.float() - 127).repeat_interleave(32, 1)
    return weight.float() * (scale if scale.dim() == 0 else scale.reshape(-1, 1))


def compare(cli, folder, place):
    plain = place / (folder.name + "-hf")
    subprocess.run([cli, "convert", folder, "--to", "hf", "--out", plain, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    theirs = load_file(folder / "model.safetensors")
    ours = load_file(plain / "model.safetensors")
    layers = [name for name in theirs if name.endswith(".weight") and name + "_scale" in theirs]
    worst = 0.0
    for name in layers:
        expected = weight_of(theirs, name)
        worst = max(worst, ((expected - ours[name].float()).abs().max() / expected.abs().max()).item())
    print(f"| {folder.name} | {len(layers)} | {worst:.1e} |", flush=True)
    return bool(layers) and worst <= LIMIT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("model", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("exports", type=Path, nargs="*")
    options = parser.parse_args()
    options.work.mkdir(parents=True)
    folders = []
    for name in CONFIGS:
        folders.append(options.work / f"peer-{name}")
        make_peer(options.model, name, folders[-1])
    print("| folder | layers | largest difference / largest weight |\n|---|---|---|")
    return 0 if all([compare(options.cli, folder, options.work) for folder in [*folders, *options.exports]]) else 1


if __name__ == "__main__":
    sys.exit(main())
