# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/onnx/cases.jsonl: graphs of one operator or a few, with inputs and what onnxruntime makes of them
without optimizations. One object a line: name, model (base64), inputs and outputs (dims, values). Needs onnx,
onnxruntime, numpy. The same seed gives the same inputs.

  python make_onnx_cases.py OUT.jsonl
"""
import base64
import json
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(20261130)
cases = []


def f32(*dims, low=-2.0, high=2.0):
    return rng.uniform(low, high, dims).astype(np.float32)


def run(model, feeds):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def flat(array):
    values = np.asarray(array, dtype=np.float64).reshape(-1)
    return {"dims": list(array.shape), "values": [float(repr(np.float32(v)).split("(")[-1].rstrip(")")) if np.isfinite(v) else str(v) for v in values]}


def add(name, nodes, inputs, constants=None, opset=17, outputs=("y",), tolerance=0):
    """inputs: what the network is fed; constants: initializers, by name. tolerance: how far onnxruntime's own result is from
    exact, in the unit of the outputs."""
    graph = helper.make_graph(
        nodes, "case",
        [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in inputs.items()],
        [helper.make_empty_tensor_value_info(o) for o in outputs],
        [v if isinstance(v, TensorProto) else numpy_helper.from_array(v, k) for k, v in (constants or {}).items()])
    domains = [helper.make_opsetid("", opset)] + [helper.make_opsetid(MS, 1)] * any(n.domain == MS for n in nodes)
    model = helper.make_model(graph, opset_imports=domains, ir_version=10 if opset > 20 else 8)
    made = run(model, inputs)
    cases.append({"name": name, "model": base64.b64encode(model.SerializeToString()).decode(),
                  "inputs": {k: flat(v) for k, v in inputs.items()},
                  "outputs": {o: flat(v) for o, v in zip(outputs, made)}, **({"tolerance": tolerance} if tolerance else {})})


MS = "com.microsoft"


def node(op, inputs, outputs=("y",), **attributes):
    return helper.make_node(op, list(inputs), list(outputs), **attributes)


def i64(*values):
    return np.array(values, dtype=np.int64)


# Elements
x = f32(1, 3, 4, 5)
for op in ["Abs", "Ceil", "Floor", "Round", "Neg", "Exp", "Reciprocal", "Sign", "Erf", "Sigmoid", "Tanh", "Relu", "Softplus",
           "Softsign", "HardSwish", "LeakyRelu", "Elu", "Selu", "HardSigmoid"]:
    add(op, [node(op, ["x"])], {"x": x})
add("Round ties", [node("Round", ["x"])], {"x": np.array([[-2.5, -1.5, -.5, .5, 1.5, 2.5]], np.float32)})
add("Sqrt", [node("Sqrt", ["x"])], {"x": np.abs(x)})
add("Log", [node("Log", ["x"])], {"x": np.abs(x) + .1})
add("Mish", [node("Mish", ["x"])], {"x": x}, opset=18)
add("Gelu", [node("Gelu", ["x"])], {"x": x}, opset=20)
add("Gelu tanh", [node("Gelu", ["x"], approximate="tanh")], {"x": x}, opset=20)
add("LeakyRelu .3", [node("LeakyRelu", ["x"], alpha=.3)], {"x": x})
add("HardSigmoid 1/6", [node("HardSigmoid", ["x"], alpha=1 / 6, beta=.5)], {"x": x})
add("Clip", [node("Clip", ["x", "a", "b"])], {"x": x}, {"a": np.float32(-.5), "b": np.float32(.7)})
add("Clip crossed", [node("Clip", ["x", "a", "b"])], {"x": x}, {"a": np.float32(.7), "b": np.float32(-.5)})
add("Clip above only", [node("Clip", ["x", "", "b"])], {"x": x}, {"b": np.float32(.2)})
add("Clip 6", [node("Clip", ["x"], min=0.0, max=1.0)], {"x": x}, opset=9)
for op in ["Add", "Sub", "Mul", "Div", "Min", "Max"]:
    add(op, [node(op, ["x", "z"])], {"x": x, "z": f32(1, 3, 4, 5) + 3})
    add(op + " channel", [node(op, ["x", "c"])], {"x": x}, {"c": f32(3, 1, 1) + 3})
    add(op + " left", [node(op, ["c", "x"])], {"x": x + 3}, {"c": f32(5)})
    add(op + " spread", [node(op, ["x", "z"])], {"x": f32(1, 3, 1, 5), "z": f32(4, 1) + 3})
add("Pow", [node("Pow", ["x", "c"])], {"x": np.abs(x)}, {"c": np.float32(2.5)})
add("Pow square", [node("Pow", ["x", "c"])], {"x": x}, {"c": np.float32(2)})
add("PRelu", [node("PRelu", ["x", "c"])], {"x": x}, {"c": f32(3, 1, 1)})
add("Sum Max Mean", [node("Sum", ["x", "z", "x"], ["s"]), node("Max", ["s", "z", "x"], ["m"]), node("Mean", ["m", "z"])],
    {"x": x, "z": f32(1, 3, 4, 5)})
for op in ["Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal"]:
    add(op + " Where", [node(op, ["x", "z"], ["c"]), node("Where", ["c", "x", "k"])],
        {"x": np.round(x), "z": np.round(f32(1, 3, 4, 5))}, {"k": f32(5)})
add("Not And Or Xor", [node("Less", ["x", "z"], ["a"]), node("Greater", ["x", "k"], ["b"]), node("And", ["a", "b"], ["c"]),
                       node("Or", ["a", "b"], ["d"]), node("Xor", ["c", "d"], ["e"]), node("Not", ["e"], ["f"]),
                       node("Where", ["f", "x", "z"])], {"x": x, "z": f32(1, 3, 4, 5)}, {"k": np.float32(0)})

# Moving
for name, starts, ends, axes, steps in [
        ("plain", [1, 0], [3, 4], [2, 3], [1, 1]), ("to the end", [1], [2**63 - 1], [2], [1]), ("negative", [-3], [-1], [3], [1]),
        ("backwards", [-1], [-2**63], [3], [-1]), ("backwards by two", [4], [0], [3], [-2]), ("backwards from far", [100], [-100], [2], [-1]),
        ("backwards from before", [-100], [-101], [3], [-1]), ("empty", [3], [1], [3], [1]), ("step", [0, 1], [4, 5], [2, 3], [2, 3])]:
    add("Slice " + name, [node("Slice", ["x", "s", "e", "a", "t"])], {"x": x},
        {"s": i64(*starts), "e": i64(*ends), "a": i64(*axes), "t": i64(*steps)})
add("Slice 9", [node("Slice", ["x"], starts=[0, 1], ends=[2, 4], axes=[1, -1])], {"x": x}, opset=9)
for name, pads, mode in [("constant", [0, 1, 0, 2, 0, 0, 1, 3], "constant"), ("crop", [0, -1, 1, 0, 0, 0, -2, 0], "constant"),
                         ("reflect", [0, 0, 2, 1, 0, 0, 1, 3], "reflect"), ("edge", [0, 1, 2, 0, 0, 1, 0, 3], "edge")]:
    add("Pad " + name, [node("Pad", ["x", "p", "v"] if mode == "constant" else ["x", "p"], mode=mode)], {"x": x},
        {"p": i64(*pads), "v": np.float32(1.5)} if mode == "constant" else {"p": i64(*pads)})
add("Pad axes", [node("Pad", ["x", "p", "", "a"], mode="constant")], {"x": x}, {"p": i64(1, 2), "a": i64(-1)}, opset=18)
add("Pad wrap", [node("Pad", ["x", "p"], mode="wrap")], {"x": x}, {"p": i64(0, 0, 1, 2, 0, 0, 2, 1)}, opset=19)
add("Pad 9", [node("Pad", ["x"], pads=[0, 0, 1, 0, 0, 0, 0, 2], value=2.0)], {"x": x}, opset=9)
add("Transpose", [node("Transpose", ["x"], perm=[0, 2, 3, 1])], {"x": x})
add("Transpose reversed", [node("Transpose", ["x"])], {"x": x})
add("Reshape", [node("Reshape", ["x", "s"])], {"x": x}, {"s": i64(0, -1, 2)})
add("Flatten", [node("Flatten", ["x"], axis=2)], {"x": x})
add("Flatten -1", [node("Flatten", ["x"], axis=-1)], {"x": x})
add("Squeeze Unsqueeze", [node("Unsqueeze", ["x", "a"], ["u"]), node("Squeeze", ["u", "b"])], {"x": x}, {"a": i64(-1, 2), "b": i64(0, 2)})
add("Squeeze all 11", [node("Unsqueeze", ["x"], ["u"], axes=[1, 3]), node("Squeeze", ["u"])], {"x": x}, opset=11)
add("Concat", [node("Concat", ["x", "c", "x"], axis=-2)], {"x": x}, {"c": f32(1, 3, 2, 5)})
add("Split", [node("Split", ["x", "s"], ["a", "y"], axis=3)], {"x": x}, {"s": i64(2, 3)}, outputs=("y", "a"))
add("Split uneven 18", [node("Split", ["x"], ["a", "y"], axis=3, num_outputs=2)], {"x": x}, opset=18, outputs=("y", "a"))
add("Split 11", [node("Split", ["x"], ["a", "b", "y"], axis=1)], {"x": x}, opset=11, outputs=("y", "a", "b"))
add("Gather", [node("Gather", ["x", "i"], axis=2)], {"x": x}, {"i": i64(3, -1, 0, 1).reshape(2, 2)})
add("Gather one", [node("Gather", ["x", "i"], axis=1)], {"x": x}, {"i": np.int64(-2)})
add("Expand", [node("Expand", ["x", "s"])], {"x": f32(1, 3, 1, 5)}, {"s": i64(4, 1)})
add("Tile", [node("Tile", ["x", "s"])], {"x": f32(1, 2, 3)}, {"s": i64(2, 1, 3)})
add("DepthToSpace DCR", [node("DepthToSpace", ["x"], blocksize=2)], {"x": f32(1, 8, 2, 3)})
add("DepthToSpace CRD", [node("DepthToSpace", ["x"], blocksize=2, mode="CRD")], {"x": f32(1, 8, 2, 3)})
add("SpaceToDepth", [node("SpaceToDepth", ["x"], blocksize=2)], {"x": f32(1, 3, 4, 6)})
add("Embedding", [node("Gather", ["t", "i"]), ], {"i": i64(3, 0, 5, 5).reshape(1, 4)}, {"t": f32(6, 7)})
add("Embedding and mask", [node("Gather", ["t", "i"], ["e"]), node("Equal", ["i", "z"], ["m"]), node("Cast", ["m"], ["f"], to=1),
                           node("Unsqueeze", ["f", "a"], ["u"]), node("Mul", ["e", "u"])],
    {"i": i64(3, 0, 5, 5).reshape(1, 4)}, {"t": f32(6, 7), "z": np.int64(5), "a": i64(-1)})

# What is known of shapes
add("Shape arithmetic", [node("Shape", ["x"], ["s"]), node("Gather", ["s", "two"], ["h"]), node("Mul", ["h", "two"], ["hh"]),
                         node("Div", ["hh", "three"], ["d"]), node("Unsqueeze", ["d", "zero"], ["u"]),
                         node("Concat", ["minus", "u"], ["r"], axis=0), node("Reshape", ["x", "r"])],
    {"x": x}, {"two": np.int64(2), "three": np.int64(3), "zero": i64(0), "minus": i64(-1)})
add("Shape start end", [node("Shape", ["x"], ["s"], start=-3, end=-1), node("Cast", ["s"], ["f"], to=1), node("ReduceProd", ["f"], ["p"], keepdims=0),
                        node("Mul", ["x", "p"])], {"x": x})
add("ConstantOfShape Range", [node("ConstantOfShape", ["s"], ["c"], value=helper.make_tensor("v", 1, [1], [2.5])),
                              node("Range", ["a", "b", "t"], ["r"]), node("Cast", ["r"], ["f"], to=1), node("Add", ["c", "f"], ["d"]), node("Add", ["x", "d"])],
    {"x": f32(1, 2, 4)}, {"s": i64(2, 4), "a": np.int64(7), "b": np.int64(0), "t": np.int64(-2)})
then = helper.make_graph([node("Mul", ["x", "k"], ["t"])], "then", [], [helper.make_empty_tensor_value_info("t")])
other = helper.make_graph([node("Neg", ["x"], ["t"])], "else", [], [helper.make_empty_tensor_value_info("t")],
                          [numpy_helper.from_array(np.float32(9), "k2")])
add("If of a shape", [node("Shape", ["x"], ["s"]), node("Gather", ["s", "two"], ["h"]), node("Equal", ["h", "four"], ["c"]),
                      helper.make_node("If", ["c"], ["y"], then_branch=then, else_branch=other)],
    {"x": x}, {"two": np.int64(2), "four": np.int64(4), "k": np.float32(3)})
add("Dropout Identity", [node("Dropout", ["x"], ["d"]), node("Identity", ["d"])], {"x": x})

# Sums, norms, pools
for op in ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"]:
    add(op, [node(op, ["x"], axes=[1, -1], keepdims=0)], {"x": x})
add("ReduceSum", [node("ReduceSum", ["x", "a"], keepdims=1)], {"x": x}, {"a": i64(2)})
add("ReduceSum noop", [node("ReduceSum", ["x"], noop_with_empty_axes=1)], {"x": x})
add("ReduceMean all", [node("ReduceMean", ["x"])], {"x": x})
add("ReduceMean 18", [node("ReduceMean", ["x", "a"])], {"x": x}, {"a": i64(-1, 1)}, opset=18)
add("ArgMax", [node("ArgMax", ["x"], axis=-1, keepdims=0)], {"x": np.round(x)})
add("ArgMin last", [node("ArgMin", ["x"], axis=2, select_last_index=1)], {"x": np.round(x)})
add("Softmax", [node("Softmax", ["x"], axis=1)], {"x": x})
add("Softmax 12", [node("Softmax", ["x"])], {"x": x}, opset=12)
add("Softmax 12 axis 2", [node("Softmax", ["x"], axis=2)], {"x": x}, opset=12)
add("LogSoftmax", [node("LogSoftmax", ["x"])], {"x": x})
add("LayerNormalization", [node("LayerNormalization", ["x", "w", "b"], axis=-2, epsilon=1e-3)], {"x": x}, {"w": f32(4, 5), "b": f32(4, 5)})
add("LayerNormalization no bias", [node("LayerNormalization", ["x", "w"])], {"x": x}, {"w": f32(5)})
add("LayerNorm chain", [node("ReduceMean", ["x"], ["m"], axes=[-1]), node("Sub", ["x", "m"], ["d"]), node("Pow", ["d", "two"], ["q"]),
                        node("ReduceMean", ["q"], ["v"], axes=[-1]), node("Add", ["v", "e"], ["ve"]), node("Sqrt", ["ve"], ["s"]),
                        node("Div", ["d", "s"], ["n"]), node("Mul", ["n", "w"], ["a"]), node("Add", ["a", "b"])],
    {"x": x}, {"two": np.float32(2), "e": np.float32(1e-3), "w": f32(5), "b": f32(5)})
add("InstanceNormalization", [node("InstanceNormalization", ["x", "w", "b"])], {"x": x}, {"w": f32(3), "b": f32(3)})
add("BatchNormalization", [node("BatchNormalization", ["x", "w", "b", "m", "v"], epsilon=1e-2)], {"x": x},
    {"w": f32(3), "b": f32(3), "m": f32(3), "v": np.abs(f32(3)) + .1})
p = f32(1, 2, 7, 6)
for name, attributes in [("plain", dict(kernel_shape=[3, 2])), ("stride pads", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 0, 1, 2])),
                         ("ceil", dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)), ("ceil pads", dict(kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1)),
                         ("same upper", dict(kernel_shape=[2, 3], strides=[2, 2], auto_pad="SAME_UPPER")), ("same lower", dict(kernel_shape=[2, 3], strides=[2, 2], auto_pad="SAME_LOWER")),
                         ("valid", dict(kernel_shape=[2, 3], auto_pad="VALID"))]:
    add("MaxPool " + name, [node("MaxPool", ["x"], **attributes)], {"x": p})
    add("AveragePool " + name, [node("AveragePool", ["x"], **attributes)], {"x": p})
    add("AveragePool counted " + name, [node("AveragePool", ["x"], count_include_pad=1, **attributes)], {"x": p})
add("MaxPool dilated", [node("MaxPool", ["x"], kernel_shape=[2, 2], dilations=[2, 3])], {"x": p})
add("MaxPool 1-D", [node("MaxPool", ["x"], kernel_shape=[3], strides=[2], pads=[1, 1])], {"x": f32(1, 3, 8)})
add("AveragePool 1-D", [node("AveragePool", ["x"], kernel_shape=[2], strides=[2])], {"x": f32(1, 3, 8)})
add("GlobalAveragePool", [node("GlobalAveragePool", ["x"])], {"x": p})
add("GlobalMaxPool", [node("GlobalMaxPool", ["x"])], {"x": p})

# Layers
add("MatMul", [node("MatMul", ["x", "w"])], {"x": f32(1, 4, 5)}, {"w": f32(5, 7)})
add("MatMul vector", [node("MatMul", ["x", "w"])], {"x": f32(5)}, {"w": f32(5, 7)})
add("MatMul constant left", [node("MatMul", ["w", "x"])], {"x": f32(1, 4, 5)}, {"w": f32(3, 4)})
add("MatMul values", [node("MatMul", ["x", "z"])], {"x": f32(1, 2, 4, 5), "z": f32(2, 5, 3)})
add("MatMul stacked constant", [node("MatMul", ["x", "w"])], {"x": f32(1, 2, 4, 5)}, {"w": f32(2, 5, 3)})
add("Gemm", [node("Gemm", ["x", "w", "b"])], {"x": f32(2, 5)}, {"w": f32(5, 7), "b": f32(7)})
add("Gemm transB", [node("Gemm", ["x", "w", "b"], transB=1, alpha=.5, beta=2.0)], {"x": f32(1, 5)}, {"w": f32(7, 5), "b": f32(1, 7)})
add("Gemm transA matrix C", [node("Gemm", ["x", "w", "b"], transA=1)], {"x": f32(5, 2)}, {"w": f32(5, 7), "b": f32(2, 7)})
add("Gemm one C", [node("Gemm", ["x", "w", "b"])], {"x": f32(2, 5)}, {"w": f32(5, 7), "b": f32(1)})
add("Gemm no C", [node("Gemm", ["x", "w"])], {"x": f32(2, 5)}, {"w": f32(5, 7)})
c = f32(1, 4, 9, 8)
for name, w, attributes in [("plain", f32(6, 4, 3, 3), {}), ("pads strides", f32(6, 4, 3, 2), dict(pads=[1, 0, 2, 1], strides=[2, 3])),
                            ("dilated", f32(6, 4, 3, 3), dict(dilations=[2, 3], pads=[1, 2, 1, 2])), ("one by one", f32(6, 4, 1, 1), dict(strides=[2, 2])),
                            ("same upper", f32(6, 4, 2, 4), dict(auto_pad="SAME_UPPER", strides=[2, 1])), ("same lower", f32(6, 4, 2, 4), dict(auto_pad="SAME_LOWER", strides=[2, 1])),
                            ("groups", f32(6, 2, 3, 3), dict(group=2, pads=[1, 1, 1, 1])), ("depthwise", f32(4, 1, 3, 3), dict(group=4)),
                            ("depthwise twice", f32(8, 1, 3, 3), dict(group=4, kernel_shape=[3, 3]))]:
    add("Conv " + name, [node("Conv", ["x", "w", "b"], **attributes)], {"x": c}, {"w": w, "b": f32(w.shape[0])})
add("Conv 1-D", [node("Conv", ["x", "w"], pads=[1, 2], strides=[2])], {"x": f32(1, 4, 9)}, {"w": f32(6, 4, 3)})
add("Conv two pictures", [node("Conv", ["x", "w"])], {"x": f32(2, 4, 5, 5)}, {"w": f32(6, 4, 3, 3)})
add("Conv BatchNormalization Relu", [node("Conv", ["x", "w"], ["c"]), node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]), node("Relu", ["n"])],
    {"x": c}, {"w": f32(6, 4, 3, 3), "s": f32(6), "b": f32(6), "m": f32(6), "v": np.abs(f32(6)) + .1})
d = f32(1, 4, 3, 5)
for name, w, attributes in [("plain", f32(4, 3, 3, 3), {}), ("strides pads", f32(4, 3, 3, 4), dict(strides=[2, 3], pads=[1, 0, 1, 2])),
                            ("output padding", f32(4, 3, 3, 3), dict(strides=[2, 2], output_padding=[1, 1], pads=[1, 1, 1, 1])),
                            ("dilated", f32(4, 3, 2, 2), dict(dilations=[2, 3])), ("groups", f32(4, 3, 3, 3), dict(group=2, strides=[2, 1])),
                            ("same upper", f32(4, 3, 3, 3), dict(auto_pad="SAME_UPPER", strides=[2, 2])), ("output shape", f32(4, 3, 3, 3), dict(strides=[2, 2], output_shape=[7, 10]))]:
    add("ConvTranspose " + name, [node("ConvTranspose", ["x", "w", "b"], **attributes)], {"x": d},
        {"w": w, "b": f32(w.shape[1] * attributes.get("group", 1))})
add("ConvTranspose 1-D", [node("ConvTranspose", ["x", "w"], strides=[2])], {"x": f32(1, 4, 6)}, {"w": f32(4, 3, 3)})


def recurrent(op, gates, name, directions=1, extra=None, outputs=("y", "h"), **attributes):
    S, N, I, H = 5, 1, 3, 4
    constants = {"w": f32(directions, gates * H, I), "r": f32(directions, gates * H, H), "b": f32(directions, 2 * gates * H)}
    constants.update(extra(H, directions) if extra else {})
    order = ["x", "w", "r", "b", "", "h0", "c0", "p"][:(8 if op == "LSTM" else 6)]
    inputs = [k if k == "x" or k in constants else "" for k in order]
    while inputs and not inputs[-1]:
        inputs.pop()
    add(f"{op} {name}", [helper.make_node(op, inputs, list(outputs), hidden_size=H, **attributes)], {"x": f32(S, N, I)}, constants, outputs=outputs)


lstm = ("y", "h", "c")
recurrent("LSTM", 4, "plain", outputs=lstm)
recurrent("LSTM", 4, "reverse", outputs=lstm, direction="reverse")
recurrent("LSTM", 4, "both", 2, outputs=lstm, direction="bidirectional")
recurrent("LSTM", 4, "peepholes", outputs=lstm, extra=lambda H, D: {"p": f32(D, 3 * H)})
recurrent("LSTM", 4, "first state", outputs=lstm, extra=lambda H, D: {"h0": f32(D, 1, H), "c0": f32(D, 1, H)})
recurrent("LSTM", 4, "clip", outputs=lstm, clip=.8)
recurrent("LSTM", 4, "input forget", outputs=lstm, input_forget=1)
recurrent("LSTM", 4, "activations", outputs=lstm, activations=["HardSigmoid", "Relu", "Tanh"])
recurrent("GRU", 3, "plain")
recurrent("GRU", 3, "before reset", linear_before_reset=1)
recurrent("GRU", 3, "reverse", direction="reverse", linear_before_reset=1)
recurrent("GRU", 3, "both", 2, direction="bidirectional")
recurrent("GRU", 3, "first state", extra=lambda H, D: {"h0": f32(D, 1, H)})
recurrent("GRU", 3, "clip", clip=.8, linear_before_reset=1)

# Sizes
r = f32(1, 2, 4, 5)
for mode in ["nearest", "linear", "cubic"]:
    for transform in ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]:
        add(f"Resize {mode} {transform}", [node("Resize", ["x", "", "s"], mode=mode, coordinate_transformation_mode=transform)],
            {"x": r}, {"s": np.array([1, 1, 1.5, 2.2], np.float32)}, opset=13)
        add(f"Resize {mode} {transform} sizes", [node("Resize", ["x", "", "", "s"], mode=mode, coordinate_transformation_mode=transform)],
            {"x": r}, {"s": i64(1, 2, 3, 1)}, opset=13)
for nearest in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
    add(f"Resize nearest {nearest}", [node("Resize", ["x", "", "s"], mode="nearest", nearest_mode=nearest)], {"x": r},
        {"s": np.array([1, 1, .6, 1.7], np.float32)}, opset=13)
add("Resize 10", [node("Resize", ["x", "s"], mode="nearest")], {"x": r}, {"s": np.array([1, 1, 2, 2], np.float32)}, opset=10)
add("Upsample 9", [node("Upsample", ["x", "s"], mode="nearest")], {"x": r}, {"s": np.array([1, 1, 2, 3], np.float32)}, opset=9)

# Numbers as codes
def i8(*dims, low=-128, high=128):
    return rng.integers(low, high, dims).astype(np.int8)


def u8(*dims):
    return rng.integers(0, 256, dims).astype(np.uint8)


def positive(*dims):
    return f32(*dims, low=.004, high=.02)


def packed(name, kind, values):
    """Four bits, two in a byte."""
    return helper.make_tensor(name, kind, values.shape, values.reshape(-1).tolist())


def ms(op, inputs, outputs=("y",), **attributes):
    return node(op, inputs, outputs, domain=MS, **attributes)


f = np.float32
ties = np.array([[-300, -128.5, -127.5, -3.5, -2.5, -1.5, -.5, -.1, 0, .5, 1.5, 2.5, 3.5, 126.5, 127.5, 254.5, 255.5, 1e9]], f)
add("QuantizeLinear ties u8", [node("QuantizeLinear", ["x", "s", "z"])], {"x": ties}, {"s": f(1), "z": np.uint8(3)}, opset=10)
add("QuantizeLinear ties i8", [node("QuantizeLinear", ["x", "s", "z"])], {"x": ties}, {"s": f(1), "z": np.int8(-2)}, opset=13)
add("QuantizeLinear no zero point", [node("QuantizeLinear", ["x", "s"])], {"x": x}, {"s": f(.01)}, opset=13)
add("QuantizeLinear axis", [node("QuantizeLinear", ["x", "s", "z"])], {"x": x}, {"s": positive(3), "z": u8(3)}, opset=13)
add("QuantizeLinear axis -1", [node("QuantizeLinear", ["x", "s", "z"], axis=-1)], {"x": x}, {"s": positive(5), "z": i8(5)}, opset=13)
add("QuantizeLinear one of a list", [node("QuantizeLinear", ["x", "s", "z"], axis=7)], {"x": x}, {"s": positive(1), "z": i8(1)}, opset=13)
add("QuantizeLinear u16", [node("QuantizeLinear", ["x", "s", "z"])], {"x": x}, {"s": f(1e-4), "z": np.uint16(30000)}, opset=21)
add("QuantizeLinear i16", [node("QuantizeLinear", ["x", "s", "z"])], {"x": x}, {"s": f(1e-4), "z": np.int16(-7)}, opset=21)
add("QuantizeLinear output_dtype", [node("QuantizeLinear", ["x", "s"], output_dtype=TensorProto.INT8)], {"x": x}, {"s": f(.02)}, opset=21)
add("QuantizeLinear blocks", [node("QuantizeLinear", ["x", "s", "z"], axis=2, block_size=3)], {"x": x},
    {"s": positive(1, 3, 2, 5), "z": u8(1, 3, 2, 5)}, opset=21)
add("QuantizeLinear of microsoft", [ms("QuantizeLinear", ["x", "s", "z"]), ms("DequantizeLinear", ["y", "s", "z"], ["d"])],
    {"x": x}, {"s": f(1e-4), "z": np.uint16(30000)}, outputs=("y", "d"))
for kind, low, high in [("INT4", -8, 8), ("UINT4", 0, 16)]:
    number = getattr(TensorProto, kind)
    add(f"QuantizeLinear {kind}", [node("QuantizeLinear", ["x", "s", "z"], ["q"], axis=1), node("DequantizeLinear", ["q", "s", "z"], axis=1)],
        {"x": x}, {"s": positive(3) * 20, "z": packed("z", number, rng.integers(low, high, 3))}, opset=21)
    for name, axis, dims, extra in [("axis 0", 0, (5,), {}), ("axis 1", 1, (7,), {}), ("blocks", 0, (3, 7), {"block_size": 2})]:
        add(f"DequantizeLinear {kind} {name}", [node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=axis, **extra), node("MatMul", ["x", "w"])],
            {"x": f32(1, 4, 5)}, {"q": packed("q", number, rng.integers(low, high, (5, 7))), "s": f32(*dims),
                                  "z": packed("z", number, rng.integers(low, high, dims))}, opset=21)
add("DequantizeLinear values", [node("DequantizeLinear", ["x", "s", "z"])], {"x": u8(1, 3, 4)}, {"s": f32(3), "z": u8(3)}, opset=13)
add("DequantizeLinear i8 no zero point", [node("DequantizeLinear", ["x", "s"])], {"x": i8(1, 3, 4)}, {"s": f(.3)}, opset=10)
add("DequantizeLinear negative scale", [node("DequantizeLinear", ["q", "s"], ["w"], axis=0), node("MatMul", ["x", "w"])],
    {"x": f32(1, 4, 5)}, {"q": i8(5, 7), "s": f32(5)}, opset=13)
add("DequantizeLinear groups of 32", [node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=0, block_size=32), node("MatMul", ["x", "w"])],
    {"x": f32(1, 2, 64)}, {"q": u8(64, 5), "s": f32(2, 5), "z": u8(2, 5)}, opset=21)
add("DequantizeLinear block wider than the axis", [node("DequantizeLinear", ["q", "s"], ["w"], axis=0, block_size=64), node("MatMul", ["x", "w"])],
    {"x": f32(1, 2, 9)}, {"q": i8(9, 5), "s": f32(1, 5)}, opset=21)
add("DequantizeLinear turned", [node("DequantizeLinear", ["q", "s", "z"], ["d"], axis=0), node("Transpose", ["d"], ["w"], perm=[1, 0]), node("MatMul", ["x", "w"])],
    {"x": f32(1, 4, 5)}, {"q": i8(7, 5), "s": f32(7), "z": i8(7)}, opset=13)
add("DequantizeLinear joined", [node("DequantizeLinear", ["q", "s"], ["d"], axis=1), node("DequantizeLinear", ["r", "t"], ["e"], axis=1),
                                node("Concat", ["d", "e"], ["w"], axis=1), node("MatMul", ["x", "w"])],
    {"x": f32(1, 4, 5)}, {"q": i8(5, 3), "s": f32(3), "r": i8(5, 4), "t": f32(4)}, opset=13)
add("DequantizeLinear of QuantizeLinear constant", [node("QuantizeLinear", ["c", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["w"]), node("MatMul", ["x", "w"])],
    {"x": f32(1, 4, 5)}, {"c": f32(5, 7), "s": f(.02), "z": np.uint8(100)}, opset=13)
add("DequantizeLinear table", [node("DequantizeLinear", ["q", "s"], ["t"], axis=0), node("Gather", ["t", "i"])], {"i": i64(3, 0, 5, 5).reshape(1, 4)},
    {"q": i8(6, 7), "s": f32(6)}, opset=13)
add("DequantizeLinear Conv", [node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=0), node("DequantizeLinear", ["p", "t"], ["b"], axis=0),
                              node("Conv", ["x", "w", "b"], group=2, pads=[1, 1, 1, 1])], {"x": c},
    {"q": i8(6, 2, 3, 3), "s": positive(6), "z": np.zeros(6, np.int8), "p": rng.integers(-2**26, 2**26, 6).astype(np.int32), "t": positive(6) * f(1e-6)}, opset=13)
add("DequantizeLinear ConvTranspose groups", [node("DequantizeLinear", ["q", "s"], ["w"], axis=0), node("ConvTranspose", ["x", "w"], group=2, strides=[2, 1])],
    {"x": d}, {"q": i8(4, 3, 3, 3), "s": np.full(4, .02, f)}, opset=13)
add("DequantizeLinear Gemm", [node("DequantizeLinear", ["q", "s"], ["w"], axis=0), node("Gemm", ["x", "w", "b"], transB=1, alpha=.5)],
    {"x": f32(2, 5)}, {"q": i8(7, 5), "s": f32(7), "b": f32(7)}, opset=13)
for kind in ["FLOAT8E4M3FN", "FLOAT8E5M2"]:
    number = getattr(TensorProto, kind)
    bytes_of = [b for b in range(256) if b & 0x7f < (0x7f if "E4" in kind else 0x7c)]
    weight = TensorProto(name="q", data_type=number, dims=[5, 7], raw_data=bytes(rng.choice(bytes_of, 35).astype(np.uint8)))
    add(f"DequantizeLinear {kind}", [node("DequantizeLinear", ["q", "s"], ["w"], axis=1), node("MatMul", ["x", "w"])],
        {"x": f32(1, 4, 5)}, {"q": weight, "s": positive(7)}, opset=19)
add("QuantizeLinear Relu MaxPool", [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("MaxPool", ["q"], ["m"], kernel_shape=[2, 2], pads=[1, 1, 0, 0]),
                                    node("DequantizeLinear", ["m", "s", "z"], ["d"]), node("Relu", ["d"])],
    {"x": p}, {"s": f(.02), "z": np.uint8(120)}, opset=13)

# Weights in blocks
for bits in [4, 8]:
    for block, K, N in [(16, 40, 5), (32, 96, 6), (64, 64, 3), (32, 33, 7)]:
        count = (K + block - 1) // block
        weights = {"q": u8(N, count, block * bits // 8), "s": f32(N, count)}
        settings = dict(K=K, N=N, bits=bits, block_size=block, accuracy_level=1)
        add(f"MatMulNBits {bits} bits {block} of {K}", [ms("MatMulNBits", ["x", "q", "s"], **settings)], {"x": f32(1, 3, K)}, weights)
        zeros = u8(N, (count * bits + 7) // 8)
        add(f"MatMulNBits {bits} bits {block} of {K} zero points", [ms("MatMulNBits", ["x", "q", "s", "z"], **settings)], {"x": f32(1, 3, K)},
            dict(weights, z=zeros))
        add(f"MatMulNBits {bits} bits {block} of {K} flat", [ms("MatMulNBits", ["x", "q", "s", "z"], **settings)], {"x": f32(1, 3, K)},
            {"q": weights["q"], "s": weights["s"].reshape(-1), "z": zeros.reshape(-1)})
add("MatMulNBits bias", [ms("MatMulNBits", ["x", "q", "s", "", "", "b"], K=32, N=5, bits=4, block_size=32, accuracy_level=1)], {"x": f32(2, 32)},
    {"q": u8(5, 1, 16), "s": f32(5, 1), "b": f32(5)})

# Ranges of their own
for name, values in [("both signs", x), ("positive", np.abs(x) + 1), ("negative", -np.abs(x) - 1), ("zeros", np.zeros((1, 4), f)), ("ties", ties[:, 3:13])]:
    add("DynamicQuantizeLinear " + name, [node("DynamicQuantizeLinear", ["x"], ["y", "s", "z"])], {"x": values}, outputs=("y", "s", "z"))
add("MatMulInteger dynamic", [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]), node("MatMulInteger", ["q", "w", "z", "v"], ["m"]),
                              node("Cast", ["m"], ["f"], to=1), node("Mul", ["s", "t"], ["st"]), node("Mul", ["f", "st"], ["p"]), node("Add", ["p", "b"])],
    {"x": f32(1, 4, 5)}, {"w": i8(5, 7), "v": i8(7), "t": positive(7), "b": f32(7)})
add("MatMulInteger constant", [node("MatMulInteger", ["x", "w", "z", "v"])], {"x": u8(1, 4, 5)}, {"w": u8(5, 7), "z": np.uint8(7), "v": np.uint8(120)})
add("MatMulInteger no zero points", [node("MatMulInteger", ["x", "w"])], {"x": i8(1, 4, 5)}, {"w": i8(5, 7)})
add("ConvInteger", [node("ConvInteger", ["x", "w", "z", "v"], pads=[1, 0, 2, 1], strides=[2, 1])], {"x": u8(1, 4, 9, 8)},
    {"w": u8(6, 4, 3, 3), "z": np.uint8(100), "v": np.uint8(120)})
add("MatMulIntegerToFloat", [ms("MatMulIntegerToFloat", ["x", "w", "s", "t", "z", "v", "b"])], {"x": u8(1, 4, 5)},
    {"w": i8(5, 7), "s": f(.03), "t": positive(7), "z": np.uint8(100), "v": i8(7), "b": f32(7)})
add("DynamicQuantizeMatMul", [ms("DynamicQuantizeMatMul", ["x", "w", "t", "v", "b"])], {"x": f32(1, 4, 5)},
    {"w": i8(5, 7), "t": positive(7), "v": i8(7), "b": f32(7)})

# Integers from end to end
add("QLinearMatMul", [node("QLinearMatMul", ["x", "s", "z", "w", "t", "v", "u", "y0"])], {"x": u8(1, 4, 5)},
    {"s": f(.03), "z": np.uint8(100), "w": i8(5, 7), "t": positive(7), "v": np.zeros(7, np.int8), "u": f(.05), "y0": np.uint8(130)})
for name, w, attributes in [("plain", i8(6, 4, 3, 3), {}), ("groups pads", i8(6, 2, 3, 3), dict(group=2, pads=[1, 1, 1, 1], strides=[2, 1]))]:
    constants = {"s": f(.03), "z": np.uint8(100), "w": w, "t": positive(6), "v": np.zeros(6, np.int8), "u": f(.1), "y0": np.uint8(130)}
    add("QLinearConv " + name, [node("QLinearConv", ["x", "s", "z", "w", "t", "v", "u", "y0"], **attributes)], {"x": u8(1, 4, 9, 8)}, constants)
    add("QLinearConv bias " + name, [node("QLinearConv", ["x", "s", "z", "w", "t", "v", "u", "y0", "b"], **attributes)], {"x": u8(1, 4, 9, 8)},
        dict(constants, b=rng.integers(-9999, 9999, 6).astype(np.int32)))
gemm = {"s": f(.03), "z": np.uint8(100), "w": i8(7, 5), "t": positive(7), "v": np.zeros(7, np.int8), "b": rng.integers(-9999, 9999, 7).astype(np.int32)}
add("QGemm float", [ms("QGemm", ["x", "s", "z", "w", "t", "v", "b"], transB=1)], {"x": u8(2, 5)}, gemm)
add("QGemm codes", [ms("QGemm", ["x", "s", "z", "w", "t", "v", "b", "u", "y0"], transB=1, alpha=.5)], {"x": u8(2, 5)}, dict(gemm, u=f(.05), y0=np.uint8(130)))
two = {"s": f(.03), "z": np.uint8(100), "t": f(.05), "v": np.uint8(120), "u": f(.07), "y0": np.uint8(130)}
for op in ["QLinearAdd", "QLinearMul"]:
    add(op, [ms(op, ["x", "s", "z", "w", "t", "v", "u", "y0"])], {"x": u8(1, 3, 4), "w": u8(1, 3, 4)}, two)
    add(op + " constant", [ms(op, ["x", "s", "z", "w", "t", "v", "u", "y0"])], {"x": u8(1, 3, 4)}, dict(two, w=u8(3, 1)))
add("QLinearConcat", [ms("QLinearConcat", ["u", "y0", "x", "s", "z", "w", "t", "v"], axis=1)], {"x": u8(1, 3, 4), "w": u8(1, 2, 4)}, two)
for op, attributes in [("QLinearSigmoid", {}), ("QLinearLeakyRelu", dict(alpha=.3)), ("QLinearSoftmax", dict(axis=-1, opset=13)),
                       ("QLinearGlobalAveragePool", dict(channels_last=0)), ("QLinearAveragePool", dict(kernel_shape=[2, 2], strides=[1, 2], pads=[0, 1, 0, 1]))]:
    add(op, [ms(op, ["x", "s", "z", "u", "y0"], **attributes)], {"x": u8(1, 3, 4, 6)}, {"s": f(.03), "z": np.uint8(100), "u": f(.004), "y0": np.uint8(3)},
        tolerance=1 if op == "QLinearSoftmax" else 0)  # from a table of whole numbers there


def dynamic_lstm(name, directions, per_column, **attributes):
    S, I, H = 5, 3, 4
    dims = (directions, 4 * H) if per_column else (directions,)
    constants = {"w": i8(directions, I, 4 * H), "r": i8(directions, H, 4 * H), "b": f32(directions, 8 * H), "h0": f32(directions, 1, H), "c0": f32(directions, 1, H),
                 "ws": positive(*dims), "wz": np.zeros(dims, np.int8), "rs": positive(*dims), "rz": np.zeros(dims, np.int8)}
    add(f"DynamicQuantizeLSTM {name}", [ms("DynamicQuantizeLSTM", ["x", "w", "r", "b", "", "h0", "c0", "", "ws", "wz", "rs", "rz"], lstm, hidden_size=H, **attributes)],
        {"x": f32(S, 1, I)}, constants, outputs=lstm)


dynamic_lstm("plain", 1, False)
dynamic_lstm("columns", 1, True)
dynamic_lstm("both", 2, False, direction="bidirectional")

# Positions and masks, as exports of language models have them
for op in ["Sin", "Cos"]:
    add(op, [node(op, ["x"])], {"x": x})
for name, attributes in [("", {}), (" exclusive", dict(exclusive=1)), (" reverse", dict(reverse=1))]:
    add("CumSum" + name, [node("CumSum", ["c", "a"], ["s"], **attributes), node("Cast", ["s"], ["f"], to=1), node("Add", ["x", "f"])],
        {"x": f32(1, 3, 4)}, {"c": rng.integers(-3, 4, (3, 4)).astype(np.int64), "a": np.int64(-1)})
add("GatherND", [node("GatherND", ["x", "i"])], {"x": x}, {"i": i64(0, 2, 0, -1, 0, 0).reshape(3, 2)})
add("GatherND elements", [node("GatherND", ["x", "i"])], {"x": f32(3, 4)}, {"i": i64(2, 3, -1, 0).reshape(2, 2)})

with open(sys.argv[1], "w") as out:
    for case in cases:
        out.write(json.dumps(case, separators=(",", ":")) + "\n")
print(len(cases), "cases")
