"""The child process of the sandbox, in which untrusted bytes are parsed and decoded.

Started as `python -m imaging.dicom.worker`. It reads requests from standard input and writes
responses to the original standard output, each as an 8-byte length and a pickle. It exits when
standard input closes, so it never outlives its parent.
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
READY = LENGTH.pack(0)  # sent once, after the child has imported its libraries
TOO_DEEP = "The file's data are nested too deeply to be a real image."
# Errors of this machine, not of the file's content: file missing, disk full, too many open files.
GONE = {errno.ENOENT, errno.EACCES, errno.EIO}
MACHINE = GONE | {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}
TOO_LARGE = "Reading the file needs more memory than is allowed for one file."


def main():
    """Serve requests until standard input closes or memory is exhausted."""
    output = os.fdopen(os.dup(1), "wb", closefd=True)
    os.dup2(2, 1)  # a library that prints must not corrupt the responses
    quiet()
    baseline = address_space()
    output.write(READY)
    output.flush()
    for request in requests(sys.stdin.buffer):
        response = respond(request, baseline)
        send(output, response)
        if response[0] == "exhausted":
            return


def quiet():
    """Switch off core dumps, warnings (they could quote a patient's name) and pydicom's checks."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE


def requests(stream):
    """Yield (function or its name, args, limits) for each request."""
    while header := stream.read(LENGTH.size):
        yield pickle.loads(stream.read(LENGTH.unpack(header)[0]))


class Pickler(pickle.Pickler):
    """Pickle arrays as bytes, type and shape, so that the parent need not allow NumPy classes."""

    def reducer_override(self, value):
        """Return the call that rebuilds a NumPy array or scalar; other values pickle as usual."""
        if not isinstance(value, np.ndarray | np.generic):
            return NotImplemented
        data = pickle.PickleBuffer(np.ascontiguousarray(value))
        return array_of, (data, value.dtype.str, value.shape)


def send(stream, response):
    body = io.BytesIO()
    Pickler(body, protocol=pickle.HIGHEST_PROTOCOL).dump(response)
    stream.write(LENGTH.pack(body.tell()))
    stream.write(body.getbuffer())
    stream.flush()


def respond(request, baseline):
    """Return (kind, value); kind is "result", "refused", "exhausted", "machine" or "failed"."""
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
    """Limit one call's CPU time, and its memory beyond that of an idle child.

    RLIMIT_CPU limits the CPU time used since the process started, in whole seconds; exceeding
    it kills the process.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(usage.ru_utime + usage.ru_stime) + limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    if baseline:
        most = baseline + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def address_space():
    """Return the size of this process's address space in bytes, or 0 if it is unknown."""
    try:
        with open("/proc/self/statm") as status:
            return int(status.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def place(error):
    """Return an error's type and place in the code, but no message, as that may quote the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"


if __name__ == "__main__":
    main()
