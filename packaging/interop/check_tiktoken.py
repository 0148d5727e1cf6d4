#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the ids that Kerf makes of a tiktoken file with those of the package `tiktoken`.

    packaging/interop/check_tiktoken.py KERF-CLI DATA FOLDER

Makes, in FOLDER, vocabularies of the sizes that Kerf knows (and one that it does not know): pairs of bytes learned on
the books of DATA, filled up with tokens at random, which meet in more ways than learned ones do. The package is given
the rule for cutting texts that each one's authors published. Texts: paragraphs of the books, the cases of DATA's
tokenizers and strings at random over scripts, digits, spaces and marks. Needs tiktoken and tokenizers.
"""

import base64
import json
import pathlib
import random
import subprocess
import sys
import unicodedata

import tiktoken
from tiktoken_ext import openai_public
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST
QWEN = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST
UPPER, LOWER = (rf"[{kinds}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]" for kinds in (r"\p{Lu}\p{Lt}", r"\p{Ll}"))
KIMI = (r"[\p{Han}]+|" + rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{CONTRACTIONS}?|"
        + rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{CONTRACTIONS}?" + r"|\p{N}{1,3}" + REST)


def published(name):
    openai_public.load_tiktoken_bpe = lambda *_, **__: {}
    openai_public.data_gym_to_mergeable_bpe_ranks = lambda *_, **__: {}
    return openai_public.ENCODING_CONSTRUCTORS[name]()["pat_str"]


def learned(texts, size):
    """Tokens of bytes in the order in which they were learned."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False))
    from transformers.convert_slow_tokenizer import bytes_to_unicode
    back = {character: byte for byte, character in bytes_to_unicode().items()}
    ids = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [bytes(back[character] for character in token) for token, _ in ids]


def filled(tokens, size, choice):
    seen, tokens = set(tokens), list(tokens)
    while len(tokens) < size:
        token = b"".join(choice.choices(tokens, k=2))
        if len(token) <= 12 and token not in seen:
            seen.add(token)
            tokens.append(token)
    return tokens


def random_texts(count, choice):
    kinds = ["abcXYZ", "éÜßñ", "汉字漢语", "かなカナ", "한국어", "0123456789", "٣४", " ", "\t", "\n", "\r\n", "  ", "'s", "'LL", "'t",
             ".,!?/", "😀👍🏽", "\u0301\u0308", "\u00a0\u2003", "ǅǈ", "ªº", "_-"]
    return ["".join(choice.choice(choice.choice(kinds)) if choice.random() < .7 else choice.choice(kinds)
                    for _ in range(choice.randrange(1, 60))) for _ in range(count)]


def case_texts(data):
    for path in sorted((data / "conformance" / "tokenizers").glob("*/*.jsonl")):
        for line in path.read_text().splitlines():
            text = json.loads(line).get("text")
            if isinstance(text, str):
                yield text


def ids_of(cli, folder, texts):
    (folder / "texts.jsonl").write_text("".join(json.dumps({"text": text, "add_special_tokens": False}) + "\n" for text in texts))
    made = subprocess.run([cli, "tokenize", folder, "--jsonl", folder / "texts.jsonl"], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line)["ids"] for line in made.stdout.splitlines()]


def main():
    cli, data, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    choice = random.Random(7)
    books = [path.read_text() for path in sorted((data / "books").glob("*.txt"))[:3]]
    texts = [part for book in books for part in book.split("\n\n")][:3000] + list(case_texts(data)) + random_texts(5000, choice)
    tokens = learned(books + random_texts(20000, choice), 12000)
    kinds = {"r50k": (50256, published("r50k_base")), "cl100k": (100256, published("cl100k_base")), "llama3": (128000, LLAMA3),
             "qwen": (151643, QWEN), "kimi": (163584, KIMI), "o200k": (199998, published("o200k_base")), "other": (30000, LLAMA3)}
    for name, (size, pattern) in kinds.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        ranks = {token: rank for rank, token in enumerate(filled(tokens, size, choice))}
        (folder / "tiktoken.model").write_text("".join(f"{base64.b64encode(t).decode()} {r}\n" for t, r in ranks.items()))
        (folder / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": {str(size + 3): {"content": "<|mark|>"}}}))
        encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|mark|>": size + 3})
        wanted = [encoding.encode_ordinary(unicodedata.normalize("NFC", text) if name == "qwen" else text) for text in texts]
        got = ids_of(cli, folder, texts)
        other = [text for text, a, b in zip(texts, wanted, got, strict=True) if a != b]
        print(f"{name}\t{len(texts)} texts\t{sum(map(len, wanted))} ids\t{len(other)} differ", *map(repr, other[:3]), sep="\t", flush=True)


if __name__ == "__main__":
    main()
