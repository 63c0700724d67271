"""A server that is killed during uploads does not lose acknowledged files."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from imaging.dicom.synthetic import slice_bytes
from tests.caserecords.conftest import ROOT, environment, manage

FILES_A_REQUEST = 6
PATIENCE_S = 60


class Site:
    """A real server on a data folder, started and killed as a process group."""

    def __init__(self, folder, token):
        self.folder, self.token, self.port = folder, token, free_port()

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(self.port)],
            cwd=ROOT,
            env=environment(self.folder),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self.is_up)
        return self

    def __exit__(self, *error):
        self.kill()

    def kill(self):
        """Kill all processes of the site at once, as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def is_up(self):
        try:
            return self.get("healthz")["status"] == "ok"
        except (OSError, ValueError):
            return False

    def get(self, path):
        return self.send(urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}"))

    def send(self, request):
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)

    def upload(self, case, numbers):
        """Upload slices in one request; return the acknowledged import."""
        boundary = "slices-of-a-test"
        parts = b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="files"; filename="%d.dcm"\r\n'
            b"Content-Type: application/dicom\r\n\r\n%b\r\n"
            % (boundary.encode(), number, slice_bytes(number, 256))
            for number in numbers
        )
        return self.send(
            urllib.request.Request(
                f"http://127.0.0.1:{self.port}/api/v1/cases/{case}/imports/",
                data=parts + b"--%b--\r\n" % boundary.encode(),
                headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            )
        )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds):
    for _turn in range(PATIENCE_S * 10):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(f"the condition was not met within {PATIENCE_S} s")


def upload_until_killed(site, case, first, acknowledged):
    """Upload slices until the server is killed; add the imports' ids to `acknowledged`."""
    for request in range(20):
        start = first + request * FILES_A_REQUEST
        try:
            answer = site.upload(case, range(start, start + FILES_A_REQUEST))
        except (OSError, urllib.error.URLError, ValueError):
            return
        acknowledged.append(answer["id"])


@pytest.mark.own_data
def test_a_killed_server_keeps_acknowledged_files(copied_demonstration):
    folder, made = copied_demonstration
    case, token = made["cases"][0], made["token"]
    acknowledged = []
    for turn, seconds in enumerate((0.15, 0.6, 1.5)):
        with Site(folder, token) as site:
            args = (site, case, 1000 * (turn + 1), acknowledged)
            uploads = threading.Thread(target=upload_until_killed, args=args)
            uploads.start()
            time.sleep(seconds)
            if turn == 2:  # a slow machine may not have acknowledged anything yet
                wait_until(lambda: acknowledged)
            site.kill()
            uploads.join()
    assert acknowledged, "the server was killed before it acknowledged anything"
    with Site(folder, token) as site:
        for job in acknowledged:
            wait_until(lambda job=job: site.get(f"api/v1/imports/{job}/")["state"] == "done")
            lines = site.get(f"api/v1/imports/{job}/")["files"]
            assert len(lines) == FILES_A_REQUEST
            assert {line["outcome"] for line in lines} <= {"stored", "duplicate"}, lines
    assert "No damage found" in manage(folder, "verify").stdout
