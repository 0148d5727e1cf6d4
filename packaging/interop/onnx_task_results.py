#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A quantized face detector and a quantized voice detector: Kerf's files beside those of onnxruntime's own tool.

    packaging/interop/onnx_task_results.py KERF-CLI DATA WORK [faces] [voices]

DATA has models/face-detector-rfb320 and models/silero-vad, WORK is a folder that is made. All files are run by onnxruntime, and
what they find is measured here, by code of its own.

faces: calibration on 64 crops of two photographs, test on the two others and 98 crops and flips of them, 320 x 240. The
original's boxes of score .7 and more (non-maximum suppression at .3) stand as the truth for COCO's AP at 101 points.
voices: a minute of speech in 1,875 steps of 512 samples behind 64 of context, the state going on from step to step.
Calibration on its first 900 steps; measured on all, and on those behind the 900 alone.
Prints rows of Markdown tables. Needs the environment "onnx" of packaging/interop/setup.
"""

import argparse
import json
import logging
import pathlib
import statistics
import time
import wave

import numpy
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image
from safetensors.numpy import save_file

from onnx_results import Samples, kerf

CPU = ["CPUExecutionProvider"]


def session(path, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=CPU)


def latency(one, other, feed, rounds=60):
    """Of the second by that of the first, in turns."""
    sessions, times = [session(one), session(other)], [[], []]
    for _ in range(rounds):
        for each, own in zip(sessions, times):
            start = time.perf_counter()
            each.run(None, feed)
            own.append(time.perf_counter() - start)
    return statistics.median(times[1]) / statistics.median(times[0])


# Faces


def overlap(box, others):
    left, top = numpy.maximum(box[0], others[:, 0]), numpy.maximum(box[1], others[:, 1])
    right, bottom = numpy.minimum(box[2], others[:, 2]), numpy.minimum(box[3], others[:, 3])
    inside = numpy.clip(right - left, 0, None) * numpy.clip(bottom - top, 0, None)
    area = lambda b: (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    return inside / (area(box) + area(others) - inside)


def faces_of(scores, boxes, least):
    kept = scores[:, 1] > least
    order = numpy.argsort(-scores[kept, 1], kind="stable")
    scores, boxes = scores[kept, 1][order], boxes[kept][order] * [320, 240, 320, 240]
    found = []
    for i in range(len(scores)):
        if len(found) < 100 and all(overlap(boxes[i], boxes[[j]])[0] <= .3 for j in found):
            found.append(i)
    return scores[found], numpy.clip(boxes[found], 0, [320, 240, 320, 240])


def average_precision(found, truths):
    """COCO's AP over overlaps .5 to .95 of one class."""
    count, values = sum(len(t) for t in truths), []
    for threshold in numpy.linspace(.5, .95, 10):
        judged = []
        for (scores, boxes), truth in zip(found, truths):
            free = numpy.ones(len(truth), bool)
            for score, box in zip(scores, boxes):
                shared = numpy.where(free, overlap(box, truth), -1) if len(truth) else numpy.zeros(0)
                best = int(shared.argmax()) if len(shared) else -1
                right = best >= 0 and shared[best] >= threshold
                if right:
                    free[best] = False
                judged.append((score, right))
        judged.sort(key=lambda pair: -pair[0])
        right = numpy.cumsum([r for _, r in judged])
        recall, precision = right / count, right / numpy.arange(1, len(judged) + 1)
        precision = numpy.maximum.accumulate(precision[::-1])[::-1]
        values.append(numpy.mean([precision[recall >= r].max(initial=0) for r in numpy.linspace(0, 1, 101)]))
    return float(numpy.mean(values))


def pictures(photographs, crops, seed, whole):
    generator, made = numpy.random.default_rng(seed), []
    opened = [Image.open(file).convert("RGB") for file in photographs]
    if whole:
        made += opened
    for i in range(crops):
        picture = opened[i % len(opened)]
        share = generator.uniform(.35, 1)
        width, height = int(picture.width * share), int(picture.height * share)
        x, y = generator.integers(picture.width - width + 1), generator.integers(picture.height - height + 1)
        cut = picture.crop((x, y, x + width, y + height))
        made.append(cut.transpose(Image.FLIP_LEFT_RIGHT) if i % 2 else cut)
    arrays = [(numpy.asarray(p.resize((320, 240), Image.BILINEAR), numpy.float32) - 127) / 128 for p in made]
    return numpy.stack([a.transpose(2, 0, 1) for a in arrays])


class Faces:
    def __init__(self, data, work):
        source = data / "models/face-detector-rfb320"
        self.work = work / "faces"
        self.work.mkdir(parents=True, exist_ok=True)
        self.path = self.work / "faces.onnx"
        self.path.write_bytes((source / "version-RFB-320.onnx").read_bytes())
        (self.work / "faces.onnx.kerf.json").write_text(json.dumps(
            {"outputs": {"boxes": {"is": "boxes", "form": "corners", "least_score": .7, "most_overlap": .3}}}))
        photographs = [source / name for name in ("img1.jpg", "img10.jpg", "img11.jpg", "img12.jpg")]
        self.seen, self.held = pictures(photographs[:2], 64, 1, False), pictures(photographs[2:], 98, 2, True)
        for part in ("seen", "held"):
            save_file({"input": numpy.ascontiguousarray(getattr(self, part))}, self.work / f"{part}.safetensors")
        self.scores, self.boxes = self.outputs(self.path)
        self.truths = [faces_of(s, b, .7)[1] for s, b in zip(self.scores, self.boxes)]

    def outputs(self, path):
        run = session(path)
        found = [run.run(["scores", "boxes"], {"input": picture[None]}) for picture in self.held]
        return [f[0][0] for f in found], [f[1][0] for f in found]

    def row(self, format, maker, path, told=None):
        scores, boxes = self.outputs(path)
        found = [faces_of(s, b, .05) for s, b in zip(scores, boxes)]
        error = numpy.mean([numpy.abs(a - b).mean() for a, b in zip(scores, self.scores)])
        count = sum(len(faces_of(s, b, .7)[0]) for s, b in zip(scores, boxes))
        print(f"| {format} | {maker} | {average_precision(found, self.truths):.4f} | "
              f"{'' if told is None else format_number(told['agreement_ap'])} | {error:.4f} | {count} of "
              f"{sum(map(len, self.truths))} | {path.stat().st_size:,} | "
              f"{latency(self.path, path, {'input': self.held[:1]}):.2f} |", flush=True)

    def theirs(self):
        raised, prepared = self.work / "raised.onnx", self.work / "prepared.onnx"
        model = onnx.load(self.path)
        constants = {tensor.name for tensor in model.graph.initializer}
        for port in [port for port in model.graph.input if port.name in constants]:
            model.graph.input.remove(port)  # files of IR 3 list weights among the inputs, and nothing is quantized then
        model.ir_version = 7
        onnx.save(onnx.version_converter.convert_version(model, 13), raised)
        quant_pre_process(raised, prepared, skip_symbolic_shape=True)
        model = onnx.load(prepared)
        for number, node in enumerate(model.graph.node):
            node.name = f"node{number}"  # what is excluded is excluded by name
        onnx.save(model, prepared)
        graph = model.graph
        behind, excluded = set(), []
        for node in graph.node:  # the decoding of boxes: all behind the transposed heads
            if node.op_type == "Transpose" or behind & set(node.input):
                behind |= set(node.output)
                excluded.append(node.name)
        for name, method in {"min-max": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}.items():
            out = self.work / f"theirs-{name}.onnx"
            quantize_static(prepared, out, Samples(self.seen, "input"), quant_format=QuantFormat.QDQ, per_channel=True, calibrate_method=method,
                            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=excluded)
            self.row("W8A8", f"onnxruntime, {name}, decoding in float", out)
        out = self.work / "theirs-dynamic.onnx"
        quantize_dynamic(prepared, out, weight_type=QuantType.QInt8)
        self.row("W8 dynamic", "onnxruntime", out)

    def ours(self, cli):
        workspace = self.work / "results.kerf"
        formats = {"W8A8": "int8-channel+u8-tensor", "W8": "int8-channel", "W6": "int6-channel", "W4": "int4-channel"}
        for name, format in formats.items():
            for method in ("rtn", "gptq", "hcd"):
                for between in ([], ["--float-between"]) if name == "W8A8" else ([],):
                    run = kerf(cli, "quantize", self.path, "--format", format, "--method", method, *between, "--calibration",
                               self.work / "seen.safetensors", "--samples", 0, "-w", workspace)["run"]
                    told = kerf(cli, "evaluate", run, "--text", self.work / "held.safetensors", "--samples", 0, "-w",
                                workspace)
                    out = self.work / f"{name}-{method}{'-float' if between else ''}"
                    if not out.exists():
                        kerf(cli, "export", run, "--to", "onnx-qdq", "--out", out, "-w", workspace)
                    self.row(name, f"Kerf, {method}{', float between' if between else ''}", out / "model.onnx", told)


def format_number(value):
    return f"{value:.4f}"


# Voices


class Voices:
    def __init__(self, data, work):
        source = data / "models/silero-vad"
        self.work = work / "voices"
        self.work.mkdir(parents=True, exist_ok=True)
        self.path = self.work / "voices.onnx"
        self.path.write_bytes((source / "silero_vad_16k_op15.onnx").read_bytes())
        (self.work / "voices.onnx.kerf.json").write_text(json.dumps({"sizes": {"sequence": 576}}))
        (self.work / "recording.json").write_text(json.dumps({"rate": 16000, "chunk": 512, "context": 64}))
        with wave.open(str(source / "test.wav")) as file:
            sound = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16)
        for name, part in {"seen": sound[:900 * 512], "held": sound}.items():
            with wave.open(str(self.work / f"{name}.wav"), "wb") as file:
                file.setparams((1, 2, 16000, len(part), "NONE", ""))
                file.writeframes(part.tobytes())
        count = -(-len(sound) // 512)
        padded = numpy.pad(sound.astype(numpy.float32) / 32768, (64, count * 512 - len(sound)))
        self.steps = [padded[i * 512:i * 512 + 576][None] for i in range(count)]
        # One graph without branches, as onnxruntime itself folds it for these sizes.
        self.flat = self.work / "flat.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.add_free_dimension_override_by_name("batch", 1)
        options.add_free_dimension_override_by_name("sequence", 576)
        options.optimized_model_filepath = str(self.flat)
        onnxruntime.InferenceSession(self.path, options, providers=CPU)
        self.chances, self.states = self.outputs(self.path)

    def feed(self, step, state):
        return {"input": step, "state": state, "sr": numpy.array(16000, numpy.int64)}

    def outputs(self, path):
        run, state, chances, states = session(path), numpy.zeros((2, 1, 128), numpy.float32), [], []
        for step in self.steps:
            chance, state = run.run(["output", "stateN"], self.feed(step, state))
            chances.append(float(chance[0, 0]))
            states.append(state.reshape(-1))
        return numpy.array(chances), numpy.array(states)

    def row(self, format, maker, path, told=None):
        chances, states = self.outputs(path)
        same = (chances > .5) == (self.chances > .5)
        off = [numpy.linalg.norm(states[i] - self.states[i]) / numpy.linalg.norm(self.states[i]) for i in (0, 99, 1799)]
        print(f"| {format} | {maker} | {100 * same.mean():.2f} | {100 * same[900:].mean():.2f} | "
              f"{numpy.abs(chances - self.chances).mean():.4f} | "
              f"{'' if told is None else format_number(told['chance_error'])} | {off[0]:.3f}, {off[1]:.3f}, {off[2]:.3f} | "
              f"{path.stat().st_size:,} | {latency(self.path, path, self.feed(self.steps[5], states[4].reshape(2, 1, 128))):.2f} |",
              flush=True)

    def theirs(self):
        self.row("float", "onnxruntime, folded for the sizes", self.flat)
        for per_channel in (False, True):
            out = self.work / f"theirs-lstm-{per_channel}.onnx"
            quantize_dynamic(self.flat, out, op_types_to_quantize=["LSTM"], per_channel=per_channel,
                             weight_type=QuantType.QInt8)
            self.row("W8 dynamic, LSTM alone", f"onnxruntime, per {'channel' if per_channel else 'tensor'}", out)
        out = self.work / "theirs-dynamic.onnx"
        quantize_dynamic(self.flat, out, per_channel=True, weight_type=QuantType.QInt8)
        self.row("W8 dynamic", "onnxruntime, per channel", out)

    def ours(self, cli):
        workspace = self.work / "results.kerf"
        for name, format in {"W8": "int8-channel", "W6": "int6-channel", "W4": "int4-channel"}.items():
            for method in ("rtn", "gptq", "hcd"):
                run = kerf(cli, "quantize", self.path, "--format", format, "--method", method, "--calibration",
                           self.work / "seen.wav", "--samples", 0, "-w", workspace)["run"]
                told = kerf(cli, "evaluate", run, "--text", self.work / "held.wav", "--samples", 0, "-w", workspace)
                out = self.work / f"{name}-{method}"
                if not out.exists():
                    kerf(cli, "export", run, "--to", "onnx-qdq", "--out", out, "-w", workspace)
                self.row(name, f"Kerf, {method}", out / "model.onnx", told)


HEADS = {
    "faces": "| format | by | AP | AP by `kerf-cli evaluate` | score error | faces | bytes | latency |\n|---|---|---|---|---|---|---|---|",
    "voices": "| format | by | same decision % | behind step 900 | error of chances | by `kerf-cli evaluate` | "
              "error of states, steps 1, 100, 1800 | bytes | latency |\n|---|---|---|---|---|---|---|---|---|",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cli", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("networks", nargs="*", default=list(HEADS))
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    onnxruntime.set_default_logger_severity(3)
    for name in arguments.networks:
        network = {"faces": Faces, "voices": Voices}[name](arguments.data, arguments.work)
        print(HEADS[name])
        network.row("float", "the original", network.path)
        network.theirs()
        network.ours(arguments.cli.resolve())
        print()


if __name__ == "__main__":
    main()
