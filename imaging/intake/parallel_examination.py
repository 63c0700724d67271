"""Files on their way into a case: examined in child processes, some at a time, ahead of the rest.

While one batch is taken in, the next is examined. Where the sender waits for the answer, files are
examined while others still arrive.
"""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from typing import NamedTuple

from imaging.dicom import sandbox
from imaging.dicom.content_store import settle
from imaging.dicom.examine import examine_each
from imaging.dicom.received_identity import NAMELESS, identify
from imaging.dicom.refusal import Refused
from imaging.file_store import keeping_temporary, limits, store
from imaging.intake.acceptance import Examined
from imaging.intake.policy import profile_of
from imaging.refusals import told

BATCH = 48
AHEAD = 4 * BATCH  # files that are examined while others arrive; each lies on the disk twice
READERS = 4  # some wait for the children that examine, others for the disk
GROUP, LARGE = 8, 1024 * 1024  # files a call, and bytes of one that no other follows


class Examiner:
    """Examines files for one case, as a context; at its end, what was not taken is removed.

    Files go to a child by the group: to hand each over by itself costs a third as much again.
    """

    def __init__(self, case):
        # Read here: the threads keep off the database.
        self.patient, self.profile = case.patient, profile_of(case.team)
        self.group = []  # received files that wait for others
        self.early, self.named = {}, {}  # by path: a file's Place, and who it said it is
        self.ahead = deque()  # of batches, lists of PendingResults

    def __enter__(self):
        with ExitStack() as held:
            held.enter_context(keeping_temporary())
            held.callback(self.drop_rest)
            self.threads = held.enter_context(ThreadPoolExecutor(READERS))
            self.held = held.pop_all()
        return self

    def __exit__(self, *_error):
        for place in self.places():
            place.future.cancel()
        self.held.close()

    def begin(self, file):
        """Begin to examine a file whose line may not be saved yet, if not too many are begun."""
        if len(self.early) < AHEAD:
            self.group.append(file)
            if is_full(self.group):
                self.send_group()

    def send_group(self):
        """Let those that wait for others be examined without them."""
        group, self.group = self.group, []
        if group:
            self.early |= zip((file.spooled for file in group), self.send(group), strict=True)

    def send(self, files):
        """Let a group be examined; return its PendingResults."""
        future = self.threads.submit(self.examine, files)
        return [PendingResult(future, number) for number in range(len(files))]

    def names(self, file):
        """Return SOP Class, SOP Instance and Study UID of a received file, as it came."""
        self.send_group()
        if file.spooled in self.early:
            self.early[file.spooled].future.exception()  # waits; who takes it in will meet it
        if file.spooled not in self.named:
            self.named[file.spooled] = self.identified(file)
        return self.named[file.spooled]

    def batches(self, files):
        """Yield lists of Examined for the lines of a query, in the order of their keys."""
        self.send_group()
        for batch in pages(files):
            later = [file for file in batch if file.spooled not in self.early]
            places = {file.pk: place for file, place in zip(later, self.share(later), strict=True)}
            self.ahead.append(
                [places.get(file.pk) or self.early.pop(file.spooled) for file in batch]
            )
            if len(self.ahead) > 1:
                yield self.first()
        while self.ahead:
            yield self.first()

    def share(self, files):
        """Let files be examined in groups; return their PendingResults."""
        return [place for group in grouped(files) for place in self.send(group)]

    def first(self):
        """Take the first batch off once all its files are read; one that cannot be leaves it."""
        found = [place.found() for place in self.ahead[0]]
        self.ahead.popleft()
        return found

    def places(self):
        return chain(self.early.values(), *self.ahead)

    def drop_rest(self):
        """Remove what was written of files that nobody took."""
        drop(place.found() for place in self.places() if place.is_examined())

    def examine(self, files):
        """Check and clean files in the sandbox and sync what came of them; return Examined."""
        targets = [store().temporary() for _file in files]
        try:
            answers = self.ask(files, targets)
            return [self.told(*one) for one in zip(files, targets, answers, strict=True)]
        except OSError:
            for target in targets:
                target.unlink(missing_ok=True)
            raise

    def ask(self, files, targets):
        """Return what `examine_each` says; of files that stop a child, each is asked for alone."""
        key, bounds = bytes.fromhex(self.patient.image_key), limits()
        requests = [
            (file.spooled, str(target), key, self.patient.code, bounds, self.profile)
            for file, target in zip(files, targets, strict=True)
        ]
        try:
            return sandbox.call(examine_each, requests, limits=bounds)
        except Refused as refused:
            if len(files) == 1:
                return [(None, self.identified(files[0]), refused.args)]
        return [self.ask([file], [to])[0] for file, to in zip(files, targets, strict=True)]

    def identified(self, file):
        """Return the names of a file that was not examined, or that stopped who examined it."""
        try:
            return sandbox.call(identify, file.spooled, limits=limits())
        except (Refused, OSError):
            return NAMELESS

    def told(self, file, target, answer):
        """Return the Examined of a file, its copy synced."""
        header, self.named[file.spooled], refusal = answer
        if header is not None:
            return Examined(file, target, header | {"sha256": settle(target)})
        target.unlink(missing_ok=True)
        refused = Refused(*refusal)
        listed = refused.values.get("files")
        return Examined(file, outcome=refused.outcome, reason=told(refused), listed=listed)


class PendingResult(NamedTuple):
    """Where a file's Examined is to be found: in the answer for its group."""

    future: Future
    number: int

    def found(self):
        return self.future.result()[self.number]

    def is_examined(self):
        return not self.future.cancelled() and not self.future.exception()


def grouped(files):
    """Yield the files in groups, none of them empty."""
    group = []
    for file in files:
        group.append(file)
        if is_full(group):
            yield group
            group = []
    if group:
        yield group


def is_full(group):
    """Return whether a group of files is worth a call, or its last is a large one."""
    return len(group) >= GROUP or size_of(group[-1].spooled) >= LARGE


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


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
