# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/onnx/references.json: what onnxruntime makes, without optimizations, of the networks that have no
reference of their own, for inputs sin(i * step) * size; every stride-th element of each output.

  python make_onnx_references.py MODELS_FOLDER OUT.json
"""
import json
import sys

import numpy as np
import onnxruntime as ort


def wave(shape, step, size):
    return (np.sin(np.arange(np.prod(shape), dtype=np.float64) * step) * size).astype(np.float32).reshape(shape)


cases = [
    ("face-detector-rfb320/version-RFB-320.onnx", {"input": ((1, 3, 240, 320), .013, 1.0)}, {}, 97),
    ("face-detector-rfb320/version-RFB-320_simplified.onnx", {"input": ((1, 3, 240, 320), .013, 1.0)}, {}, 97),
    ("silero-vad/silero_vad_16k_op15.onnx", {"input": ((3, 576), .31, .2), "state": ((2, 3, 128), .17, .3)},
     {"sr": np.array(16000, dtype=np.int64)}, 5),
]
made = []
for name, waves, others, stride in cases:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(f"{sys.argv[1]}/{name}", options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, {**{k: wave(*v) for k, v in waves.items()}, **others})
    made.append({"model": name, "inputs": {k: {"dims": v[0], "step": v[1], "size": v[2]} for k, v in waves.items()},
                 "outputs": {k: {"dims": v.shape, "stride": stride, "low": float(v.min()), "high": float(v.max()),
                                 "values": [float(x) for x in v.reshape(-1)[::stride]]} for k, v in zip(names, outputs)}})
json.dump(made, open(sys.argv[2], "w"), separators=(",", ":"))
