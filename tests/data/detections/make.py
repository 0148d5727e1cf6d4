# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes coco.json: hand-made and random cases of detections, and the twelve numbers that pycocotools 2.0.11 gives of each.

python3 tests/data/detections/make.py     (pycocotools, numpy 2)
"""
import contextlib
import io
import json
import pathlib

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

here = pathlib.Path(__file__).parent


def truth(image, category, box, area=None, crowd=0):
    return {"image_id": image, "category_id": category, "bbox": box, "area": area or box[2] * box[3], "iscrowd": crowd}


def found(image, category, box, score):
    return {"image_id": image, "category_id": category, "bbox": box, "score": score}


def twelve(case):
    gt = COCO()
    gt.dataset = {
        "images": [{"id": i + 1, "width": 1000, "height": 1000} for i in range(case["images"])],
        "categories": [{"id": i + 1, "name": str(i)} for i in range(case["categories"])],
        "annotations": [{"id": i + 1, **a} for i, a in enumerate(case["truths"])],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        gt.createIndex()
        judge = COCOeval(gt, gt.loadRes(case["found"]), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return [float(x) for x in judge.stats]


def case(name, truths, detections, images=2, categories=2):
    return {"name": name, "images": images, "categories": categories, "truths": truths, "found": detections}


def by_hand():
    a, b, c = [10, 10, 40, 40], [100, 100, 120, 90], [300, 20, 20, 20]
    yield case("all right", [truth(1, 1, a), truth(2, 2, b)], [found(1, 1, a, 0.9), found(2, 2, b, 0.8)])
    yield case("moved", [truth(1, 1, a), truth(1, 1, b)], [found(1, 1, [14, 12, 40, 40], 0.9), found(1, 1, [105, 100, 120, 95], 0.8)])
    yield case("found twice", [truth(1, 1, a)], [found(1, 1, a, 0.7), found(1, 1, [11, 10, 40, 40], 0.9)])
    yield case("crowd", [truth(1, 1, [0, 0, 200, 200], crowd=1), truth(1, 1, a)],
               [found(1, 1, [20, 20, 30, 30], 0.9), found(1, 1, [150, 150, 40, 40], 0.8), found(1, 1, [90, 90, 200, 200], 0.7), found(1, 1, a, 0.6)])
    yield case("crowd comes second", [truth(1, 1, a), truth(1, 1, [0, 0, 60, 60], crowd=1)], [found(1, 1, [12, 12, 36, 36], 0.9), found(1, 1, a, 0.5)])
    yield case("areas at their borders", [truth(1, 1, [0, 0, 32, 32]), truth(1, 1, [100, 0, 96, 96]), truth(2, 1, [0, 0, 31, 33], 900)],
               [found(1, 1, [0, 0, 32, 32], 0.9), found(1, 1, [100, 0, 96, 96], 0.8), found(2, 1, [0, 0, 31, 33], 0.7), found(2, 1, [500, 500, 300, 300], 0.95)])
    yield case("area of the outline", [truth(1, 1, b, 500), truth(1, 1, c, 5000)], [found(1, 1, b, 0.9), found(1, 1, c, 0.8)])
    yield case("equal scores", [truth(1, 1, a), truth(2, 1, b)],
               [found(2, 1, c, 0.5), found(1, 1, a, 0.5), found(2, 1, b, 0.5), found(1, 1, c, 0.5)])
    yield case("equal overlaps", [truth(1, 1, [0, 0, 20, 20]), truth(1, 1, [4, 0, 20, 20])], [found(1, 1, [2, 0, 20, 20], 0.9), found(1, 1, [0, 0, 20, 20], 0.8)])
    yield case("half an overlap", [truth(1, 1, [0, 0, 20, 20])], [found(1, 1, [0, 0, 20, 10], 0.9)])
    yield case("category without truth", [truth(1, 1, a)], [found(1, 1, a, 0.5), found(1, 2, b, 0.9)])
    yield case("nothing found", [truth(1, 1, a), truth(1, 2, b)], [found(1, 1, a, 0.5)])
    yield case("only crowds", [truth(1, 1, a, crowd=1)], [found(1, 1, a, 0.5)])
    many = [found(1, 1, [i * 7 % 900, i * 13 % 900, 15, 15], 0.9 - i * 0.001) for i in range(120)]
    yield case("more than 100", [truth(1, 1, d["bbox"]) for d in many[::3]] + [truth(1, 1, [2, 2, 15, 15])], many)


def random_case(seed):
    random = np.random.default_rng(seed)
    images, categories = int(random.integers(2, 6)), int(random.integers(1, 4))
    truths, detections = [], []
    for image in range(1, images + 1):
        for _ in range(random.integers(0, 14)):
            box = [round(float(v), 2) for v in (*random.uniform(0, 300, 2), *random.choice([12, 40, 90, 150]) * random.uniform(0.5, 1.5, 2))]
            category = int(random.integers(1, categories + 1))
            truths.append(truth(image, category, box, round(float(box[2] * box[3] * random.uniform(0.6, 1)), 2), int(random.random() < 0.12)))
            for _ in range(random.integers(0, 4)):
                moved = [round(float(v + box[2 + i % 2] * random.normal(0, 0.12)), 2) for i, v in enumerate(box)]
                moved[2:] = [max(1, v) for v in moved[2:]]
                detections.append(found(image, category if random.random() < 0.9 else int(random.integers(1, categories + 1)), moved, round(float(random.random()), 1 + seed % 3)))
    order = random.permutation(len(detections))
    return case(f"random {seed}", truths, [detections[i] for i in order], images, categories)


cases = [*by_hand(), *(random_case(seed) for seed in range(1, 21))]
for each in cases:
    each["twelve"] = twelve(each)
(here / "coco.json").write_text("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]\n")
