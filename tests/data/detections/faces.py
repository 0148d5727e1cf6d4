# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes faces.json: candidates above .3 that the face detector finds in its four photographs.

python3 tests/data/detections/faces.py FOLDER     (face-detector-rfb320; onnxruntime, Pillow, numpy)
"""
import json
import pathlib
import sys

import numpy as np
import onnxruntime
from PIL import Image

folder = pathlib.Path(sys.argv[1])
session = onnxruntime.InferenceSession(str(folder / "version-RFB-320.onnx"), providers=["CPUExecutionProvider"])
faces = []
for name in ["img1.jpg", "img10.jpg", "img11.jpg", "img12.jpg"]:
    picture = Image.open(folder / name).convert("RGB")
    small = picture.resize((320, 240), Image.BILINEAR)
    values = ((np.asarray(small).astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
    scores, boxes = (array[0] for array in session.run(None, {session.get_inputs()[0].name: values}))
    kept = scores[:, 1] > 0.3
    faces.append({"width": picture.width, "height": picture.height, "scores": np.round(scores[kept].astype(float), 6).tolist(),
                  "boxes": np.round(boxes[kept].astype(float), 6).tolist()})
(pathlib.Path(__file__).parent / "faces.json").write_text("[" + ",\n".join(json.dumps(f, separators=(",", ":")) for f in faces) + "]\n")
