#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `kerf-cli ask` with lm-evaluation-harness: the log-likelihood of every choice, whether it is the greedy text,
and the accuracies.

    packaging/interop/check_questions.py KERF-CLI MODEL QUESTIONS.jsonl [--bos]

Prints one line of tab-separated figures: model, questions, choices, those that the harness refuses (a choice without a
token of its own), the largest difference of a log-likelihood, choices whose greediness differs, and acc and acc_norm of
both. Needs the package lm-eval beside the environment "hf" of packaging/interop/setup.
"""

import argparse
import json
import pathlib
import subprocess

from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
from transformers import PreTrainedTokenizerFast

KEYS = ("prompt", "query", "question", "ctx", "context")


def read(path):
    """Prompt, choices and the right one of every line; of a completion the one choice."""
    for line in path.read_text().splitlines():
        item = json.loads(line)
        prompt = next(item[key] for key in KEYS if key in item)
        if "completion" in item:
            yield prompt, [item["completion"]], 0
            continue
        choices = next(item[key] for key in ("choices", "endings", "options") if key in item)
        answer = next(item[key] for key in ("answer", "gold", "label", "answerKey") if key in item)
        if isinstance(choices, dict):
            answer, choices = choices["label"].index(answer), choices["text"]
        yield prompt, choices, choices.index(answer) if isinstance(answer, str) else answer


def harness(model, prompt, choice):
    """None where the harness stops: its assertion that a continuation has tokens."""
    try:
        request = Instance("loglikelihood", {}, (prompt, " " + choice), 0)
        return model.loglikelihood([request], disable_tqdm=True)[0]
    except AssertionError:
        return None


def accuracy(questions, scores):
    right = [max(range(len(s)), key=lambda i: s[i]) == answer for (_, _, answer), s in zip(questions, scores)]
    return sum(right) / len(right)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("questions", type=pathlib.Path)
    parser.add_argument("--bos", action="store_true")
    options = parser.parse_args()
    command = [options.cli, "ask", options.model, "--questions", options.questions, "--json", "--each", "--quiet"]
    ours = json.loads(subprocess.run(command + ["--bos"] * options.bos, check=True, capture_output=True).stdout)
    # As tokenizer.json stands: transformers 5 makes the tokenizers of some classes anew, and then others.
    settings = json.loads((options.model / "tokenizer_config.json").read_text())
    special = {key: settings[key] for key in ("bos_token", "eos_token", "unk_token") if isinstance(settings.get(key), str)}
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(options.model / "tokenizer.json"), **special)
    model = HFLM(pretrained=str(options.model), tokenizer=tokenizer, dtype="float32", device="cpu", batch_size=1,
                 add_bos_token=options.bos)
    questions = list(read(options.questions))
    refused, largest, greedy, theirs = 0, 0.0, 0, []
    for (prompt, choices, _), answer in zip(questions, ours["answers"]):
        found = [harness(model, prompt, choice) for choice in choices]
        for their, likelihood, is_greedy in zip(found, answer["log_likelihood"], answer["greedy"]):
            if their is None:
                refused += 1
                continue
            largest = max(largest, abs(their[0] - likelihood))
            greedy += bool(their[1]) != bool(is_greedy)
        theirs.append(found)
    line = [options.model, len(questions), sum(len(choices) for _, choices, _ in questions), refused, f"{largest:.1e}",
            greedy]
    if not refused and all(len(found) > 1 for found in theirs):
        plain = [[score for score, _ in found] for found in theirs]
        normed = [[score / len(choice) for score, choice in zip(scores, choices)]
                  for scores, (_, choices, _) in zip(plain, questions)]
        line += [f"{accuracy(questions, plain):.6f}", f"{ours['acc']:.6f}", f"{accuracy(questions, normed):.6f}",
                 f"{ours['acc_norm']:.6f}"]
    print(*line, sep="\t")


if __name__ == "__main__":
    main()
