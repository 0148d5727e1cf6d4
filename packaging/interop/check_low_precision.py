#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small models whose weights are published in a low precision, exports them with one layer quantized as floats, and
compares every other tensor with the one that transformers dequantizes: all bits are to be equal. Then the logits of
gpt-oss (MXFP4 experts) and DeepSeek-V3 (FP8 in blocks of 128, rows and columns that 128 does not divide) beside those of
transformers, which is given the dequantized weights: the largest difference by the range.

    packaging/interop/check_low_precision.py KERF-CLI WORK

WORK is a folder that is made. Prints a line for each model: how many tensors were compared, how many of them stood for
codes, and the names of those that differ. Needs the environment "hf" of packaging/interop/setup.
"""

import argparse
import json
import pathlib
import subprocess

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

SMALL = dict(vocab_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128)
DENSE = SMALL | dict(hidden_size=256, intermediate_size=384, head_dim=64)
GPT_OSS = SMALL | dict(hidden_size=64, intermediate_size=64, head_dim=16, num_local_experts=4, num_experts_per_tok=2)
DEEPSEEK = SMALL | dict(
    hidden_size=320, intermediate_size=448, moe_intermediate_size=192, num_key_value_heads=4, q_lora_rank=96, kv_lora_rank=64,
    qk_nope_head_dim=32, qk_rope_head_dim=16, v_head_dim=32, n_routed_experts=8, num_experts_per_tok=2, n_group=2, topk_group=1,
    first_k_dense_replace=1)
BLOCK = 128


def made(kind, settings):
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **settings), dtype=torch.bfloat16)
    return model.config, {name: value.contiguous() for name, value in model.state_dict().items()}


def blocks_of(weight, block):
    rows, cols = weight.shape
    return weight.float().reshape(rows // block[0], block[0], cols // block[1], block[1])


def fp8(weight, block):
    parts = blocks_of(weight, block)
    scales = parts.abs().amax(dim=(1, 3)) / 448
    codes = (parts / scales[:, None, :, None]).to(torch.float8_e4m3fn).reshape(weight.shape)
    return codes, scales


def write(folder, config, tensors, quantization):
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config.to_dict() | {"quantization_config": quantization}))


def make_fp8(folder, kind, in_blocks):
    """Codes as they are published, and what transformers makes of them."""
    config, tensors = made(kind, DENSE)
    stored, expected = {}, {}
    for name, value in tensors.items():
        if not name.endswith("_proj.weight"):
            stored[name] = expected[name] = value
            continue
        codes, scales = fp8(value, (BLOCK, BLOCK) if in_blocks else tuple(value.shape))
        stored[name] = codes
        stored[name + ("_scale_inv" if in_blocks else "_scale")] = scales if in_blocks else scales.reshape(())
        expected[name] = Fp8Dequantize(None)._dequantize_one(codes, scales)
    settings = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic"}
    write(folder, config, stored, settings | ({"weight_block_size": [BLOCK, BLOCK]} if in_blocks else {}))
    return expected


def make_mxfp4(folder):
    config, tensors = made("gpt_oss", GPT_OSS)
    generator = torch.Generator().manual_seed(5)
    stored, expected = {}, {}
    for name, value in tensors.items():
        if not name.endswith(("experts.gate_up_proj", "experts.down_proj")):
            stored[name] = expected[name] = value
            continue
        experts, inner, outer = value.shape
        shape = (experts, outer, inner // 32)
        stored[name + "_blocks"] = torch.randint(0, 256, shape + (16,), generator=generator, dtype=torch.uint8)
        stored[name + "_scales"] = torch.randint(110, 125, shape, generator=generator, dtype=torch.uint8)
        expected[name] = convert_moe_packed_tensors(stored[name + "_blocks"], stored[name + "_scales"]).contiguous()
    kept = ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]
    write(folder, config, stored, {"quant_method": "mxfp4", "modules_to_not_convert": kept})
    return expected


def deepseek_blocks(weight):
    """Codes, scales and float32 values; the blocks at the edges are smaller (DeepSeek-V3, inference/kernel.py)."""
    rows, cols = weight.shape
    padded = torch.zeros(-(-rows // BLOCK) * BLOCK, -(-cols // BLOCK) * BLOCK)
    padded[:rows, :cols] = weight.float()
    codes, scales = fp8(padded, (BLOCK, BLOCK))
    codes = codes[:rows, :cols].contiguous()
    wide = scales.repeat_interleave(BLOCK, 0)[:rows].repeat_interleave(BLOCK, 1)[:, :cols]
    return codes, scales, codes.float() * wide


def make_deepseek(folder):
    """The names of the published folder, which transformers joins when it loads them."""
    config, _ = made("deepseek_v3", DEEPSEEK)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder.parent / f"{folder.name}-names")
    stored, expected = {}, {}
    for name, value in load_file(folder.parent / f"{folder.name}-names" / "model.safetensors").items():
        if not name.endswith(("_proj.weight", "_a_proj_with_mqa.weight")):
            stored[name] = expected[name] = value
            continue
        stored[name], stored[name + "_scale_inv"], expected[name] = deepseek_blocks(value)
    write(folder, config, stored,
          {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [BLOCK, BLOCK]})
    return expected


def check_logits(cli, folder, expected):
    floats = folder.parent / f"{folder.name}-dequantized"
    floats.mkdir(exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    config.pop("quantization_config")
    (floats / "config.json").write_text(json.dumps(config))
    save_file({name: value.float() for name, value in expected.items()}, floats / "model.safetensors", metadata={"format": "pt"})
    model = AutoModelForCausalLM.from_pretrained(floats, dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.randint(0, 64, (2, 40), generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        wanted = model(ids).logits
    save_file({"input_ids": ids}, folder.parent / "ids.safetensors")
    out = folder.parent / f"{folder.name}-logits.safetensors"
    subprocess.run([cli, "logits", folder, "--ids", folder.parent / "ids.safetensors", "--out", out, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    got = load_file(out)["logits"]
    difference = (got - wanted).abs().max() / (wanted.max() - wanted.min())
    print(f"{folder.name}\tlogits\t{difference:.1e} of the range", flush=True)


def check(cli, folder, expected, quantized):
    def kerf(*arguments):
        subprocess.run([cli, *arguments, "--quiet"], check=True, stdout=subprocess.DEVNULL)

    def in_work(name):
        return folder.parent / f"{folder.name}{name}"

    workspace, plan, out = in_work(".kerf"), in_work(".json"), in_work("-floats")
    kerf("plan", "new", folder, "--format", "bf16", "--method", "rtn", "--out", plan)
    kerf("plan", "set", folder, quantized + "=int8-channel", "--plan", plan, "--out", plan)
    kerf("quantize", folder, "--plan", plan, "--name", "run", "-w", workspace)
    kerf("export", "run", "--to", "hf", "--out", out, "-w", workspace)
    written = load_file(out / "model.safetensors")
    assert "quantization_config" not in json.loads((out / "config.json").read_text())
    assert written.keys() == expected.keys(), written.keys() ^ expected.keys()
    stored = load_file(folder / "model.safetensors")
    others = [name for name in expected if name != quantized + ".weight"]
    differ = [name for name in others if not torch.equal(written[name].float(), expected[name].float())]
    codes = [name for name in others if name not in stored or stored[name].dtype == torch.float8_e4m3fn]
    print(f"{folder.name}\t{len(others)} tensors\t{len(codes)} of codes\t{', '.join(differ) or 'all equal'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    options = parser.parse_args()
    layer = "model.layers.0.self_attn.q_proj"
    for kind in ("llama", "qwen3"):
        for name, in_blocks in (("blocks", True), ("tensor", False)):
            folder = options.work / f"{kind}-{name}"
            check(options.cli, folder, make_fp8(folder, kind, in_blocks), layer)
    expected = make_mxfp4(options.work / "gpt-oss")
    check(options.cli, options.work / "gpt-oss", expected, layer)
    check_logits(options.cli, options.work / "gpt-oss", expected)
    expected = make_deepseek(options.work / "deepseek")
    check(options.cli, options.work / "deepseek", expected, "model.layers.0.self_attn.q_b_proj")
    check_logits(options.cli, options.work / "deepseek", expected)


if __name__ == "__main__":
    main()
