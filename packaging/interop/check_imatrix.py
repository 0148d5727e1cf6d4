# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kerf's importance matrix beside the sums that PyTorch gives: check_imatrix.py KERF-CLI MODEL TEXT [WINDOW SAMPLES].

Writes one with kerf-cli imatrix, reads it with llama.cpp's own Python package, runs the model in transformers on the same
windows of tokens and sums the squares of what goes into each linear layer.
"""
import subprocess
import sys
import tempfile

import torch
from gguf import GGUFReader
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

NAMES = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "gate_proj": "ffn_gate",
         "up_proj": "ffn_up", "down_proj": "ffn_down"}

cli, model_folder, text = sys.argv[1:4]
window, samples = (int(value) for value in (sys.argv[4:6] or (128, 16)))
with tempfile.TemporaryDirectory() as folder:
    file = folder + "/imatrix.gguf"
    subprocess.run([cli, "imatrix", model_folder, "--calibration", text, "--window", str(window), "--samples", str(samples),
                    "--out", file, "-w", folder + "/w.kerf", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    reader = GGUFReader(file)
    ours = {tensor.name: torch.tensor(tensor.data.copy()).flatten().double() for tensor in reader.tensors}
    fields = {name: reader.get_field(name).contents() for name in
              ("general.type", "imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size")}
with open(text, encoding="utf-8") as stream:
    ids = Tokenizer.from_file(model_folder + "/tokenizer.json").encode(stream.read(), add_special_tokens=False).ids
model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
sums = {}


def note(name):
    def hook(_module, inputs):
        x = inputs[0].detach().reshape(-1, inputs[0].shape[-1]).double()
        sums[name] = sums.get(name, 0) + (x * x).sum(0)
    return hook


for path, module in model.named_modules():
    parts = path.split(".")
    if parts[-1] in NAMES and "layers" in parts:
        module.register_forward_pre_hook(note(f"blk.{parts[parts.index('layers') + 1]}.{NAMES[parts[-1]]}.weight"))
with torch.no_grad():
    for first in range(0, window * samples, window):
        model(torch.tensor([ids[first:first + window]]))
worst = max(((ours[name + ".in_sum2"] - expected).abs() / expected.abs().max()).max().item()
            for name, expected in sums.items())
counts = {int(ours[name + ".counts"][0]) for name in sums}
assert 2 * len(sums) == len(ours) and counts == {window * samples}, (len(sums), len(ours), counts)
print(f"{len(sums)} layers, {counts.pop()} tokens each; largest difference {worst:.2g} of a layer's largest sum; {fields}")
