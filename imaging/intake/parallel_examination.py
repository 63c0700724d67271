"""Examine the files of an import in parallel in child processes, ahead of storing them.

While one batch is stored, the next is examined. In a STOW-RS request, files are examined while
others are still being received.
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
from imaging.refusals import refusal_text

BATCH = 48
AHEAD = 4 * BATCH  # limit on files examined during an upload, as each is on disk twice
READERS = 4  # threads; some wait for child processes, others for the disk
GROUP, LARGE = 8, 1024 * 1024  # files per call; a file of LARGE bytes or more ends its group


class Examiner:
    """Context manager that examines files for one case, and deletes unused copies on exit.

    Files are sent to child processes in groups, as sending them singly takes a third longer.
    """

    def __init__(self, case):
        # Queried here, so that the threads do not use the database.
        self.patient, self.profile = case.patient, profile_of(case.team)
        self.group = []  # received files that are sent once the group is full
        self.early, self.named = {}, {}  # by path: PendingResults, and original UIDs
        self.ahead = deque()  # batches: lists of PendingResult

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
        """Queue an ImportFile, saved or not, for examination, unless AHEAD are queued already."""
        if len(self.early) < AHEAD:
            self.group.append(file)
            if is_full(self.group):
                self.send_group()

    def send_group(self):
        """Submit the current group, even if it is not full."""
        group, self.group = self.group, []
        if group:
            self.early |= zip((file.spooled for file in group), self.send(group), strict=True)

    def send(self, files):
        """Submit a group of files; return their PendingResults."""
        future = self.threads.submit(self.examine, files)
        return [PendingResult(future, number) for number in range(len(files))]

    def names(self, file):
        """Return the original SOP Class, SOP Instance and Study Instance UIDs of a file."""
        self.send_group()
        if file.spooled in self.early:
            self.early[file.spooled].future.exception()  # waits; `batches` raises any error
        if file.spooled not in self.named:
            self.named[file.spooled] = self.identified(file)
        return self.named[file.spooled]

    def batches(self, files):
        """Yield lists of Examined for a query of ImportFiles, in primary-key order."""
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
        """Submit files in groups; return their PendingResults."""
        return [place for group in grouped(files) for place in self.send(group)]

    def first(self):
        """Dequeue the first batch and return its results.

        If an examination failed, raise its exception and leave the batch queued.
        """
        found = [place.found() for place in self.ahead[0]]
        self.ahead.popleft()
        return found

    def places(self):
        return chain(self.early.values(), *self.ahead)

    def drop_rest(self):
        """Delete the copies of examined files that were not used."""
        drop(place.found() for place in self.places() if place.is_examined())

    def examine(self, files):
        """Examine files in the sandbox and sync their copies; return a list of Examined."""
        targets = [store().temporary() for _file in files]
        try:
            results = self.call(files, targets)
            return [self.examined(*one) for one in zip(files, targets, results, strict=True)]
        except OSError:
            for target in targets:
                target.unlink(missing_ok=True)
            raise

    def call(self, files, targets):
        """Return the results of `examine_each`; if a group fails, retry its files one by one."""
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
        return [self.call([file], [to])[0] for file, to in zip(files, targets, strict=True)]

    def identified(self, file):
        """Return the original UIDs of a file without a result, or NAMELESS if it is unreadable."""
        try:
            return sandbox.call(identify, file.spooled, limits=limits())
        except (Refused, OSError):
            return NAMELESS

    def examined(self, file, target, result):
        """Return a file's Examined; its copy is synced, or deleted if the file is rejected."""
        header, self.named[file.spooled], refusal = result
        if header is not None:
            return Examined(file, target, header | {"sha256": settle(target)})
        target.unlink(missing_ok=True)
        refused = Refused(*refusal)
        listed = refused.values.get("files")
        return Examined(file, outcome=refused.outcome, reason=refusal_text(refused), listed=listed)


class PendingResult(NamedTuple):
    """The result for one file: item `number` of the list that its group's future returns."""

    future: Future
    number: int

    def found(self):
        return self.future.result()[self.number]

    def is_examined(self):
        return not self.future.cancelled() and not self.future.exception()


def grouped(files):
    """Yield the files in non-empty groups; see `is_full`."""
    group = []
    for file in files:
        group.append(file)
        if is_full(group):
            yield group
            group = []
    if group:
        yield group


def is_full(group):
    """Return whether a group has enough files, or its last file is large."""
    return len(group) >= GROUP or size_of(group[-1].spooled) >= LARGE


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def drop(batch):
    """Delete the examined copies of a batch that were not moved to the store."""
    for one in batch:
        if one.target:
            one.target.unlink(missing_ok=True)


def pages(files):
    """Yield lists of at most BATCH rows of a query, fetched lazily in primary-key order."""
    last = 0
    while batch := list(files.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield batch
