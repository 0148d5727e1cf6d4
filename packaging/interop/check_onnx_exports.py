#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ONNX networks, exported and run by onnxruntime.

    packaging/interop/check_onnx_exports.py KERF-CLI DATA WORK [NAME ...]

DATA is a folder with models/ and conformance/onnx/, WORK one that is made. Each network is quantized in several formats
and exported; onnx.checker looks at the file, `kerf-cli verify` at the folder, onnxruntime runs it at every level of
optimization, and Kerf opens it as a model. Prints a line for each export: bytes, and the relative error of the first
output at each level, against the original. Fails when a file does not load, when the error is beyond what the format's
steps explain (a weight in the wrong place), when Kerf makes something else of it than onnxruntime, or, where `kerf-cli evaluate` measures a divergence of classes, when onnxruntime's differs from it by more
than 1 % (half with rounded inputs: biases in whole numbers move sums by half of their step, and values beside a tie then
fall the other way, which later layers make more of). With NAME only networks of these names.

Networks whose BatchNormalization only adds ("shifts": exports drop the node), and without ("plain"), are made from those
that have one. Needs onnx, onnxruntime, numpy and safetensors.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
import safetensors.numpy
from onnx import numpy_helper

# Relative error of Kerf's outputs to onnxruntime's: sums in another order; values beside a tie that fall the other way
SAME, TIES = 1e-5, 0.02
LEVELS = ["ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"]
# format: relative error that its steps explain
WEIGHTS = {"int8-channel": 0.05, "int8-tensor": 0.3, "int8-channel-asym": 0.05, "int6-channel": 0.2, "int4-channel": 0.8,
           "fp8-e4m3-channel": 0.3, "fp8-e5m2-tensor": 0.5}
BLOCKS = {"int4-g32": 0.8, "int4-g32-asym": 0.8, "int8-g32": 0.05, "int8-g64-asym": 0.05}
ROUNDED = {"int8-channel+u8-tensor": 0.3, "int8-tensor+u8-tensor": 0.4}


def kerf(cli, *words):
    done = subprocess.run([cli, *map(str, words), "--json", "--quiet"], capture_output=True, text=True)
    answer = json.loads(done.stdout) if done.stdout.strip() else {}
    return answer if done.returncode == 0 else {"error": answer.get("error", done.stderr)}


def session(path, level, optimized=None):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.log_severity_level = 3
    options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")  # sums in float
    if optimized:
        options.optimized_model_filepath = str(optimized)
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def outputs(path, level, inputs, alone):
    """The first output, samples one by one where the file takes only one."""
    running = session(path, level)
    if not alone:
        return running.run(None, inputs)[0].astype(numpy.float64)
    count = len(next(iter(inputs.values())))
    parts = [running.run(None, {name: value[i:i + 1] for name, value in inputs.items()})[0] for i in range(count)]
    return numpy.concatenate(parts).astype(numpy.float64)


def divergence(original, other):
    def logs(x):
        x = x - x.max(-1, keepdims=True)
        return x - numpy.log(numpy.exp(x).sum(-1, keepdims=True))
    a, b = logs(original), logs(other)
    return (numpy.exp(a) * (a - b)).sum(-1).mean()


def fold(source, target, drop):
    """The factors of every BatchNormalization move into the Conv before it, as kerf's bn-fold leaves them; with `drop` what
    it adds too, and the node goes."""
    model = onnx.load(source)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    makers = {name: node for node in model.graph.node for name in node.output}
    put = lambda name, values: tensors[name].CopyFrom(numpy_helper.from_array(values.astype(numpy.float32), name))
    for norm in list(model.graph.node):
        maker = makers.get(norm.input[0]) if norm.op_type == "BatchNormalization" else None
        if maker is None or maker.op_type != "Conv":
            continue
        weight, shift, mean, variance = (numpy_helper.to_array(tensors[name]).astype(numpy.float64) for name in norm.input[1:5])
        deviation = numpy.sqrt(variance + next(a.f for a in norm.attribute if a.name == "epsilon"))
        factors = weight / deviation
        kernel = numpy_helper.to_array(tensors[maker.input[1]])
        put(maker.input[1], kernel * factors.reshape(-1, *[1] * (kernel.ndim - 1)))
        if len(maker.input) > 2 and maker.input[2]:
            put(maker.input[2], numpy_helper.to_array(tensors[maker.input[2]]) * factors)
        put(norm.input[1], deviation)
        put(norm.input[3], mean * factors)
        if drop:
            if len(maker.input) < 3:
                maker.input.append(norm.input[2])
                put(norm.input[2], shift - mean * factors)
            else:
                put(maker.input[2], numpy_helper.to_array(tensors[maker.input[2]]) + shift - mean * factors)
            maker.output[0] = norm.output[0]
            model.graph.node.remove(norm)
    onnx.save(model, target)


def networks(data, work):
    """Name, file, samples by input, whether they run one by one."""
    models, conformance = data / "models", data / "conformance/onnx"
    for name, shape in (("digits-cnn", (1, 8, 8)), ("digits-lstm", (8, 8))):
        images = safetensors.numpy.load_file(models / name / "test.safetensors")["images"]
        samples = {"input": (images.astype(numpy.float32) / 16).reshape(-1, *shape)}
        yield name, models / name / "model.onnx", samples, False
        if name == "digits-cnn":
            for kind in ("shifts", "plain"):
                fold(models / name / "model.onnx", work / f"{name}-{kind}.onnx", kind == "plain")
                yield f"{name}-{kind}", work / f"{name}-{kind}.onnx", samples, False
    random = numpy.random.default_rng(7)
    resnet = models / "resnet20-cifar10/resnet20.onnx"
    samples = {"input": random.normal(size=(64, 3, 32, 32)).astype(numpy.float32)}
    yield "resnet20", resnet, samples, False
    for kind in ("shifts", "plain"):
        fold(resnet, work / f"resnet20-{kind}.onnx", kind == "plain")
        yield f"resnet20-{kind}", work / f"resnet20-{kind}.onnx", samples, False
    for path in sorted((models / "face-detector-rfb320").glob("*.onnx")):
        yield path.stem, path, {"input": random.normal(size=(4, 3, 240, 320)).astype(numpy.float32)}, True
    for folder in sorted(conformance.iterdir()):
        shape = safetensors.numpy.load_file(folder / "reference.safetensors")["input"].shape[1:]
        yield folder.name, folder / "model.onnx", {"input": random.normal(size=(64, *shape)).astype(numpy.float32)}, False
    yield from vad(models / "silero-vad/silero_vad_16k_op15.onnx", work, random)


def vad(source, work, random):
    """Its lengths are open: a settings file beside a copy says them."""
    path = work / "vad.onnx"
    path.write_bytes(source.read_bytes())
    (work / "vad.onnx.kerf.json").write_text(json.dumps({"sizes": {"sequence": 576}}))
    samples = {"input": (0.1 * random.normal(size=(6, 576))).astype(numpy.float32)}
    yield "silero-vad", path, samples, True


def feeds(path, samples):
    """Inputs that the samples leave out: a state of zeros, the rate of a recording."""
    extra = {}
    for port in onnx.load(path, load_external_data=False).graph.input:
        if port.name == "state":
            extra["state"] = numpy.zeros((2, 1, 128), numpy.float32)
        if port.name == "sr":
            extra["sr"] = numpy.array(16000, numpy.int64)
    return extra


class Check:
    def __init__(self, arguments):
        self.cli, self.work = arguments.cli, arguments.work
        self.failures = 0

    def network(self, name, path, samples, alone):
        extra = feeds(path, samples)
        self.alone = alone
        original = self.run(path, LEVELS[0], samples, extra)
        inputs = self.work / f"{name}.safetensors"
        count = len(next(iter(samples.values())))
        repeated = {key: numpy.repeat(value[None], count, 0) for key, value in extra.items()}
        safetensors.numpy.save_file(samples | repeated, inputs)
        cases = [(f, limit, "onnx-qdq") for f, limit in (WEIGHTS | BLOCKS | ROUNDED).items()]
        cases += [(f, limit, "onnx-nbits") for f, limit in BLOCKS.items()]
        if name == "silero-vad":  # turns itself off with one step for a whole layer; states are no samples of arrays yet
            cases = [(f, 10 * limit, t) for f, limit, t in cases if "+" not in f and "tensor" not in f]
        for form, limit, target in cases:
            line = self.export(name, path, samples, extra, inputs, original, form, limit, target)
            print("\t".join([name, form, target, line]), flush=True)

    def run(self, path, level, samples, extra):
        if not extra:
            return outputs(path, level, samples, self.alone)
        running = session(path, level)
        count = len(next(iter(samples.values())))
        parts = [running.run(None, {k: v[i:i + 1] for k, v in samples.items()} | extra)[0] for i in range(count)]
        return numpy.concatenate(parts).astype(numpy.float64)

    def fail(self, text):
        self.failures += 1
        return "FAILED: " + text.strip()

    def export(self, name, path, samples, extra, inputs, original, form, limit, target):
        place = self.work / f"{name}.{form}.{target}"
        workspace = ["-w", f"{place}.kerf"]
        calibration = ["--calibration", inputs, "--samples", "0"] if "+" in form else []
        made = kerf(self.cli, "quantize", path, "--format", form, "--method", "rtn", *calibration, *workspace)
        if "error" in made:  # groups that do not divide a layer, a state that is rounded
            return "not quantized: " + made["error"].splitlines()[0][:90]
        exported = kerf(self.cli, "export", "1", "--to", target, "--out", f"{place}.out", *workspace)
        if "error" in exported:
            known = "u8-tensor" in exported["error"]
            return ("not exported: " if known else self.fail("")) + exported["error"][:120]
        file = pathlib.Path(f"{place}.out/model.onnx")
        onnx.checker.check_model(str(file), full_check=True)
        foretold = exported["weight_bytes"] == sum(each.stat().st_size for each in file.parent.iterdir()
                                                   if each.name in ("model.onnx", "model.onnx.data"))
        if not foretold or "error" in kerf(self.cli, "verify", file.parent):
            return self.fail("size or verification")
        names = [node.name for node in onnx.load(file).graph.node if node.name]
        if len(names) != len(set(names)):
            return self.fail("names of nodes stand twice")
        try:
            errors, last = [], None
            for level in LEVELS:
                last = self.run(file, level, samples, extra)
                errors.append(float(numpy.sqrt(((last - original) ** 2).sum() / (original ** 2).sum())))
                if level == LEVELS[0]:
                    literal = last
        except Exception as problem:
            return self.fail(str(problem)[:300])
        text = [f"{file.stat().st_size}", *(f"{error:.5f}" for error in errors)]
        if not max(errors) <= limit:
            return self.fail("error " + " ".join(text))
        reread = self.reopened(file, samples, extra, literal)
        if not reread <= (TIES if "+" in form else SAME):
            return self.fail(f"opened as a model it differs by {reread:.1e} from onnxruntime")
        text.append(f"opened {reread:.1e}")
        measured = kerf(self.cli, "evaluate", "1", "--text", inputs, "--samples", "0", *workspace)
        if measured.get("unit") == "nats/sample" and literal.ndim == 2:
            own = divergence(original, literal)
            text.append(f"kld {measured['kld_mean']:.4e} onnxruntime {own:.4e}")
            if abs(own - measured["kld_mean"]) > (0.5 if "+" in form else 0.01) * own + 1e-9:
                return self.fail(" ".join(text))
        if "+" in form:
            session(file, LEVELS[2], self.work / "optimized.onnx")
            kinds = collections.Counter(node.op_type for node in onnx.load(self.work / "optimized.onnx").graph.node)
            text.append(" ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())
                                 if "Conv" in kind or "Gemm" in kind or "Linear" in kind or "MatMul" in kind))
        return "\t".join(text)


    def reopened(self, file, samples, extra, literal):
        """Relative error of what Kerf computes of the file to what onnxruntime does without optimizations."""
        count = len(next(iter(samples.values())))
        apart = [{name: value[i:i + 1] for name, value in samples.items()} | extra for i in range(count)]
        given, target = self.work / "given.safetensors", self.work / "reopened.safetensors"
        parts = []
        for sample in apart if extra or self.alone else [samples]:
            safetensors.numpy.save_file(sample, given)
            if "error" in kerf(self.cli, "outputs", file, "--inputs", given, "--out", target):
                return numpy.inf
            parts.append(safetensors.numpy.load_file(target)[onnx.load(file).graph.output[0].name].astype(numpy.float64))
        found = numpy.concatenate(parts)
        if found.size != literal.size:
            return numpy.inf
        return float(numpy.sqrt(((found.ravel() - literal.ravel()) ** 2).sum() / (literal ** 2).sum()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True)
    check = Check(arguments)
    for name, path, samples, alone in networks(arguments.data, arguments.work):
        if not arguments.names or name in arguments.names:
            check.network(name, path, samples, alone)
    sys.exit(f"{check.failures} exports failed" if check.failures else 0)


if __name__ == "__main__":
    main()
