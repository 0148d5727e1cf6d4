#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encoders beside their own runtimes, and what rounding does to them.

    packaging/interop/check_encoders.py embeddings KERF-CLI MODEL BOOKS WORK
    packaging/interop/check_encoders.py classifier KERF-CLI BOOKS WORK

embeddings: a folder of sentence-transformers. Embeddings of sentences of the books beside that library's, and the
cosine, Spearman and Pearson of runs on two sets of pairs: tests/data/labels/pairs.tsv, graded by hand, and pairs of
sentences of the books whose score is the library's own cosine.
classifier: trains a small BERT on paragraphs of six books (which book is it from?), its tokenizer too, and compares the
accuracy of transformers with `kerf-cli score`, item by item; then the runs.

BOOKS is a folder of plain texts with a paragraph a block, WORK one that is made. Prints lines of tab-separated figures.
Needs the environment "hf" of packaging/interop/setup, for embeddings the package sentence-transformers besides.
"""

import argparse
import json
import pathlib
import re
import subprocess

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = {"alice": "11", "pride": "1342", "sherlock": "1661", "moby": "2701", "dorian": "174", "tale": "98"}
# name: arguments of kerf-cli quantize
RUNS = {
    "int8 weights, rtn": ["--format", "int8-channel", "--method", "rtn"],
    "int8 dynamic": ["--format", "int8-channel+a8-token", "--method", "rtn"],
    "int8 static": ["--format", "int8-channel+a8-tensor", "--method", "rtn"],
    "int8 static, SmoothQuant": ["--format", "int8-channel+a8-tensor", "--method", "rtn", "--smooth", "0.5"],
    "int4 g32, rtn": ["--format", "int4-g32", "--method", "rtn"],
    "int4 g32, awq": ["--format", "int4-g32", "--method", "rtn", "--awq"],
    "int4 g32, gptq": ["--format", "int4-g32", "--method", "gptq"],
    "int4 g32, hcd": ["--format", "int4-g32", "--method", "hcd"],
}


class Kerf:
    def __init__(self, cli, model, work):
        self.cli, self.model, self.workspace = cli, model, work / "encoders.kerf"

    def __call__(self, *arguments):
        done = subprocess.run([self.cli, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"kerf-cli {' '.join(map(str, arguments))}\n{done.stderr}")
        return json.loads(done.stdout)

    def quantize(self, arguments, calibration):
        return self("quantize", self.model, *arguments, "--calibration", calibration, "--window", 128, "--samples", 256,
                    "-w", self.workspace)["run"]

    def score(self, target, labels, *more):
        return self("score", target, "--labels", labels, "-w", self.workspace, *more)


def measured(found, name):
    text = f"{found[name]:.4f} ± {found[name + '_stderr']:.4f}"
    if name + "_difference" in found:
        difference = found[name + "_difference"]
        text += f" ({difference['value']:+.4f} [{difference['low']:+.4f}, {difference['high']:+.4f}])"
    return text


def paragraphs(book):
    for block in re.split(r"\n\s*\n", book.read_text()):
        text = " ".join(block.split())
        if len(text) >= 60:
            yield text


def sentences(book):
    for text in paragraphs(book):
        for sentence in re.split(r"(?<=[.!?]) +(?=[A-Z])", text):
            if 40 <= len(sentence) <= 200:
                yield sentence


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def embeddings(options):
    from sentence_transformers import SentenceTransformer

    options.work.mkdir(parents=True, exist_ok=True)
    theirs = SentenceTransformer(str(options.model), device="cpu")
    books = sorted(options.books.glob("*.txt"))
    random = numpy.random.default_rng(1)
    texts = [list(sentences(book)) for book in books]
    pairs = []
    for _ in range(500):  # neighbours are alike, sentences of two books are not
        own, other = random.choice(len(texts), 2, replace=False)
        at = int(random.integers(len(texts[own]) - 1))
        pairs.append((texts[own][at], texts[own][at + 1]))
        pairs.append((texts[own][at], texts[other][int(random.integers(len(texts[other])))]))
    first = theirs.encode([pair[0] for pair in pairs], convert_to_numpy=True)
    second = theirs.encode([pair[1] for pair in pairs], convert_to_numpy=True)
    scores = (first * second).sum(1) / (numpy.linalg.norm(first, axis=1) * numpy.linalg.norm(second, axis=1))
    gold = write_lines(options.work / "book-pairs.jsonl", ({"sentence1": a, "sentence2": b, "score": float(score)}
                                                          for (a, b), score in zip(pairs, scores)))
    calibration = write_lines(options.work / "calibration.jsonl",
                              ({"text": texts[int(i)][int(j)]} for i, j in zip(
                                  random.integers(len(texts), size=512), random.integers(500, size=512))))
    kerf = Kerf(options.cli, options.model, options.work)
    compare_embeddings(theirs, kerf, [pair[0] for pair in pairs[:64]], options.work)
    float_run = kerf.score(options.model, gold, "--each")
    cosine = numpy.array([float(answer["found"]) for answer in float_run["answers"]])
    print(f"cosines of {len(pairs)} pairs, largest difference\t{abs(cosine - scores).max():.1e}")
    graded = ROOT / "tests/data/labels/pairs.tsv"
    original = kerf.score(options.model, graded)
    print("run\tcosine to the original\tSpearman, pairs of books\tSpearman, graded by hand\tPearson, graded")
    print(f"original\t1\t{measured(float_run, 'spearman')}\t{measured(original, 'spearman')}\t{measured(original, 'pearson')}")
    for name, arguments in RUNS.items():
        run = kerf.quantize(arguments, calibration)
        on_books, by_hand = kerf.score(run, gold), kerf.score(run, graded)
        print(f"{name}\t{measured(on_books, 'cosine_to_original').split(' (')[0]}\t{measured(on_books, 'spearman')}\t"
              f"{measured(by_hand, 'spearman')}\t{measured(by_hand, 'pearson')}", flush=True)


def compare_embeddings(theirs, kerf, texts, work):
    """All texts padded to one length, as the library gives them to its network."""
    from safetensors.torch import load_file, save_file

    features = theirs.tokenizer(texts, padding=True, truncation=True, max_length=theirs.max_seq_length, return_tensors="pt")
    save_file({key: features[key].contiguous() for key in ("input_ids", "attention_mask", "token_type_ids")},
              work / "inputs.safetensors")
    kerf("outputs", kerf.model, "--inputs", work / "inputs.safetensors", "--out", work / "outputs.safetensors")
    ours = load_file(work / "outputs.safetensors")["sentence_embedding"]
    expected = torch.from_numpy(theirs.encode(texts, convert_to_numpy=True, batch_size=len(texts)))
    print(f"embeddings of {len(texts)} sentences, largest difference\t{float((ours - expected).abs().max()):.1e}")


def train(folder, texts, labels):
    """A WordPiece tokenizer and a BERT of two blocks, from nothing."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=6000, min_frequency=2, show_progress=False)
    folder.mkdir(parents=True, exist_ok=True)
    pieces.save(str(folder / "tokenizer.json"))
    tokenizer = BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_max_length=128)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    names = list(CLASSES)
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=128, num_hidden_layers=2, num_attention_heads=4,
                        intermediate_size=512, max_position_embeddings=128, pad_token_id=tokenizer.pad_token_id,
                        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)})
    model = BertForSequenceClassification(config)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.01)
    for _ in range(4):
        order = torch.randperm(len(texts))
        for at in range(0, len(order), 32):
            batch = [int(i) for i in order[at:at + 32]]
            features = tokenizer([texts[i] for i in batch], padding=True, truncation=True, max_length=128, return_tensors="pt")
            loss = model(**features, labels=torch.tensor([labels[i] for i in batch])).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval().save_pretrained(folder)
    return tokenizer, model


def classifier(options):
    options.work.mkdir(parents=True, exist_ok=True)
    samples = []
    for label, book in enumerate(CLASSES.values()):
        own = list(paragraphs(options.books / f"{book}.txt"))[:700]
        samples += [(text, label) for text in own]
    order = numpy.random.default_rng(2).permutation(len(samples))
    samples = [samples[int(i)] for i in order]
    held, learned = samples[:800], samples[800:]
    folder = options.work / "classifier"
    tokenizer, model = train(folder, [text for text, _ in learned], [label for _, label in learned])
    names = list(CLASSES)
    labels = write_lines(options.work / "held.jsonl", ({"text": text, "label": names[label]} for text, label in held))
    calibration = write_lines(options.work / "learned.jsonl", ({"text": text} for text, _ in learned[:512]))
    found = []
    with torch.no_grad():
        for text, _ in held:
            features = tokenizer(text, truncation=True, max_length=128, return_tensors="pt")
            found.append(names[int(model(**features).logits.argmax())])
    kerf = Kerf(options.cli, folder, options.work)
    ours = kerf.score(folder, labels, "--each")
    differing = sum(mine["found"] != theirs for mine, theirs in zip(ours["answers"], found))
    accuracy = sum(names[label] == theirs for (_, label), theirs in zip(held, found)) / len(held)
    print(f"accuracy of transformers, of Kerf, texts that differ\t{accuracy:.6f}\t{ours['accuracy']:.6f}\t{differing} of {len(held)}")
    print("run\taccuracy\tF1, macro\tKLD, nats/sample\tsame class")
    print(f"original\t{measured(ours, 'accuracy')}\t{measured(ours, 'f1_macro')}\t0\t1")
    for name, arguments in RUNS.items():
        run = kerf.quantize(arguments, calibration)
        scores = kerf.score(run, labels)
        away = kerf("evaluate", run, "--text", labels, "--window", 128, "-w", kerf.workspace)
        print(f"{name}\t{measured(scores, 'accuracy')}\t{measured(scores, 'f1_macro')}\t"
              f"{away['kld_mean']:.2e} ± {away['kld_stderr']:.1e}\t{away['same_top1']:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("embeddings")
    command.set_defaults(work_on=embeddings)
    command.add_argument("cli")
    command.add_argument("model", type=pathlib.Path)
    command.add_argument("books", type=pathlib.Path)
    command.add_argument("work", type=pathlib.Path)
    command = commands.add_parser("classifier")
    command.set_defaults(work_on=classifier)
    command.add_argument("cli")
    command.add_argument("books", type=pathlib.Path)
    command.add_argument("work", type=pathlib.Path)
    options = parser.parse_args()
    options.work_on(options)


if __name__ == "__main__":
    main()
