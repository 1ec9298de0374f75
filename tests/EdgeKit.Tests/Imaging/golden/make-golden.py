#!/usr/bin/env python3
"""Writes the golden pictures of this folder with Pillow as the reference.

The files here were made with Pillow 9.4.0 on libjpeg-turbo 2.1.5 (Debian 12: apt install python3-pil).
The interlaced PNG inputs are put together by hand, since Pillow does not write them; their expected pixels are what Pillow reads.
"""
import math
import os
import random
import struct
import zlib

from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))

W, H = 67, 53
noise = random.Random(7)


def pixel(x, y):
    r = 128 + 120 * math.sin(x * 0.21) * math.cos(y * 0.17)
    g = (x * 5 + y * 3) % 256
    b = 255 if (x // 9 + y // 7) % 2 else 0
    n = noise.randrange(-6, 7) if y > 40 else 0
    return tuple(max(0, min(255, int(v + n))) for v in (r, g, b))


photo = Image.new("RGB", (W, H))
photo.putdata([pixel(x, y) for y in range(H) for x in range(W)])
photo.save("photo.png", optimize=True)

for size in [(32, 24), (67, 20), (20, 53), (90, 71), (5, 3)]:
    photo.resize(size, Image.BILINEAR).save("resize-%dx%d.png" % size, optimize=True)

part = photo.crop((0, 10, 37, 43))
jpegs = {
    "420": (part, dict(quality=85, subsampling="4:2:0")),
    "422": (part, dict(quality=85, subsampling="4:2:2")),
    "progressive": (part, dict(quality=75, progressive=True)),
    "grey": (part.convert("L"), dict(quality=85)),
    "cmyk": (part.convert("CMYK"), dict(quality=85)),
}
for name, (image, options) in jpegs.items():
    image.save(f"{name}.jpg", **options)
    Image.open(f"{name}.jpg").convert("RGB").save(f"{name}.jpg.png", optimize=True)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced(name, width, height, color, depth, channels, palette=b""):
    """Random samples in Adam7 order, each row with a random filter type; random bytes are as good filtered as plain."""
    rows = random.Random(name)
    data = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        columns = (width - x0 + dx - 1) // dx
        if columns <= 0:
            continue
        for y in range(y0, height, dy):
            length = (columns * channels * depth + 7) // 8
            data += bytes([0 if color == 3 else rows.randrange(5)]) + bytes(rows.randrange(256) for _ in range(length))
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 1)))
        f.write((chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))
    Image.open(name).convert("RGB").save(name + ".png")


interlaced("adam7-rgb8.png", 13, 11, 2, 8, 3)
interlaced("adam7-rgba8.png", 7, 9, 6, 8, 4)
interlaced("adam7-grey1.png", 21, 10, 0, 1, 1)
interlaced("adam7-palette4.png", 10, 13, 3, 4, 1, bytes(range(0, 240, 5)))
interlaced("adam7-rgb16.png", 3, 6, 2, 16, 3)
