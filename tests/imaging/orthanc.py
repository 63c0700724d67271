"""Start a local Orthanc server with the DICOMweb plugin for tests and benchmarks."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests

PROGRAM = shutil.which("Orthanc") or "/usr/sbin/Orthanc"
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
PATIENCE_S = 60
needs_orthanc = pytest.mark.skipif(
    not (Path(PROGRAM).exists() and PLUGIN.exists()),
    reason="Orthanc with its DICOMweb plugin (Debian's orthanc, orthanc-dicomweb) is not installed",
)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Orthanc:
    """An Orthanc server on a free port with an empty store."""

    def __init__(self, folder):
        self.url = f"http://127.0.0.1:{free_port()}"
        settings = {
            "Name": "Test",
            "StorageDirectory": str(folder / "store"),
            "IndexDirectory": str(folder / "store"),
            "HttpPort": int(self.url.rpartition(":")[2]),
            "DicomPort": free_port(),
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "Plugins": [str(PLUGIN)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        path = folder / "orthanc.json"
        path.write_text(json.dumps(settings))
        self.process = subprocess.Popen(
            [PROGRAM, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                return requests.get(f"{self.url}/system", timeout=20).raise_for_status()
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError("Orthanc did not start")

    def add_file(self, data):
        answer = requests.post(f"{self.url}/instances", data=data, timeout=20)
        answer.raise_for_status()

    def add_server(self, name, url, token):
        """Add a DICOMweb server and its token to Orthanc's configuration."""
        known = {"Url": url, "HttpHeaders": {"Authorization": f"Bearer {token}"}}
        requests.put(
            f"{self.url}/dicom-web/servers/{name}", json=known, timeout=20
        ).raise_for_status()

    def ask(self, path, body):
        answer = requests.post(f"{self.url}{path}", json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)
