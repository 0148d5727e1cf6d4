# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes recording.json: what a voice detector says of a recording, its state going on from step to step.

python3 tests/data/onnx/recording.py FOLDER     (silero-vad; onnxruntime, numpy)

Steps of 512 samples behind the 64 before them. Chances of the first 64 steps and of every 75th, and some numbers of the state
that goes into those.
"""
import json
import pathlib
import sys
import wave

import numpy as np
import onnxruntime

folder = pathlib.Path(sys.argv[1])
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
session = onnxruntime.InferenceSession(str(folder / "silero_vad_16k_op15.onnx"), options, providers=["CPUExecutionProvider"])
with wave.open(str(folder / "test.wav")) as file:
    sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
state, context, steps, spoken = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), [], 0
count = -(-len(sound) // 512)
sound = np.pad(sound, (0, count * 512 - len(sound)))
for step in range(count):
    heard = np.concatenate([context, sound[step * 512:(step + 1) * 512]])[None]
    chance, after = session.run(None, {"input": heard, "state": state, "sr": np.array(16000, np.int64)})
    spoken += int(chance[0, 0] > 0.5)
    if step < 64 or step % 75 == 0:
        steps.append({"step": step, "chance": float(chance[0, 0]), "state": [float(x) for x in state.reshape(-1)[::37]]})
    state, context = after, heard[0, -64:]
text = ",\n".join(json.dumps(step, separators=(",", ":")) for step in steps)
(pathlib.Path(__file__).parent / "recording.json").write_text('{"count":%d,"spoken":%d,"steps":[\n%s\n]}\n' % (count, spoken, text))
