"""Run a function on foreign bytes in a child process with limits, out of a small pool.

Each child is a plain subprocess (no fork of this process, so threads, database connections and
secrets stay here), kept for the next call. A child that dies, hangs or runs out of memory is
replaced, and the caller gets a refusal in plain words. What is no fault of the file is none of
its refusals: a child that was killed from outside is asked again, a full disk is an OSError.
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
START_SECONDS = 60.0  # for a child to load its libraries; the time of a file begins after it
PIPE = 1 << 20  # bytes; a frame of 512² goes through in one piece
ROOT = Path(__file__).resolve().parents[2]

DIED = "Reading the file stopped the reader: the file is damaged."
TOO_SLOW = "Reading the file took too long and was stopped."
DAMAGED = "The file could not be read: it is damaged, or a form of DICOM that is not known here."

PLAIN = {
    ("imaging.dicom.native", "Frame"),
    ("imaging.dicom.native", "array_of"),
}


def call(function, *args, limits=LIMITS):
    """Return `function(*args)`, computed in a child process.

    `function` is at module level, or named as "module:name" where this process has no need of its
    module; `args` can be pickled, and the result is plain data (numbers, text, lists, dicts,
    arrays, Frame). Raises Refused, from the function itself or because the child died, hung, or ran
    out of memory or time; OSError where this machine cannot go on.
    """
    return POOL.call((function, args, limits))


class Killed(Refused):
    """A child was ended from outside: by who stops the site, or a system short of memory."""


class Plain(pickle.Unpickler):
    """Read what a child sent: plain data and arrays, no other class."""

    def find_class(self, module, name):
        if (module, name) in PLAIN:
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
            raise OSError(errno.ECHILD, "a reader could not be started") from refused

    def ask(self, request):
        """Return the child's answer; raises Refused when it dies or takes too long."""
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
            logger.warning("a child process sent what it may not: %s", error)
            raise Refused(DAMAGED) from error

    def read(self, size, deadline):
        """Return exactly `size` bytes of the answer, or raise Refused."""
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
        """Stop the child at once; nothing it holds is worth waiting for."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Pool:
    """At most CHILDREN children; a call waits for a free one."""

    def __init__(self):
        self.places = threading.BoundedSemaphore(CHILDREN)
        self.idle = queue.LifoQueue()

    def call(self, request):
        with self.places:
            try:
                kind, value = self.ask(request)
            except Killed:
                kind, value = self.ask(request)
        return outcome(kind, value, request[0])

    def ask(self, request):
        """Return what one child answers."""
        child = self.take()
        try:
            kind, value = child.ask(request)
        except BaseException:
            child.end()
            raise
        self.keep(child, kind)
        return kind, value

    def take(self):
        """Return an idle child that is alive, or a new one."""
        while True:
            try:
                child = self.idle.get_nowait()
            except queue.Empty:
                return Child()
            if child.process.poll() is None:
                return child
            child.end()

    def keep(self, child, kind):
        if kind == "exhausted" or child.calls >= CALLS_A_CHILD:
            child.end()
        else:
            self.idle.put(child)

    def close(self):
        while not self.idle.empty():
            self.idle.get_nowait().end()


def outcome(kind, value, function):
    """Return a child's result or raise what it says."""
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
    """Return the child's environment: where Python is, and nothing of ours (no keys, no URLs)."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**kept, **single, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}


def start_afresh():
    """Give a forked web worker its own pool; the children of its parent are not its own."""
    global POOL
    POOL = Pool()


POOL = Pool()
os.register_at_fork(after_in_child=start_afresh)
atexit.register(lambda: POOL.close())
