# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of this folder and pixels.tsv: SHA-256 of what Pillow's convert("RGB") gives of each.

python3 tests/data/pictures/make.py     (Pillow 13, numpy 2)
"""
import hashlib
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
random = np.random.default_rng(20260101)


def scene(width, height):
    """Slopes with some noise: every subsampling and filter shows in it."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 / width, y * 255 / height, (x + 2 * y) * 7 % 256], -1) + random.normal(0, 12, (height, width, 3))
    return np.clip(rgb, 0, 255).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(samples, bits):
    """[height, width, channels] as PNG rows without a filter."""
    out = b""
    for row in samples:
        flat = row.reshape(-1)
        if bits == 16:
            data = flat.astype(">u2").tobytes()
        elif bits == 8:
            data = flat.astype(np.uint8).tobytes()
        else:
            pad = -len(flat) % (8 // bits)
            digits = "".join(format(int(v), f"0{bits}b") for v in np.append(flat, [0] * pad))
            data = int(digits, 2).to_bytes(len(digits) // 8, "big")
        out += b"\0" + data
    return out


def png(name, samples, bits, color, chunks=(), interlaced=False):
    height, width = samples.shape[:2]
    if interlaced:  # Adam7
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        parts = [samples[y::dy, x::dx] for y, x, dy, dx in passes]
        data = b"".join(rows(part, bits) for part in parts if part.size)
    else:
        data = rows(samples, bits)
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, int(interlaced))
    parts = [chunk(b"IHDR", header), *[chunk(*c) for c in chunks], chunk(b"IDAT", zlib.compress(data, 9)), chunk(b"IEND", b"")]
    (here / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def jpegs():
    rgb = Image.fromarray(scene(37, 29))
    for name, sampling in [("444", 0), ("422", 1), ("420", 2)]:
        rgb.save(here / f"color-{name}.jpg", quality=83, subsampling=sampling)
    rgb.save(here / "progressive.jpg", quality=83, progressive=True)
    rgb.convert("L").save(here / "grey.jpg", quality=90)
    exif = Image.Exif()
    exif[274] = 6
    rgb.save(here / "turned.jpg", quality=90, exif=exif)
    rgb.save(here / "turned.png", exif=exif)
    rgb.convert("CMYK").save(here / "cmyk.jpg", quality=90)
    whole = (here / "color-420.jpg").read_bytes()
    (here / "stray.jpg").write_bytes(whole[:-2] + b"\x12\x34\x56" * 20 + whole[-2:])


def pngs():
    rgb = scene(19, 11)
    grey = rgb[..., :1]
    alpha = random.integers(0, 256, grey.shape)
    png("rgb8.png", rgb, 8, 2)
    png("rgb8-interlaced.png", rgb, 8, 2, interlaced=True)
    png("rgb16.png", rgb.astype(np.uint16) * 256 + random.integers(0, 256, rgb.shape), 16, 2)
    png("rgb8-transparent-colour.png", rgb, 8, 2, [(b"tRNS", struct.pack(">HHH", *map(int, rgb[3, 3])))])
    png("rgba8.png", np.concatenate([rgb, alpha], -1), 8, 6)
    png("rgba16.png", np.concatenate([rgb, alpha], -1).astype(np.uint16) * 256 + 77, 16, 6)
    png("grey-alpha8.png", np.concatenate([grey, alpha], -1), 8, 4)
    png("grey8.png", grey, 8, 0)
    png("grey8-gamma.png", grey, 8, 0, [(b"gAMA", struct.pack(">I", 100000))])
    for bits in 1, 2, 4:
        png(f"grey{bits}.png", grey >> (8 - bits), bits, 0)
    palette = random.integers(0, 256, (16, 3)).astype(np.uint8).tobytes()
    png("palette4.png", grey >> 4, 4, 3, [(b"PLTE", palette)])
    png("palette4-transparent.png", grey >> 4, 4, 3, [(b"PLTE", palette), (b"tRNS", bytes(range(0, 160, 10)))])
    png("grey16.png", grey.astype(np.uint16) * 256 + random.integers(0, 256, grey.shape), 16, 0)


jpegs()
pngs()
lines = []
for file in sorted(here.glob("*.[jp][pn]g")):
    image = Image.open(file)
    if image.mode != "CMYK":
        if image.mode == "I;16":  # Pillow clips all above 255 to white; Kerf keeps the upper 8 bits
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        pixels = np.asarray(image.convert("RGB"))
        lines.append(f"{file.name}\t{image.width}\t{image.height}\t{hashlib.sha256(pixels.tobytes()).hexdigest()}\n")
(here / "pixels.tsv").write_text("".join(lines))


def resized():
    """What Pillow's resize gives of color-444.jpg (SHA-256), for each filter and some sizes. Along the rows first, as all of
    its versions did before 13, which begins with the columns where the height shrinks by more than twice what the width does.
    """
    filters = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS, "nearest": Image.NEAREST}
    image = Image.open(here / "color-444.jpg")
    lines = []
    for size in [(16, 12), (7, 29), (37, 5), (80, 61), (1, 1), (50, 10), (36, 28)]:
        for name, number in filters.items():
            pixels = np.asarray(image.resize((size[0], image.height), number).resize(size, number))
            lines.append(f"{name}\t{size[0]}\t{size[1]}\t{hashlib.sha256(pixels.tobytes()).hexdigest()}\n")
    (here / "resized.tsv").write_text("".join(lines))


def prepared():
    """The usual way of classifiers: shorter side 16, crop 12, mean and deviation; sums of the channels, and the corners."""
    image = Image.open(here / "color-420.jpg")
    small = image.resize((int(16 * image.width / image.height), 16), Image.BILINEAR)
    left, top = round((small.width - 12) / 2), round((small.height - 12) / 2)
    levels = np.asarray(small.crop((left, top, left + 12, top + 12))).astype(np.float64)
    values = ((levels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(2, 0, 1)
    grey = np.asarray(small.convert("L")).astype(np.float64) / 255
    np.savetxt(here / "prepared.tsv", values.reshape(3, -1), fmt="%.9g", delimiter="\t")
    np.savetxt(here / "prepared-grey.tsv", grey, fmt="%.9g", delimiter="\t")


resized()
prepared()
