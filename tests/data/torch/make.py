#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the files beside it: what torch.save writes (torch/serialization.py), by Python's own pickle and zipfile.

    tests/data/torch/make.py                    the files of tests/checkpoint/tst_torch_file.cpp
    tests/data/torch/make.py FOLDER OUT         FOLDER/model.safetensors as OUT/pytorch_model.bin, with config and tokenizer
"""
import io
import json
import pickle
import shutil
import struct
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORAGES = {"F64": "DoubleStorage", "F32": "FloatStorage", "F16": "HalfStorage", "BF16": "BFloat16Storage",
            "I64": "LongStorage", "I32": "IntStorage", "U8": "ByteStorage", "BOOL": "BoolStorage"}
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "U8": 1, "BOOL": 1}


def module(name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    return made


TORCH, UTILS = module("torch"), module("torch._utils")
TYPES = {}
for dtype, storage in STORAGES.items():
    TYPES[dtype] = type(storage, (), {"__module__": "torch"})
    setattr(TORCH, storage, TYPES[dtype])


def function(name):
    def called(*_):
        raise AssertionError("is only named")
    called.__module__, called.__name__, called.__qualname__ = "torch._utils", name, name
    setattr(UTILS, name, called)
    return called


REBUILD, PARAMETER = function("_rebuild_tensor_v2"), function("_rebuild_parameter")


class Storage:
    def __init__(self, dtype, data, elements=None):
        self.dtype, self.data = dtype, data
        self.elements = len(data) // SIZES[dtype] if elements is None else elements


def strides(shape):
    found, step = [], 1
    for size in reversed(shape):
        found.insert(0, step)
        step *= size
    return tuple(found)


class Tensor:
    def __init__(self, storage, shape, offset=0, stride=None, parameter=False):
        self.storage, self.shape, self.offset, self.parameter = storage, tuple(shape), offset, parameter
        self.stride = strides(shape) if stride is None else stride

    def __reduce__(self):
        if self.parameter:
            return PARAMETER, (Tensor(self.storage, self.shape, self.offset), True, OrderedDict())
        return REBUILD, (self.storage, self.offset, self.shape, self.stride, False, OrderedDict())


class Pickler(pickle.Pickler):
    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = []

    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        if value not in self.storages:
            self.storages.append(value)
        return ("storage", TYPES[value.dtype], str(self.storages.index(value)), "cpu", value.elements)


def save(path, state, protocol=2, order="little", compress=zipfile.ZIP_STORED, drop=(), pickled=None):
    stream = io.BytesIO()
    pickler = Pickler(stream, protocol)
    pickler.dump(state)
    with zipfile.ZipFile(path, "w", compress) as archive:
        def add(name, data):
            archive.writestr(zipfile.ZipInfo("archive/" + name, (1980, 1, 1, 0, 0, 0)), data, compress)
        add("data.pkl", stream.getvalue() if pickled is None else pickled)
        add("byteorder", order)
        for index, storage in enumerate(pickler.storages):
            if str(index) not in drop:
                add(f"data/{index}", storage.data)
        add("version", "3\n")


def floats(*values):
    return Storage("F32", struct.pack(f"<{len(values)}f", *values))


def good():
    table = floats(*range(12))
    state = OrderedDict()
    state["embed.weight"] = Tensor(table, (4, 3), parameter=True)
    state["head.weight"] = Tensor(table, (4, 3))
    state["part.weight"] = Tensor(table, (2, 3), offset=6)
    state["half"] = Tensor(Storage("F16", struct.pack("<2e", 1.5, -2)), (2, 1))
    state["brain"] = Tensor(Storage("BF16", b"\x80\x3f\x00\xc0"), (2,))
    state["count"] = Tensor(Storage("I64", struct.pack("<q", 7)), ())
    state["step"] = 300
    state["rate"] = 0.5
    state._metadata = OrderedDict({"": {"version": 1}, "embed": {"version": 2}})
    return state


class Danger:
    def __reduce__(self):
        return print, ("run",)


def make():
    one = OrderedDict({"w": Tensor(floats(1, 2, 3, 4, 5, 6), (2, 3))})
    save(HERE / "good.bin", good())
    save(HERE / "protocol4.bin", good(), protocol=4)
    save(HERE / "calls.bin", {"w": Danger()})
    save(HERE / "view.bin", {"w": Tensor(floats(1, 2, 3, 4, 5, 6), (3, 2), stride=(1, 3))})
    save(HERE / "beyond.bin", {"w": Tensor(floats(1, 2, 3, 4), (2, 3))})
    save(HERE / "offset.bin", {"w": Tensor(floats(1, 2, 3, 4, 5, 6), (2, 3), offset=1)})
    save(HERE / "negative.bin", {"w": Tensor(floats(1, 2, 3, 4, 5, 6), (2, 3), offset=-1)})
    save(HERE / "short.bin", {"w": Tensor(Storage("F32", b"\0" * 16, 6), (2, 3))})
    save(HERE / "missing.bin", one, drop=("0",))
    save(HERE / "big-endian.bin", one, order="big")
    save(HERE / "compressed.bin", one, compress=zipfile.ZIP_DEFLATED)
    save(HERE / "nothing.bin", {"epoch": 3, "model": dict(one)})
    save(HERE / "list.bin", [1, 2])
    save(HERE / "cut.bin", one, pickled=b"\x80\x02}q\x00X\x05\x00\x00\x00w")
    save(HERE / "underflow.bin", one, pickled=b"\x80\x020.")
    (HERE / "old.bin").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")  # torch.save before 1.6 begins so


def convert(folder, out):
    data = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    state = OrderedDict()
    for name, info in header.items():
        if name != "__metadata__":
            begin, end = info["data_offsets"]
            state[name] = Tensor(Storage(info["dtype"], data[8 + size + begin:8 + size + end]), info["shape"])
    out.mkdir(parents=True)
    save(out / "pytorch_model.bin", state)
    for file in folder.iterdir():
        if file.suffix == ".json":
            shutil.copy(file, out)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        make()
