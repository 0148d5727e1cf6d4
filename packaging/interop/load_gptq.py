#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads exported gptq and awq folders in GPTQModel on the CPU and compares them with Kerf.

  load_gptq.py KERF-CLI TEXT FOLDER [FOLDER ...]

As load_hf.py, whose table it prints. The weights are those that GPTQModel's own layers unpack, put into float32 layers: its
CPU kernels compute in float16, which would hide what the file holds.
"""
import json
import os
import sys

os.environ.setdefault("GPTQMODEL_CPU_WORKERS", "2")
os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")

import torch
import transformers
from gptqmodel import BACKEND, GPTQModel

import load_hf


def plain_layer(module, is_awq):
    module.scales = module.scales.detach().float()
    if is_awq:
        from gptqmodel.quantization.awq.utils.packing_utils import dequantize_gemm

        weight = dequantize_gemm(module.qweight, module.qzeros, module.scales, module.bits, module.group_size).t()
    else:
        weight = module.dequantize_weight().t()
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=module.bias is not None)
    layer.weight.data = weight.float().contiguous()
    if module.bias is not None:
        layer.bias.data = module.bias.data.float()
    return layer


def is_awq(folder):
    return json.loads((folder / "config.json").read_text())["quantization_config"]["quant_method"] == "awq"


def as_floats(model, folder):
    packed = [(name, part) for name, part in model.named_modules() if hasattr(part, "qweight")]
    if not packed:
        raise ValueError("no quantized layer was loaded")
    for name, part in packed:
        parent, leaf = name.rsplit(".", 1)
        setattr(model.get_submodule(parent), leaf, plain_layer(part, is_awq(folder)))
    return model.float().eval()


def loader_logits(folder, ids):
    backend = BACKEND.AWQ_TORCH if is_awq(folder) else BACKEND.GPTQ_TORCH
    model = GPTQModel.load(str(folder), backend=backend, device="cpu", dtype=torch.float16).model
    with torch.no_grad():
        return as_floats(model, folder)(input_ids=ids).logits.float()


def load_encoder(folder):
    """GPTQModel itself knows no encoders; transformers loads them with its layers (gptq with optimum besides)."""
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float16)
    return as_floats(model, folder)


if __name__ == "__main__":
    load_hf.loader_logits = loader_logits
    load_hf.load_encoder = load_encoder
    load_hf.LOADER = "GPTQModel"
    sys.exit(load_hf.main())
