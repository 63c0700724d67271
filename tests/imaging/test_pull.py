"""Pulling a study from a server that disconnects or sends invalid responses."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request

import pytest
from django.core.management import CommandError, call_command

from imaging.dicomweb.client import SameOrigin, Unreachable
from tests.factories import make_case
from tests.imaging.dicom_files import image, ramp, to_bytes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
STARTED = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=b\r\n"
ONE = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + to_bytes(image(ramp())) + b"\r\n"
SEARCHED = b'HTTP/1.1 200 OK\r\n\r\n[{"00201208": {"vr": "IS", "Value": [2]}}]'
ONE_WHOLE = STARTED + b"\r\n" + ONE + b"--b--"


def redirect_to(address):
    return f"HTTP/1.1 302 Found\r\nLocation: {address}\r\n\r\n".encode()


class Canned(BaseHTTPRequestHandler):
    """A handler that sends the first canned response to a search, and the second to a retrieval."""

    def do_GET(self):
        self.wfile.write(self.server.answers["?" not in self.path])

    def log_message(self, *_args):
        pass


@pytest.fixture
def pull(transactional_db):
    """A function that pulls a study into a new case from a server with two canned responses."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canned)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def pull(searched, retrieved):
        server.answers = (searched, retrieved)
        case = make_case()
        address = f"http://127.0.0.1:{server.server_port}/dicom-web"
        call_command("pull_study", str(case.pk), "1.2.3", "--from", address)
        return case

    yield pull
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("searched", "retrieved", "words"),
    [
        (
            SEARCHED,
            STARTED + b"Content-Length: 9000\r\n\r\n" + ONE + b"--b\r\n\r\nhalf",
            "after 1 image",
        ),
        (SEARCHED, STARTED + b"Transfer-Encoding: chunked\r\n\r\n9\r\n--b", "failed after 0"),
        (SEARCHED, STARTED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n--b", "failed after 0"),
        (SEARCHED, b"HTTP/9 what\r\n\r\n", "cannot be reached"),
        (SEARCHED, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n", "cannot be reached"),
        (SEARCHED, b"HTTP/1.1 401 Who\r\n\r\n", "responded with 401 Who"),
        (SEARCHED, redirect_to("http://127.0.0.1:1/"), "redirects to http://127.0.0.1:1/"),
        (SEARCHED, redirect_to("http://127.0.0.1:x/"), "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[", b"", "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, b"", "cannot be reached"),
    ],
)
def test_a_failing_server_is_reported(pull, searched, retrieved, words):
    with pytest.raises(CommandError, match=words):
        pull(searched, retrieved)


@pytest.mark.parametrize(
    ("before", "after", "is_followed"),
    [
        ("https://pacs/studies", "https://pacs/a/studies", True),
        ("https://pacs/studies", "https://PACS:443/studies", True),
        ("http://pacs:8042/studies", "http://pacs:8042/a", True),
        ("http://pacs/studies", "https://pacs/studies", True),
        ("https://pacs/studies", "http://pacs/studies", False),
        ("https://pacs/studies", "https://pacs:8443/studies", False),
        ("http://pacs:8042/studies", "https://pacs/studies", False),
        ("http://pacs:443/studies", "https://pacs:443/studies", False),
        ("https://pacs/studies", "https://other/studies", False),
        ("https://pacs/studies", "https://pacs@other/studies", False),
        ("https://pacs/studies", "ftp://pacs/studies", False),
    ],
)
def test_credentials_are_only_sent_on_to_the_same_origin_or_its_https(before, after, is_followed):
    request = Request(before, headers={"Authorization": "Bearer secret"})
    arguments = (request, None, 302, "Found", {}, after)
    if is_followed:
        sent = SameOrigin().redirect_request(*arguments)
        assert sent.full_url == after and sent.get_header("Authorization") == "Bearer secret"
    else:
        with pytest.raises(Unreachable, match="If you trust that server, enter its URL"):
            SameOrigin().redirect_request(*arguments)


def test_fewer_images_than_announced_are_reported(pull, capsys):
    assert pull(SEARCHED, ONE_WHOLE).instances.count() == 1
    assert "The server announced 2 images but sent 1." in capsys.readouterr().out
