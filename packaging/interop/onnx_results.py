#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quantized ONNX networks: Kerf's files beside those of onnxruntime's own tool, on the same samples, run by onnxruntime.

    packaging/interop/onnx_results.py KERF-CLI DATA WORK [NETWORK …]

DATA has models/digits-cnn, models/digits-lstm and models/resnet20-cifar10, WORK is a folder that is made. Calibration: 256
training images; of resnet20 256 crops of 32 x 32 of two photographs, by a fixed seed. Test: 360 images; 1000 crops of two other
photographs. Divergence is KL(original, quantized) of the classes in nats, original and quantized file both run by onnxruntime
as it optimizes them; latency is the median of batches that the two files take in turns on one thread.
Prints a row of a Markdown table for each file. Needs the environment "onnx" of packaging/interop/setup.
"""

import argparse
import json
import logging
import pathlib
import statistics
import subprocess
import time

import numpy
import onnxruntime
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic,
                                      quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image
from safetensors.numpy import load_file, save_file

FORMATS = {
    "W8A8": "int8-channel+u8-tensor",
    "W4A8": "int4-channel+u8-tensor",
    "W8": "int8-channel",
    "W4": "int4-channel",
}
METHODS = ["rtn", "gptq", "hcd"]
NETWORKS = {
    "digits-cnn": ("model.onnx", list(FORMATS)),
    "digits-lstm": ("model.onnx", ["W8", "W4"]),  # onnxruntime has no recurrent cell of bytes
    "resnet20-cifar10": ("resnet20.onnx", list(FORMATS)),
}


def softmax(x):
    e = numpy.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Network:
    def __init__(self, name, data, work):
        file, self.formats = NETWORKS[name]
        self.name, self.path, self.work = name, data / "models" / name / file, work / name
        self.work.mkdir(parents=True, exist_ok=True)
        session = onnxruntime.InferenceSession(self.path, providers=["CPUExecutionProvider"])
        port = session.get_inputs()[0]
        self.input = port.name
        shape = [1 if isinstance(d, str) or d is None else d for d in port.shape]
        if name.startswith("digits"):
            train, test = (load_file(self.path.parent / f"{part}.safetensors") for part in ("train", "test"))
            self.seen = train["images"][:256].astype(numpy.float32).reshape([-1, *shape[1:]]) / 16
            self.held = test["images"].astype(numpy.float32).reshape([-1, *shape[1:]]) / 16
            self.labels = test["labels"].astype(numpy.int64)
        else:
            photographs = sorted((data / "models/face-detector-rfb320").glob("*.jpg"))
            self.seen, self.held = crops(photographs[:2], 128, 1), crops(photographs[2:4], 500, 2)
            self.labels = None
        self.files = {}
        for part in ("seen", "held"):
            tensors = {self.input: getattr(self, part)}
            if part == "held" and self.labels is not None:
                tensors["labels"] = self.labels
            self.files[part] = self.work / f"{part}.safetensors"
            save_file({k: numpy.ascontiguousarray(v) for k, v in tensors.items()}, self.files[part])
        self.original = softmax(self.outputs(self.path))

    def outputs(self, path):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        batch = session.get_inputs()[0].shape[0]
        if isinstance(batch, int):
            return numpy.concatenate([session.run(None, {self.input: x[None]})[0] for x in self.held])
        return session.run(None, {self.input: self.held})[0]

    def latency(self, path):
        """Milliseconds of both files' batches, in turns."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        sessions = [onnxruntime.InferenceSession(p, options, providers=["CPUExecutionProvider"]) for p in (self.path, path)]
        size = 1 if isinstance(sessions[0].get_inputs()[0].shape[0], int) else 64
        times = [[], []]
        for _ in range(60):
            for session, own in zip(sessions, times):
                start = time.perf_counter()
                session.run(None, {self.input: self.held[:size]})
                own.append(time.perf_counter() - start)
        return statistics.median(times[1]) / statistics.median(times[0])

    def row(self, format, maker, path, foretold=None):
        found = softmax(self.outputs(path))
        kld = (self.original * numpy.log(self.original / found)).sum(-1)
        same = (self.original.argmax(-1) == found.argmax(-1)).mean()
        right = f"{100 * (found.argmax(-1) == self.labels).mean():.2f}" if self.labels is not None else ""
        print(f"| {self.name} | {format} | {maker} | {right} | {100 * same:.1f} | {kld.mean():.2g} "
              f"± {kld.std() / len(kld) ** .5:.1g} | {'' if foretold is None else f'{foretold:.2g}'} "
              f"| {path.stat().st_size:,} | {self.latency(path):.2f} |", flush=True)


def crops(photographs, count, seed):
    mean, std = numpy.array([.485, .456, .406]), numpy.array([.229, .224, .225])
    generator = numpy.random.default_rng(seed)
    made = []
    for file in photographs:
        pixels = numpy.asarray(Image.open(file).convert("RGB"), numpy.float32) / 255
        for _ in range(count):
            y, x = generator.integers(pixels.shape[0] - 32), generator.integers(pixels.shape[1] - 32)
            made.append(((pixels[y:y + 32, x:x + 32] - mean) / std).transpose(2, 0, 1))
    return numpy.stack(made).astype(numpy.float32)


def kerf(cli, *arguments):
    done = subprocess.run([cli, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"kerf-cli {' '.join(map(str, arguments))}\n{done.stderr}")
    return json.loads(done.stdout)


def ours(cli, network):
    workspace = network.work / "results.kerf"
    for format in network.formats:
        for method in METHODS:
            for observer in ["mse"] if format.endswith("A8") else [None]:
                run = kerf(cli, "quantize", network.path, "--format", FORMATS[format], "--method", method,
                           *(["--observer", observer] if observer else []), "--calibration", network.files["seen"],
                           "--samples", 0, "-w", workspace)["run"]
                told = kerf(cli, "evaluate", run, "--text", network.files["held"], "--samples", 0, "-w", workspace)
                out = network.work / f"{format}-{method}"
                target = out / "model.onnx"
                if not target.exists():
                    kerf(cli, "export", run, "--to", "onnx-qdq", "--out", out, "-w", workspace)
                network.row(format, f"Kerf, {method}", next(out.glob("*.onnx")), told["kld_mean"])


class Samples(CalibrationDataReader):
    """Calibration samples, one by one, for onnxruntime's quantizer."""

    def __init__(self, samples, port):
        self.rest, self.port = iter(samples), port

    def get_next(self):
        sample = next(self.rest, None)
        return None if sample is None else {self.port: sample[None]}


def theirs(network):
    logging.disable(logging.WARNING)
    prepared = network.work / "prepared.onnx"
    quant_pre_process(network.path, prepared, skip_symbolic_shape=True)
    for name, method in {"min-max": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}.items():
        out = network.work / f"theirs-{name}.onnx"
        quantize_static(prepared, out, Samples(network.seen, network.input), quant_format=QuantFormat.QDQ, per_channel=True, calibrate_method=method,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        network.row("W8A8", f"onnxruntime, {name}", out)
    out = network.work / "theirs-dynamic.onnx"
    quantize_dynamic(prepared, out, per_channel=True, weight_type=QuantType.QInt8)
    network.row("W8 dynamic", "onnxruntime", out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cli", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    arguments = parser.parse_args()
    print("| network | format | by | accuracy % | same class % | divergence | by `kerf-cli evaluate` | bytes | latency |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.networks:
        network = Network(name, arguments.data, arguments.work)
        network.row("float", "the original", network.path)
        theirs(network)
        ours(arguments.cli.resolve(), network)


if __name__ == "__main__":
    main()
