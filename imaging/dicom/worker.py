"""The child process in which foreign bytes are parsed and decoded.

Started as `python -m imaging.dicom.worker`. It reads requests from standard input and writes
answers to what was standard output, each as an 8-byte length and a pickle. It ends when its
standard input does, so it never outlives its parent.
"""

import errno
import io
import math
import os
import pickle
import resource
import struct
import sys
import traceback
import warnings
from pkgutil import resolve_name

import imagecodecs  # noqa: F401 loaded before the memory limit is measured
import numpy as np
import pydicom
import pydicom.config

from imaging.dicom.native import array_of
from imaging.dicom.refusal import Refused

LENGTH = struct.Struct("<Q")
READY = LENGTH.pack(0)  # what a child sends first, once it has loaded all that it needs
TOO_DEEP = "The file's data are nested too deeply to be a real image."
# Faults of this machine, whatever is in the file: it is gone, no room, too many open files.
GONE = {errno.ENOENT, errno.EACCES, errno.EIO}
MACHINE = GONE | {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}
TOO_LARGE = "Reading the file needs more memory than one file is allowed."


def main():
    """Serve requests until the parent closes its end."""
    answers = os.fdopen(os.dup(1), "wb", closefd=True)
    os.dup2(2, 1)  # whatever a library prints must not land between the answers
    quiet()
    baseline = address_space()
    answers.write(READY)
    answers.flush()
    for request in requests(sys.stdin.buffer):
        answer = respond(request, baseline)
        send(answers, answer)
        if answer[0] == "exhausted":
            return


def quiet():
    """No core files, no warnings that could carry a patient's name, no checks while reading."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE


def requests(stream):
    """Yield (function or its name, args, limits) as they come in."""
    while header := stream.read(LENGTH.size):
        yield pickle.loads(stream.read(LENGTH.unpack(header)[0]))


class Pickler(pickle.Pickler):
    """Writes an array as its bytes, type and shape, so that the reader admits no name of numpy."""

    def reducer_override(self, value):
        """Return what pickle is to call for an array or a number of numpy."""
        if not isinstance(value, np.ndarray | np.generic):
            return NotImplemented
        data = pickle.PickleBuffer(np.ascontiguousarray(value))
        return array_of, (data, value.dtype.str, value.shape)


def send(stream, answer):
    body = io.BytesIO()
    Pickler(body, protocol=pickle.HIGHEST_PROTOCOL).dump(answer)
    stream.write(LENGTH.pack(body.tell()))
    stream.write(body.getbuffer())
    stream.flush()


def respond(request, baseline):
    """Return (kind, value): "result", "refused", "exhausted", "machine" or "failed"."""
    function, args, limits = request
    try:
        restrict(limits, baseline)
        if isinstance(function, str):
            function = resolve_name(function)
        return "result", function(*args)
    except Refused as refused:
        return "refused", refused.args
    except RecursionError:
        return "refused", (TOO_DEEP,)
    except MemoryError:
        return "exhausted", TOO_LARGE
    except Exception as error:
        if isinstance(error, OSError) and error.errno in MACHINE:
            return "machine", error.errno
        return "failed", place(error)


def restrict(limits, baseline):
    """Set the limits of one call: processor time from now on, memory above what an idle child has.

    RLIMIT_CPU counts whole seconds since the process began; its default action ends the process.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(usage.ru_utime + usage.ru_stime) + limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    if baseline:
        room = baseline + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))


def address_space():
    """Return this process's address space in bytes, or 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as status:
            return int(status.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def place(error):
    """Return type and origin of an unforeseen error, without its text, which may quote the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"


if __name__ == "__main__":
    main()
