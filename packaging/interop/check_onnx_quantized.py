#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What onnxruntime's own tools make of ONNX networks, read and run by Kerf.

    packaging/interop/check_onnx_quantized.py KERF-CLI DATA WORK [NAME ...]

DATA is a folder with models/ and conformance/onnx/, WORK one that is made. Each network is quantized by onnxruntime:
statically as QDQ and as QOperator, with signed and unsigned bytes, and dynamically. onnxruntime runs the file without
optimizations, one sample after the other, `kerf-cli outputs` runs it too, and `kerf-cli import` adds it as a run of its
original. Prints a line for each: layers that are seen as codes, the largest difference relative to the range of the
outputs, the share of the first codes that differ. Fails when a file does not open, when outputs differ though all codes
are the same, or when the first codes that differ are more than MOST_TIES of a tensor or more than one step apart (a
number between two codes falls either way, and means of codes are often between two; what comes behind follows). With
NAME only networks of these
names. Needs onnx, onnxruntime, numpy and safetensors.
"""

import argparse
import json
import logging
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
import safetensors.numpy
from onnxruntime import quantization
from onnxruntime.quantization import QuantFormat, QuantType

MOST_TIES, SAME = 0.05, 1e-5
SIGNED, UNSIGNED = QuantType.QInt8, QuantType.QUInt8
STATIC = {
    "qdq-s8s8": (QuantFormat.QDQ, SIGNED, SIGNED, True),
    "qdq-u8s8": (QuantFormat.QDQ, UNSIGNED, SIGNED, True),
    "qdq-u8u8-tensor": (QuantFormat.QDQ, UNSIGNED, UNSIGNED, False),
    "qoperator-u8s8": (QuantFormat.QOperator, UNSIGNED, SIGNED, True),
    "qoperator-u8s8-tensor": (QuantFormat.QOperator, UNSIGNED, SIGNED, False),
}


class Reader(quantization.CalibrationDataReader):
    def __init__(self, samples):
        self.left = iter(samples)

    def get_next(self):
        return next(self.left, None)


def kerf(cli, *words):
    done = subprocess.run([cli, *map(str, words), "--json", "--quiet"], capture_output=True, text=True)
    answer = json.loads(done.stdout) if done.stdout.strip() else {}
    return answer if done.returncode == 0 else {"error": answer.get("error", done.stderr)}


def networks(data):
    """Name, file, samples: a list of what the network is fed."""
    random = numpy.random.default_rng(7)
    images = safetensors.numpy.load_file(data / "models/digits-cnn/test.safetensors")["images"][:40]
    for name, shape in (("digits-cnn", (1, 8, 8)), ("digits-lstm", (8, 8))):
        samples = (images.astype(numpy.float32) / 16).reshape(-1, 1, *shape)
        yield name, data / f"models/{name}/model.onnx", [{"input": sample} for sample in samples]
    for name, path, shape in (("resnet20", "models/resnet20-cifar10/resnet20.onnx", (1, 3, 32, 32)),
                              ("face-detector", "models/face-detector-rfb320/version-RFB-320.onnx", (1, 3, 240, 320))):
        yield name, data / path, [{"input": random.normal(size=shape).astype(numpy.float32)} for _ in range(6)]
    for name in ("cnn-residual", "cnn-depthwise", "lstm", "gru", "vit"):
        given = safetensors.numpy.load_file(data / f"conformance/onnx/{name}/reference.safetensors")["input"]
        yield name, data / f"conformance/onnx/{name}/model.onnx", [{"input": given[i:i + 1]} for i in range(len(given))]


def quantized(source, samples, work):
    """Name and file of everything that onnxruntime makes of a network. Operator sets below 13 have no scales by channel."""
    model = onnx.load(source)
    feeds = {key: value for key, value in samples[0].items()}
    renamed = {model.graph.input[0].name: value for value in feeds.values()}
    prepared = work / "prepared.onnx"
    if model.opset_import[0].version < 13:
        model = onnx.version_converter.convert_version(model, 13)
    onnx.save(model, prepared)
    named = [{next(iter(renamed)): next(iter(sample.values()))} for sample in samples]
    for name, (form, activations, weights, by_channel) in STATIC.items():
        target = work / f"{name}.onnx"
        quantization.quantize_static(prepared, target, Reader(named[:8]), quant_format=form, per_channel=by_channel,
                                     activation_type=activations, weight_type=weights)
        yield name, target, named
    for name, weights in (("dynamic-s8", SIGNED), ("dynamic-u8", UNSIGNED)):
        target = work / f"{name}.onnx"
        quantization.quantize_dynamic(prepared, target, weight_type=weights)
        yield name, target, named


def with_codes(target, shown):
    """The same file with everything that becomes codes among its outputs, in order; names of these and of its own."""
    model = onnx.load(target)
    own = [output.name for output in model.graph.output]
    codes = [node.output[0] for node in model.graph.node
             if node.op_type.startswith("QLinear") or node.op_type in ("QuantizeLinear", "DynamicQuantizeLinear", "QGemm")]
    for name in codes:
        if name not in own:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    onnx.save(model, shown)
    return codes, own


def compare(cli, work, shown, codes, own, sample, running):
    """Nothing, or what is wrong; the share of the first codes that differ, the difference of the outputs."""
    expected = dict(zip([output.name for output in running.get_outputs()], running.run(None, sample)))
    safetensors.numpy.save_file(sample, work / "in.safetensors")
    answer = kerf(cli, "outputs", shown, "--inputs", work / "in.safetensors", "--out", work / "out.safetensors")
    if "error" in answer:
        return answer["error"], 0, 0
    found = safetensors.numpy.load_file(work / "out.safetensors")
    away = lambda name: numpy.abs(found[name].reshape(expected[name].shape) - expected[name].astype(numpy.float64))
    worst = max(away(name).max() / max(numpy.ptp(expected[name]), 1e-9) for name in own if name in found)
    for name in codes:
        if name in found and (steps := away(name)).max() > 0:
            share = (steps > 0).mean()
            return "" if steps.max() == 1 and share <= MOST_TIES else f"{name} has other codes", share, worst
    return "" if worst <= SAME else "outputs differ though all codes are the same", 0, worst


def check(cli, work, source, name, target, samples):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    shown = work / "shown.onnx"
    codes, own = with_codes(target, shown)
    running = onnxruntime.InferenceSession(str(shown), options, providers=["CPUExecutionProvider"])
    results = [compare(cli, work, shown, codes, own, sample, running) for sample in samples]
    seen = kerf(cli, "inspect", target)
    imported = kerf(cli, "import", source, target, "-w", work / "work.kerf")
    print(f"{name:24} {seen.get('quantized_layers')}/{len(seen.get('layers', []))} layers as codes, outputs within "
          f"{max(r[2] for r in results):.1e}, first codes that differ {max(r[1] for r in results):.1e}, "
          f"run {imported.get('run', imported.get('error'))}", flush=True)
    return next((r[0] for r in results if r[0]), imported.get("error", ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    onnxruntime.set_default_logger_severity(3)
    logging.disable(logging.WARNING)  # of the tools
    failures = 0
    for name, source, samples in networks(arguments.data):
        if arguments.names and name not in arguments.names:
            continue
        work = arguments.work / name
        work.mkdir(parents=True, exist_ok=True)
        print(name, flush=True)
        for form, target, named in quantized(source, samples[:6] if len(samples) > 6 else samples, work):
            if problem := check(arguments.cli, work, source, form, target, named):
                print(f"  {form}: {problem}", flush=True)
                failures += 1
    sys.exit(f"{failures} files failed" if failures else 0)


if __name__ == "__main__":
    main()
