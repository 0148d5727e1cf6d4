# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes plain.tsv: what OpenCV's resize (INTER_LINEAR) gives of rgb8.png. python3 tests/data/pictures/plain.py (OpenCV 4, 5)"""
import pathlib

import cv2

here = pathlib.Path(__file__).parent
picture = cv2.cvtColor(cv2.imread(str(here / "rgb8.png")), cv2.COLOR_BGR2RGB)
lines = []
for width, height in [(8, 5), (30, 20), (19, 4), (3, 11), (19, 22)]:
    levels = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    lines.append(f"{width}\t{height}\t{levels.tobytes().hex()}\n")
(here / "plain.tsv").write_text("".join(lines))
