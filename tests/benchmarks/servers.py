"""Clients of Caserecords and Orthanc, and the CPU time and memory of each server."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import requests

from tests.benchmarks.files import slices
from tests.benchmarks.processes import children, tree
from tests.imaging.orthanc import Orthanc, free_port

ROOT = Path(__file__).parents[2]
SERIES, SMALL = 40, 64  # for filling a server: images per study, and rows and columns per image
BOUNDARY = "benchmark"
KIND = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'


def memory(pid):
    """Return the proportional set size of a process and its descendants in MiB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own / 1024 + sum(map(memory, children(pid)))


def body_of(files):
    parts = [
        f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode() + data + b"\r\n"
        for data in files
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class Server:
    """A server under test; `cpu` and `spent` measure CPU time, and rates use elapsed time."""

    session = None
    pid = 0
    stored = ""  # the URL of the study that was stored last

    def cpu(self):
        return tree(str(self.pid)) * 1000

    def spent(self, addresses, **headers):
        """Return the mean (CPU ms, bytes) per request, after a warm-up request."""
        self.session.get(addresses[0], headers=headers).raise_for_status()
        before, size = self.cpu(), 0
        for address in addresses[1:]:
            answer = self.session.get(address, headers=headers)
            assert answer.status_code in (200, 304), (address, answer.status_code, answer.text)
            size += len(answer.content)
        count = len(addresses) - 1
        return (self.cpu() - before) / count, size / count

    def stow(self, files):
        """Store files with STOW-RS; return files per second."""
        body, start = body_of(files), time.monotonic()
        self.send(self.store, body, **{"Content-Type": KIND})
        return len(files) / (time.monotonic() - start)

    def send(self, address, body, **headers):
        answer = self.session.post(address, data=body, headers=headers)
        assert answer.status_code == 200, answer.text[:300]
        if address == self.store:
            self.stored = answer.json().get("00081190", {}).get("Value", [""])[0]

    def together(self, send, parts, count):
        """Call `send` for each part in a thread of its own; return the rate for `count` files."""
        start = time.monotonic()
        with ThreadPoolExecutor(len(parts)) as clients:
            list(clients.map(send, parts))
        return count / (time.monotonic() - start)

    def stow_together(self, parts):
        """Store lists of files in parallel, each in a STOW-RS request; return files per second."""
        bodies = [body_of(part) for part in parts]
        send = partial(self.send, self.store, **{"Content-Type": KIND})
        return self.together(send, bodies, sum(map(len, parts)))


class Peer(Server):
    """Orthanc with its DICOMweb plugin."""

    def __init__(self, folder):
        self.orthanc = Orthanc(folder)
        self.session, self.pid = requests.Session(), self.orthanc.process.pid
        self.url, self.store = self.orthanc.url, f"{self.orthanc.url}/dicom-web/studies"
        self.version = self.session.get(f"{self.url}/system").json()["Version"]

    def picture(self, uid, form, _number):
        found = self.session.post(f"{self.url}/tools/lookup", data=uid).json()
        return f"{self.url}/instances/{found[0]['ID']}/rendered"

    def post(self, files):
        for data in files:
            self.send(f"{self.url}/instances", data)

    def post_together(self, parts):
        """Post lists of files in parallel, each list file by file; return files per second."""
        return self.together(self.post, parts, sum(map(len, parts)))

    def fill(self, instances):
        """Store small images, 40 per study."""
        for first in range(0, instances, SERIES):
            self.post(slices(SERIES, f"8{first}", SMALL))

    def decodes(self, address):
        return self.session.get(address, headers={"Accept": "image/png"}).ok

    def stop(self):
        self.orthanc.stop()


class Ours(Server):
    """This site, as served by `manage.py demo`."""

    def __init__(self, folder):
        self.environment = environment = {**os.environ, "CASERECORDS_DATA": str(folder)}
        port = free_port()
        command = [sys.executable, str(ROOT / "manage.py"), "demo"]
        loaded = subprocess.run(
            [*command, "--no-serve", "--json"], env=environment, capture_output=True, check=True
        )
        self.known = json.loads(loaded.stdout)
        self.process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.pid, self.url = self.process.pid, f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {self.known['token']}"
        self.store = f"{self.url}/dicomweb/studies"
        self.wait()

    def fill(self, instances):
        """Add image rows without files, 40 per study."""
        command = [sys.executable, "-m", "tests.benchmarks.filling", str(instances)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def wait(self):
        for _try in range(300):
            try:
                return self.session.get(f"{self.url}/healthz").raise_for_status()
            except requests.ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("the site did not start")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)
