"""Damaged files of all transfer syntaxes are rejected or read in time; the sandbox survives."""

import io
import os
import random
import time

import pydicom
import pytest

from imaging.dicom import sandbox
from imaging.dicom.examine import IDENTIFIERS, examine
from imaging.dicom.kinds import SECONDARY_CAPTURE
from imaging.dicom.limits import LIMITS
from imaging.dicom.refusal import Refused
from tests.imaging.dicom_files import KEY, SHARED, SUBJECT, needs_shared

COUNT = int(os.environ.get("MUTATED_FILES", "4"))  # set to 200 for a manual run
FILES = sorted((SHARED / "syntaxes").glob("*.dcm")) if SHARED.is_dir() else []
LONGEST_ANSWER = 10  # seconds
UNREADABLE = {"emri_small_jpeg_2k_lossless_too_short.dcm": "ends inside its compressed data"}


def with_identifiers(path):
    """Return a file's bytes with missing UIDs added, so that the examination reaches the pixels."""
    dataset = pydicom.dcmread(path, force=True)
    if "PixelData" not in dataset:
        return path.read_bytes()
    dataset.SOPClassUID = dataset.get("SOPClassUID") or SECONDARY_CAPTURE
    for number, keyword in enumerate(IDENTIFIERS):
        if not dataset.get(keyword):
            setattr(dataset, keyword, f"1.2.3.{number}")
    out = io.BytesIO()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def mutated(data, chance):
    """Return a file with flipped bits, or a piece removed, duplicated or overwritten."""
    data = bytearray(data)
    start = chance.randrange(len(data))
    length = chance.randrange(1, 2_000)
    kind = chance.choice(("bits", "cut", "gone", "twice", "noise", "sizes"))
    if kind == "bits":
        for _turn in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del data[start:]
    elif kind == "gone":
        del data[start : start + length]
    elif kind == "twice":
        data[start:start] = data[start : start + length]
    elif kind == "noise":
        data[start : start + length] = chance.randbytes(length)
    else:
        data[start : start + 4] = b"\xff\xff\xff\x7f"
    return bytes(data)


def resident():
    with open("/proc/self/statm") as status:
        return int(status.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@needs_shared
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_mutated_file_is_rejected_or_read(path, tmp_path):
    data, chance = with_identifiers(path), random.Random(path.name)
    source, target = tmp_path / "in.dcm", tmp_path / "out.dcm"
    before, slowest, outcomes = resident(), 0.0, {"read": 0, "refused": 0}
    for _turn in range(COUNT):
        source.write_bytes(mutated(data, chance))
        start = time.monotonic()
        try:
            sandbox.call(examine, str(source), str(target), KEY, SUBJECT, LIMITS, limits=LIMITS)
            outcomes["read"] += 1
        except Refused:
            outcomes["refused"] += 1
        slowest = max(slowest, time.monotonic() - start)
    print(f"{path.name}: {outcomes}, slowest {slowest:.2f} s, {(resident() - before) >> 20} MiB")
    assert slowest < LONGEST_ANSWER and resident() - before < 64 << 20
    source.write_bytes(data)
    whole = (examine, str(source), str(target), KEY, SUBJECT, LIMITS)
    if path.name in UNREADABLE:  # the sandbox must still respond
        with pytest.raises(Refused, match=UNREADABLE[path.name]):
            sandbox.call(*whole, limits=LIMITS)
    else:
        assert sandbox.call(*whole, limits=LIMITS)[0]["rows"]
