"""Run a function on untrusted bytes in a child process with limits, from a small pool.

C libraries decode uploaded files. A file that crashes them or is a decompression bomb must not
take the site down.

Each child is a plain subprocess, not a fork: threads, database connections and secrets stay in the
parent. Children are reused. A child that dies, hangs or runs out of memory is replaced, and the
caller gets Refused. Failures that the file did not cause are handled differently: a call whose
child was killed from outside is retried once, and a full disk raises OSError.
"""

import atexit
import errno
import io
import logging
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from imaging.dicom.limits import LIMITS
from imaging.dicom.refusal import Refused
from imaging.dicom.worker import LENGTH, READY

logger = logging.getLogger(__name__)

CHILDREN = 2
CALLS_A_CHILD = 2_000
START_SECONDS = 60.0  # time for a child to import its libraries; not counted in a call's time
PIPE = 1 << 20  # bytes; large enough for a 512 × 512 frame in one write
ROOT = Path(__file__).resolve().parents[2]

DIED = "The file is damaged: the program that reads it crashed."
TOO_SLOW = "Reading the file took too long and was stopped."
DAMAGED = "The file could not be read: it is damaged or in an unsupported form of DICOM."

ALLOWED_CLASSES = {
    ("imaging.dicom.native", "Frame"),
    ("imaging.dicom.native", "array_of"),
}


def call(function, *args, limits=LIMITS):
    """Run `function(*args)` in a child process and return its result.

    `function` is defined at module level, or given as "module:name" so that this process need not
    import the module. `args` must be picklable; the result is plain data (numbers, text, lists,
    dicts, arrays, Frame). Raises Refused if the function raises Refused or an unexpected exception,
    or if the child dies, hangs or runs out of memory or time; OSError if this machine is at fault,
    such as when the disk is full.
    """
    return POOL.call((function, args, limits))


class Killed(Refused):
    """A child was killed from outside: the site is stopping, or the system is out of memory."""


class Plain(pickle.Unpickler):
    """Unpickle a child's response; only plain data and arrays are allowed."""

    def find_class(self, module, name):
        if (module, name) in ALLOWED_CLASSES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


class Child:
    """One child process and its pipes."""

    def __init__(self):
        self.calls = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "imaging.dicom.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
            pipesize=PIPE,
        )
        try:
            self.read(len(READY), time.monotonic() + START_SECONDS)
        except Refused as refused:
            self.end()
            if isinstance(refused, Killed):
                raise
            raise OSError(errno.ECHILD, "a child process could not be started") from refused

    def send(self, request):
        """Send a request; return the child's response.

        Raises Refused if the child dies or hangs, or if its response is not plain data.
        """
        self.calls += 1
        deadline = time.monotonic() + request[2].wall_seconds
        body = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            self.process.stdin.write(LENGTH.pack(len(body)) + body)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Killed(DIED) from None
        size = LENGTH.unpack(self.read(LENGTH.size, deadline))[0]
        try:
            return Plain(io.BytesIO(self.read(size, deadline))).load()
        except (pickle.UnpicklingError, ValueError) as error:
            logger.warning("a child process sent a forbidden class or array: %s", error)
            raise Refused(DAMAGED) from error

    def read(self, size, deadline):
        """Return exactly `size` bytes of the response. Raises Refused."""
        chunks = bytearray()
        pipe = self.process.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while len(chunks) < size:
            if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
                raise Refused(TOO_SLOW)
            chunk = os.read(pipe, min(size - len(chunks), PIPE))
            if not chunk:
                raise self.cause_of_death()
            chunks += chunk
        return bytes(chunks)

    def cause_of_death(self):
        code = self.process.wait(timeout=5)
        if code in (-signal.SIGKILL, -signal.SIGTERM):
            return Killed(DIED)
        return Refused(TOO_SLOW if code == -signal.SIGXCPU else DIED)

    def end(self):
        """Kill the child; it has no state worth saving."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Pool:
    """A pool of at most CHILDREN child processes; a call waits until one is free."""

    def __init__(self):
        self.slots = threading.BoundedSemaphore(CHILDREN)
        self.idle = queue.LifoQueue()

    def call(self, request):
        with self.slots:
            try:
                kind, value = self.send(request)
            except Killed:
                kind, value = self.send(request)
        return outcome(kind, value, request[0])

    def send(self, request):
        """Send a request to one child and return its response."""
        child = self.acquire()
        try:
            kind, value = child.send(request)
        except BaseException:
            child.end()
            raise
        self.release(child, kind)
        return kind, value

    def acquire(self):
        """Return an idle child that is alive, or a new one."""
        while True:
            try:
                child = self.idle.get_nowait()
            except queue.Empty:
                return Child()
            if child.process.poll() is None:
                return child
            child.end()

    def release(self, child, kind):
        if kind == "exhausted" or child.calls >= CALLS_A_CHILD:
            child.end()
        else:
            self.idle.put(child)

    def close(self):
        while not self.idle.empty():
            self.idle.get_nowait().end()


def outcome(kind, value, function):
    """Return a child's result or raise its error."""
    if kind == "result":
        return value
    if kind == "refused":
        raise Refused(*value)
    if kind == "exhausted":
        raise Refused(value)
    if kind == "machine":
        raise OSError(value, os.strerror(value))
    name = getattr(function, "__qualname__", function)
    logger.warning("%s failed in its child process: %s", name, value)
    raise Refused(DAMAGED)


def environment():
    """Return the child's environment: paths, language and thread counts, but no keys or URLs."""
    base = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**base, **threads, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}


def replace_pool():
    """Start a new pool in a forked web worker, which must not share its parent's children."""
    global POOL
    POOL = Pool()


POOL = Pool()
os.register_at_fork(after_in_child=replace_pool)
atexit.register(lambda: POOL.close())
