#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small models of random weights with transformers, each with a setting that changes what is computed, and compares
its logits with Kerf's of the same folder. tests/data/variants holds what it made.

    packaging/interop/check_variants.py KERF-CLI WORK [NAME ...]

WORK is a folder that is made. Prints a line for each: the largest difference of a logit by the range of the logits,
what it is when the setting is taken back, where that can be (a setting that changed nothing would prove nothing), and
what it is of a config.json that leaves out whatever the family's class says by itself. Needs the environment "hf" of
packaging/interop/setup.
"""

import argparse
import json
import math
import pathlib
import shutil
import subprocess

import torch
from safetensors.torch import load_file, save_file
from transformers import (AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification,
                          AutoModelForTokenClassification)

SMALL = dict(vocab_size=64, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, initializer_range=0.3)
LLAMA = SMALL | dict(num_key_value_heads=2, intermediate_size=24, max_position_embeddings=128)
EXPERTS = LLAMA | dict(moe_intermediate_size=8, num_experts_per_tok=2)
DEEPSEEK = LLAMA | dict(num_key_value_heads=4, moe_intermediate_size=8, num_experts_per_tok=2, kv_lora_rank=8, q_lora_rank=12,
                        qk_nope_head_dim=6, qk_rope_head_dim=4, v_head_dim=5, first_k_dense_replace=0)
FALCON = SMALL | dict(max_position_embeddings=128, alibi=False)
WIDE = dict(vocab_size=512, hidden_size=32, intermediate_size=64)  # wide enough for llama.cpp's blocks and a tokenizer
WHOLE_ENDS = math.exp(8 * math.log(128 / (2 * math.pi)) / 3.99999)  # yarn's ramp over 8 pairs then ends at the fourth
LATENT = DEEPSEEK | WIDE | dict(moe_intermediate_size=32, kv_lora_rank=32, q_lora_rank=32, qk_nope_head_dim=16, qk_rope_head_dim=8,
                                v_head_dim=16, first_k_dense_replace=1, n_shared_experts=2, rms_norm_eps=1e-6)
OPT = SMALL | dict(ffn_dim=24, max_position_embeddings=128, init_std=0.3)


def rope(kind, **settings):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10000.0} | settings}


LONG = dict(long_factor=[1.5, 9.0], short_factor=[1.1, 1.5])
# name: (type, settings, settings that take the point of it back)
VARIANTS = {
    "llama-dynamic": ("llama", LLAMA | rope("dynamic", factor=4.0) | {"max_position_embeddings": 32}, rope("default")),
    "llama-dynamic-short": ("llama", LLAMA | rope("dynamic", factor=4.0), None),
    "llama-longrope": ("llama", LLAMA | rope("longrope", factor=4.0, original_max_position_embeddings=32, **LONG), rope("default")),
    "phi3-longrope-short": ("phi3", LLAMA | rope("longrope", original_max_position_embeddings=64, **LONG)
                            | {"max_position_embeddings": 256, "original_max_position_embeddings": 64, "pad_token_id": 0},
                            rope("default")),
    "opt-norms-behind": ("opt", OPT | {"do_layer_norm_before": False}, {"do_layer_norm_before": True}),
    "opt-narrow-table": ("opt", OPT | {"word_embed_proj_dim": 8, "do_layer_norm_before": False}, None),
    "opt-no-bias": ("opt", OPT | {"enable_bias": False}, None),
    "falcon-serial": ("falcon", FALCON | {"parallel_attn": False, "multi_query": False, "bias": True}, None),
    "falcon-serial-one-head": ("falcon", FALCON | {"parallel_attn": False}, None),
    "falcon-grouped-one-norm": ("falcon", FALCON | {"new_decoder_architecture": True, "num_kv_heads": 2,
                                                    "num_ln_in_parallel_attn": 1}, None),
    "smollm3-interval": ("smollm3", LLAMA | {"num_hidden_layers": 3, "no_rope_layer_interval": 3, "no_rope_layers": None, "pad_token_id": 0},
                         {"no_rope_layers": [1, 1, 1]}),
    "qwen3_moe-step": ("qwen3_moe", EXPERTS | {"num_experts": 4, "decoder_sparse_step": 2, "norm_topk_prob": False,
                                               "head_dim": 4}, {"norm_topk_prob": True}),
    "qwen3_moe-plain": ("qwen3_moe", LLAMA | {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64,
                                              "moe_intermediate_size": 32, "num_experts": 4, "num_experts_per_tok": 2,
                                              "norm_topk_prob": True, "head_dim": 16, "vocab_size": 512}, {"norm_topk_prob": False}),
    "olmoe-plain": ("olmoe", LLAMA | {"hidden_size": 32, "num_key_value_heads": 4, "intermediate_size": 32, "num_experts": 4,
                                      "num_experts_per_tok": 2, "vocab_size": 512}, {"norm_topk_prob": True}),
    "qwen2_moe-renormalized": ("qwen2_moe", EXPERTS | {"num_experts": 4, "shared_expert_intermediate_size": 12,
                                                       "norm_topk_prob": True}, {"norm_topk_prob": False}),
    "olmoe-renormalized": ("olmoe", LLAMA | {"num_experts": 4, "num_experts_per_tok": 2, "norm_topk_prob": True},
                           {"norm_topk_prob": False}),
    "cohere-scale": ("cohere", LLAMA | {"logit_scale": 0.7}, {"logit_scale": 0.0625}),
    "glm4-no-bias": ("glm4", LLAMA | {"attention_bias": False, "head_dim": 8, "pad_token_id": 0}, None),
    "glm": ("glm", LLAMA | {"head_dim": 8, "pad_token_id": 0}, {"partial_rotary_factor": 1.0}),
    "glm-quarter": ("glm", LLAMA | {"head_dim": 8, "partial_rotary_factor": 0.25, "attention_bias": False, "pad_token_id": 0},
                    {"partial_rotary_factor": 0.5}),
    "ernie4_5": ("ernie4_5", LLAMA | {"head_dim": 8}, rope("default")),
    "ernie4_5-biases": ("ernie4_5", LLAMA | {"head_dim": 8, "use_bias": True, "tie_word_embeddings": False}, None),
    "deepseek_v2-groups": ("deepseek_v2", DEEPSEEK | {"n_routed_experts": 8, "n_group": 4, "topk_group": 1,
                                                      "topk_method": "group_limited_greedy", "routed_scaling_factor": 3.0},
                           {"topk_method": "greedy"}),
    "deepseek_v2-yarn": ("deepseek_v2", DEEPSEEK | {"q_lora_rank": None, "n_routed_experts": 4, "first_k_dense_replace": 1}
                         | rope("yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.7, mscale_all_dim=0.9),
                         rope("yarn", factor=4.0, original_max_position_embeddings=32)),
    "deepseek_v3-halves": ("deepseek_v3", DEEPSEEK | {"n_routed_experts": 8, "n_group": 2, "topk_group": 1, "rope_interleave": False},
                           {"rope_interleave": True}),
    "deepseek_v3-biases": ("deepseek_v3", DEEPSEEK | {"n_routed_experts": 4, "n_group": 1, "topk_group": 1, "attention_bias": True,
                                                      "first_k_dense_replace": 1, "n_shared_experts": 2, "norm_topk_prob": False}
                           | rope("yarn", factor=4.0, original_max_position_embeddings=32, mscale=1.0, mscale_all_dim=1.0),
                           {"norm_topk_prob": True}),
    "gpt_oss-plain": ("gpt_oss", LLAMA | {"num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 4, "sliding_window": 8,
                                          "swiglu_limit": 0.5, "attention_bias": False}, {"swiglu_limit": 7.0}),
    "gpt_oss-wide": ("gpt_oss", LLAMA | WIDE | {"intermediate_size": 32, "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 16,
                                                "sliding_window": 8, "max_position_embeddings": 512}
                     | rope("yarn", factor=4.0, original_max_position_embeddings=128, truncate=False, rope_theta=WHOLE_ENDS),
                     rope("default")),
    "deepseek_v2-wide": ("deepseek_v2", LATENT | {"n_routed_experts": 4, "routed_scaling_factor": 2.0}
                         | rope("yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.7, mscale_all_dim=0.7),
                         rope("yarn", factor=4.0, original_max_position_embeddings=32)),
    "deepseek_v3-wide": ("deepseek_v3", LATENT | {"n_routed_experts": 8, "n_group": 4, "topk_group": 2, "q_lora_rank": None}
                         | rope("yarn", factor=4.0, original_max_position_embeddings=32, mscale=0.7, mscale_all_dim=0.9),
                         {"topk_group": 4}),
    "falcon-heads": ("falcon", FALCON | {"vocab_size": 512, "hidden_size": 32, "multi_query": False}, None),
    "falcon-groups": ("falcon", FALCON | {"vocab_size": 512, "hidden_size": 32, "new_decoder_architecture": True, "num_kv_heads": 2, "num_ln_in_parallel_attn": 1}, None),
    "glm-wide": ("glm", LLAMA | WIDE | {"head_dim": 8, "pad_token_id": 0}, {"partial_rotary_factor": 1.0}),
    "ernie4_5-wide": ("ernie4_5", LLAMA | WIDE | {"head_dim": 16}, rope("default")),
} | {f"{kind}-defaults": (kind, LLAMA | more, None) for kind, more in {
    "llama": {}, "mistral": {}, "qwen2": {}, "qwen3": {"head_dim": 4}, "gemma": {"head_dim": 4}, "gemma2": {"head_dim": 4},
    "gemma3_text": {"head_dim": 4}, "stablelm": {"num_attention_heads": 2}, "olmo2": {}, "granite": {}, "starcoder2": {}, "phi": {}, "phi3": {"pad_token_id": 0},
    "cohere": {}, "smollm3": {"pad_token_id": 0}, "mixtral": {"num_local_experts": 4}}.items()} | {
    "gpt2-defaults": ("gpt2", dict(vocab_size=64, n_embd=16, n_layer=2, n_head=4, n_positions=128, initializer_range=0.3), None),
    "gpt_neox-defaults": ("gpt_neox", SMALL | dict(num_attention_heads=2, intermediate_size=24, max_position_embeddings=128), None),
    "gptj-defaults": ("gptj", dict(vocab_size=64, n_embd=16, n_layer=2, n_head=4, n_positions=128, rotary_dim=4, initializer_range=0.3),
                      None),
    "bloom-defaults": ("bloom", dict(vocab_size=64, hidden_size=16, n_layer=3, n_head=4, initializer_range=0.3), None),
    "opt-defaults": ("opt", OPT, None),
    "falcon-defaults": ("falcon", FALCON, None),
}
ENCODER = dict(vocab_size=64, max_position_embeddings=66, pad_token_id=1, initializer_range=0.3)
BERT = ENCODER | dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24)
DISTIL = ENCODER | dict(dim=16, n_layers=2, n_heads=4, hidden_dim=24)
# name: (type, class, settings): outputs of tokens that pad are not compared
ENCODERS = {
    "bert-base": ("bert", AutoModel, BERT),
    "bert-tokens": ("bert", AutoModelForTokenClassification, BERT | {"num_labels": 5}),
    "roberta-tokens": ("roberta", AutoModelForTokenClassification, BERT | {"type_vocab_size": 1, "num_labels": 5}),
    "roberta-base": ("roberta", AutoModel, BERT | {"type_vocab_size": 1, "pad_token_id": 0}),
    "xlm-roberta": ("xlm-roberta", AutoModelForSequenceClassification, BERT | {"type_vocab_size": 1, "num_labels": 3}),
    "distilbert-tokens": ("distilbert", AutoModelForTokenClassification, DISTIL | {"num_labels": 5}),
    "distilbert-base": ("distilbert", AutoModel, DISTIL),
}


def made(kind, settings, auto=AutoModelForCausalLM):
    torch.manual_seed(7)
    config = AutoConfig.for_model(kind, **settings)
    config._attn_implementation = "eager"
    model = auto.from_config(config, dtype=torch.float32).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.ndim == 1:  # norms and biases would be 1 and 0
                value += 0.1 * torch.randn(value.shape)
    return model


def computed(cli, work, folder):
    out = work / f"{folder.name}.safetensors"
    subprocess.run([cli, "logits", folder, "--ids", work / "ids.safetensors", "--out", out, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return load_file(out)["logits"]


def bare(cli, work, folder, kind, ids):
    """The class writes every key, so that a row's own defaults count only where the keys are taken out again. Heads stay:
    Kerf has no default of their number but another one's, and a wrong one shows by the shapes."""
    copy = work / f"{folder.name}-bare"
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    usual = AutoConfig.for_model(kind).to_dict() | {"model_type": None, "architectures": None}
    config = json.loads((folder / "config.json").read_text())
    left = {key: value for key, value in config.items() if key not in usual or value != usual[key] or key.endswith("_heads")}
    (copy / "config.json").write_text(json.dumps(left))
    model = AutoModelForCausalLM.from_pretrained(copy, dtype=torch.float32, attn_implementation="eager").eval()
    try:
        return f"{distance(model, ids, computed(cli, work, copy)):.1e}"
    except subprocess.CalledProcessError:
        return "does not open"


def distance(model, ids, ours):
    with torch.no_grad():
        theirs = model(ids, use_cache=False).logits.float()
    return float((ours - theirs).abs().max() / (theirs.max() - theirs.min()))


def check(cli, work, name):
    kind, settings, back = VARIANTS[name]
    folder = work / name
    model = made(kind, settings)
    model.save_pretrained(folder)
    ids = torch.randint(0, settings["vocab_size"], (2, 40), generator=torch.Generator().manual_seed(3))
    save_file({"input_ids": ids}, work / "ids.safetensors")
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits.float().contiguous()
    save_file({"input_ids": ids, "logits": logits}, folder / "reference.safetensors")
    (folder / "generation_config.json").unlink(missing_ok=True)
    ours = computed(cli, work, folder)
    without = f"{distance(made(kind, settings | back), ids, ours):.1e}" if back else "-"
    print(f"{name}\t{distance(model, ids, ours):.1e}\t{without}\t{bare(cli, work, folder, kind, ids)}", flush=True)


def check_encoder(cli, work, name):
    kind, auto, settings = ENCODERS[name]
    folder = work / name
    model = made(kind, settings, auto)
    model.save_pretrained(folder)
    ids = torch.randint(2, 64, (3, 20), generator=torch.Generator().manual_seed(3))
    mask = torch.ones_like(ids)
    for row, length in ((1, 13), (2, 7)):
        ids[row, length:] = settings["pad_token_id"]
        mask[row, length:] = 0
    inputs = {"input_ids": ids, "attention_mask": mask}
    if kind == "bert":
        inputs["token_type_ids"] = (torch.arange(20)[None, :] >= 5).long().repeat(3, 1)
    with torch.no_grad():
        found = model(**inputs)
    output = "logits" if hasattr(found, "logits") else "last_hidden_state"
    theirs = getattr(found, output).float().contiguous()
    save_file(inputs | {output: theirs}, folder / "reference.safetensors")
    out = work / f"{name}.safetensors"
    subprocess.run([cli, "outputs", folder, "--inputs", folder / "reference.safetensors", "--out", out, "--quiet"],
                   check=True)
    difference = (load_file(out)[output] - theirs).abs()
    if difference.ndim == 3:
        difference = difference[mask.bool()]
    print(f"{name}\t{float(difference.max() / (theirs.max() - theirs.min())):.1e}\t-", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("names", nargs="*", default=list(VARIANTS | ENCODERS))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        try:
            (check if name in VARIANTS else check_encoder)(options.cli, options.work, name)
        except subprocess.CalledProcessError:
            print(f"{name}\tdoes not open\t-\t-", flush=True)


if __name__ == "__main__":
    main()
