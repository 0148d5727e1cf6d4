#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations as transformers' apply_chat_template writes and tokenizes them, beside Kerf's of the same model folder.

    packaging/interop/check_chat.py KERF-CLI CASES WORK [MODEL ...]

CASES is tests/data/chat: its templates, and the conversations of cases.jsonl; more are made up, with every template. A
MODEL is a folder with a tokenizer and a chat template. WORK is a folder that is made. Prints a line for each template:
conversations, how many transformers writes, how many Kerf writes with the same text and the same token ids, and how
many both refuse. Needs the environment "hf" of packaging/interop/setup.
"""

import argparse
import datetime
import json
import pathlib
import random
import subprocess

import transformers.utils.chat_template_utils as chat_template_utils
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

SPECIAL = ["<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<start_of_turn>",
           "<end_of_turn>", "<|user|>", "<|assistant|>", "<|system|>", "<|end|>"]
WORDS = ["the", "Zwölf", "naïve", "<b>", "a & b", "\"quoted\"", "line\nfeed", "  two spaces ", "{{ braces }}", "tab\t", "日本",
         "🙂", "it's", "<|im_end|>", "</s>", "\\n", "1.5"]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "What's <it> like?",
                                           "parameters": {"type": "object", "properties": {"town": {"type": "string"}}}}}]


class SameDay(datetime.datetime):
    """Kerf tells templates always the same date."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26)


def made_up(count):
    rng = random.Random(7)
    text = lambda: " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 12)))
    for number in range(count):
        messages = [{"role": "system", "content": text()}] if number % 3 == 0 else []
        for _ in range(rng.randrange(1, 4)):
            messages.append({"role": "user", "content": text()})
            answer = {"role": "assistant", "content": text()}
            if number % 4 == 1:
                answer |= {"reasoning_content": text(), "tool_calls": None}
            messages.append(answer)
        if number % 5 == 2:
            messages[-1] = {"role": "assistant", "content": None, "tool_calls": [
                {"type": "function", "function": {"name": "weather", "arguments": {"town": text(), "at": [1, 2.5, None]}}}]}
            messages.append({"role": "tool", "content": json.dumps({"degrees": 31})})
        yield {"messages": messages} | ({"tools": TOOLS} if number % 2 else {})


def tokenizer_folder(work, template):
    """A byte-level tokenizer with the special tokens of the templates."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bare = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(alphabet)}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bare, bos_token="<s>", eos_token="</s>",
                                        extra_special_tokens=SPECIAL)
    tokenizer.chat_template = template.read_text()
    folder = work / template.stem
    tokenizer.save_pretrained(folder)
    return folder


def theirs(tokenizer, record):
    try:
        tools = record.get("tools") or None
        arguments = dict(tools=tools, add_generation_prompt=False)
        return {"text": tokenizer.apply_chat_template(record["messages"], tokenize=False, **arguments),
                "ids": tokenizer.apply_chat_template(record["messages"], tokenize=True, return_dict=False, **arguments)}
    except Exception:  # a template refuses a conversation
        return None


def ours(cli, work, folder, record):
    file = work / "one.jsonl"
    file.write_text(json.dumps(record, ensure_ascii=False) + "\n")
    found = subprocess.run([cli, "tokenize", folder, "--chat", file, "--quiet"], capture_output=True, text=True)
    return json.loads(found.stdout) if found.returncode == 0 else None


def check(cli, work, folder, records):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    written = same_text = same_ids = refused = 0
    for record in records:
        a, b = theirs(tokenizer, record), ours(cli, work, folder, record)
        written += a is not None
        refused += a is None and b is None
        same_text += bool(a and b and a["text"] == b["text"])
        same_ids += bool(a and b and a["ids"] == b["ids"])
    print(f"{folder.name}\t{len(records)}\t{written}\t{same_text}\t{same_ids}\t{refused}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli", type=pathlib.Path)
    parser.add_argument("cases", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    chat_template_utils.datetime = SameDay
    records = [json.loads(line)["record"] for line in (options.cases / "cases.jsonl").read_text().splitlines()]
    records = [record for record in records if "messages" in record] + list(made_up(60))
    print("template\tconversations\twritten\tsame text\tsame ids\tboth refuse")
    for template in sorted(options.cases.glob("*.jinja")):
        check(options.cli, options.work, tokenizer_folder(options.work, template), records)
    for model in options.models:
        check(options.cli, options.work, model, records)


if __name__ == "__main__":
    main()
