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


def loader_logits(folder, ids):
    is_awq = json.loads((folder / "config.json").read_text())["quantization_config"]["quant_method"] == "awq"
    backend = BACKEND.AWQ_TORCH if is_awq else BACKEND.GPTQ_TORCH
    model = GPTQModel.load(str(folder), backend=backend, device="cpu", dtype=torch.float16).model
    packed = [(name, part) for name, part in model.named_modules() if hasattr(part, "qweight")]
    if not packed:
        raise ValueError("no quantized layer was loaded")
    for name, part in packed:
        parent, leaf = name.rsplit(".", 1)
        setattr(model.get_submodule(parent), leaf, plain_layer(part, is_awq))
    model = model.float().eval()
    with torch.no_grad():
        return model(input_ids=ids).logits.float()


if __name__ == "__main__":
    load_hf.loader_logits = loader_logits
    load_hf.LOADER = "GPTQModel"
    sys.exit(load_hf.main())
