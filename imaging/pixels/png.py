"""A fast PNG encoder for 8-bit images (PNG third edition, W3C)."""

import struct
import zlib

import numpy as np
from isal import isal_zlib

START = b"\x89PNG\r\n\x1a\n"
UP = 2  # filter type: difference from the sample above


def encode_png(image, dpi=None, *, lasting=False):
    """Encode an 8-bit grey (rows, columns) or RGB (rows, columns, 3) image as PNG bytes.

    Rows are stored as differences from the row above and compressed at the fastest level, because
    radiological images contain few repeats. No time or text is written. The output of ISA-L
    can depend on the processor; `lasting` gives the same bytes on every machine, but takes three
    times as long.
    """
    rows, columns = image.shape[:2]
    kind = 2 if image.ndim == 3 else 0
    pack = pack_lasting if lasting else isal_zlib.compress
    packed = pack(filtered(image), 1)
    chunks = [chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, kind, 0, 0, 0))]
    if dpi is not None:
        per_metre = round(dpi / 0.0254)
        chunks.append(chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    return START + b"".join([*chunks, chunk(b"IDAT", packed), chunk(b"IEND", b"")])


def pack_lasting(lines, level):
    """Compress with the standard library's zlib, using only run lengths and Huffman codes."""
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return packer.compress(lines) + packer.flush()


def filtered(image):
    """Return each row's filter byte and then its samples, each minus the one above, as bytes."""
    flat = image.reshape(image.shape[0], -1)
    lines = np.empty((flat.shape[0], flat.shape[1] + 1), np.uint8)
    lines[:, 0] = UP
    lines[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=lines[1:, 1:])
    return lines.data


def chunk(name, body):
    check = isal_zlib.crc32(body, isal_zlib.crc32(name))
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
