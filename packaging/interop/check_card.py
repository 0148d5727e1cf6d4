#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the model cards of exports with huggingface_hub's ModelCard, as the Hub does.

    packaging/interop/check_card.py FOLDER …

Prints what each card's front matter gives. Fails when a card does not parse, when a key is none of the specification
(huggingface/hub-docs, modelcard.md), or when a result lacks what is required.
"""

import pathlib
import sys

from huggingface_hub import ModelCard

SPECIFIED = {"license", "license_name", "license_link", "language", "library_name", "tags", "datasets", "metrics", "base_model",
             "base_model_relation", "quantized_by", "pipeline_tag", "model-index", "model_name", "eval_results"}


def check(folder):
    card = ModelCard.load(folder / "README.md")
    keys = set(card.data.to_dict())
    if keys - SPECIFIED:
        sys.exit(f"{folder}: keys that the specification does not have: {sorted(keys - SPECIFIED)}")
    results = card.data.eval_results or []
    for result in results:
        for part in (result.task_type, result.dataset_type, result.dataset_name, result.metric_type):
            if not part:
                sys.exit(f"{folder}: {result} lacks what is required")
        if not isinstance(result.metric_value, (int, float)):
            sys.exit(f"{folder}: {result.metric_value!r} is no number")
    print(f"{folder}: {len(card.content)} characters, keys {sorted(keys)}")
    for result in results:
        print(f"  {result.task_type}, {result.dataset_name}: {result.metric_type} {result.metric_value:.6g}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for folder in sys.argv[1:]:
        check(pathlib.Path(folder))


if __name__ == "__main__":
    main()
