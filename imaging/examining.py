"""Files on their way into a case: examined in child processes, some at a time, ahead of the rest.

While one batch is taken in, the next is examined. Where the sender waits for the answer, files are
examined while others still arrive.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain

from django.utils.translation import gettext_noop

from imaging.dicom import sandbox
from imaging.dicom.examine import examine_and_name
from imaging.dicom.identify import NAMELESS, identify
from imaging.dicom.refusal import Refused
from imaging.dicom.store import settle
from imaging.judging import Examined
from imaging.policy import profile_of
from imaging.storage import keeping_temporary, limits, store
from imaging.wording import told

BATCH = 48
READERS = 4  # some wait for the children that examine, others for the disk

GONE = gettext_noop("The file is no longer there.")


class Examiner:
    """Examines files for one case, as a context; at its end, what was not taken is removed."""

    def __init__(self, case):
        # Read here: the threads keep off the database.
        self.patient, self.profile = case.patient, profile_of(case.team)
        self.early, self.named = {}, {}  # by path: the future of a file, and how it came
        self.ahead = deque()  # of lists of futures

    def __enter__(self):
        with ExitStack() as held:
            held.enter_context(keeping_temporary())
            held.callback(self.drop_rest)
            self.threads = held.enter_context(ThreadPoolExecutor(READERS))
            self.held = held.pop_all()
        return self

    def __exit__(self, *_error):
        for future in chain(self.early.values(), *self.ahead):
            future.cancel()
        self.held.close()

    def begin(self, file):
        """Begin to examine a file whose line may not be saved yet, and find out its names."""
        self.early[file.spooled] = self.threads.submit(self.examine, file, naming=True)

    def names(self, path):
        """Return SOP Class, SOP Instance and Study UID of a file that was begun, as it came."""
        if path in self.early:
            self.early[path].exception()  # waits; who takes the file in will meet it
        return self.named.get(path, NAMELESS)

    def batches(self, files):
        """Yield lists of Examined for the lines of a query, in the order of their keys."""
        for batch in pages(files):
            self.ahead.append([self.begun(file) for file in batch])
            if len(self.ahead) > 1:
                yield self.first()
        while self.ahead:
            yield self.first()

    def begun(self, file):
        return self.early.pop(file.spooled, None) or self.threads.submit(self.examine, file)

    def first(self):
        """Take the first batch off once all its files are read; one that cannot be leaves it."""
        found = [future.result() for future in self.ahead[0]]
        self.ahead.popleft()
        return found

    def drop_rest(self):
        """Remove what was written of files that nobody took."""
        futures = chain(self.early.values(), *self.ahead)
        drop(one.result() for one in futures if not one.cancelled() and not one.exception())

    def examine(self, file, naming=False):
        """Check and clean one file in the sandbox and sync what came of it; return an Examined."""
        target, bounds = store().temporary(), limits()
        key = bytes.fromhex(self.patient.image_key)
        try:
            if not os.path.isfile(file.spooled):
                raise Refused(GONE)
            args = (file.spooled, str(target), key, self.patient.code, bounds, self.profile)
            header, names = sandbox.call(examine_and_name, *args, limits=bounds)
            header["sha256"] = settle(target)
            if naming:
                self.named[file.spooled] = names
        except Refused as refused:
            target.unlink(missing_ok=True)
            if naming:
                self.named[file.spooled] = names_of_refused(file.spooled)
            listed = refused.values.get("files")
            return Examined(file, outcome=refused.outcome, reason=told(refused), listed=listed)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return Examined(file, target, header)


def names_of_refused(path):
    try:
        return sandbox.call(identify, path, limits=limits())
    except Refused:
        return NAMELESS


def drop(batch):
    """Remove what was written of files that are not taken."""
    for one in batch:
        if one.target:
            one.target.unlink(missing_ok=True)


def pages(files):
    """Yield lists of a query's rows in the order of their keys, each read when it is wanted."""
    last = 0
    while batch := list(files.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield batch
