"""The sandbox's child processes: limits, crashes and results."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from imaging.dicom import sandbox
from imaging.dicom.decoding import read_frame
from imaging.dicom.limits import MEGABYTE, Limits
from imaging.dicom.native import Frame
from imaging.dicom.refusal import INDEX, Refused

SHORT = Limits(wall_seconds=0.5, cpu_seconds=1)


def add(a, b):
    return a + b


def kill_myself():
    os.kill(os.getpid(), signal.SIGKILL)


def hang():
    time.sleep(60)


def burn():
    while True:
        pass


def eat_memory():
    return len(bytearray(3 * 1024 * MEGABYTE))


def recurse():
    return recurse()


def refuse():
    raise Refused("It is %(what)s.", INDEX, {"what": "strange"})


def fail():
    raise RuntimeError("the patient is called Doe")


def shout():
    print("noise" * 1000)
    return "quiet"


def see(name):
    return os.environ.get(name)


def give_frame():
    return Frame(np.arange(6, dtype=np.int16).reshape(2, 3), windows=((1.0, 2.0),))


def give_numbers():
    return np.float32(1.5), np.zeros((2, 0)), np.arange(6).reshape(2, 3).T


def give_objects():
    return np.array([None])


def give_file():
    return open(os.devnull)


def process():
    return os.getpid()


def killed_once(folder, number):
    mark = os.path.join(folder, "killed")
    if not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), number)
    return "read"


def find_no_room():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/name")


def test_a_result_comes_back_from_another_process():
    assert sandbox.call(add, 2, 3) == 5
    assert sandbox.call(process) != os.getpid()


def test_a_child_is_reused():
    assert sandbox.call(process) == sandbox.call(process)


def test_a_frame_is_returned_unchanged():
    frame = sandbox.call(give_frame)
    assert frame.pixels.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert frame.windows == ((1.0, 2.0),)


def test_numbers_and_arrays_of_any_shape_are_returned():
    number, empty, turned = sandbox.call(give_numbers)
    assert number == 1.5 and empty.shape == (2, 0)
    assert turned.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_refusal_is_raised_with_all_its_fields():
    with pytest.raises(Refused) as refused:
        sandbox.call(refuse)
    assert (refused.value.reason, refused.value.outcome) == ("It is strange.", INDEX)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (kill_myself, "crashed"),
        (eat_memory, "more memory"),
        (recurse, "nested too deeply"),
        (fail, "could not be read"),
        (give_file, "crashed"),
        (give_objects, "could not be read"),
    ],
)
def test_a_failing_call_is_a_refusal_and_the_pool_still_works(function, words):
    with pytest.raises(Refused, match=words):
        sandbox.call(function)
    assert sandbox.call(add, 1, 1) == 2


def test_a_child_that_hangs_is_stopped():
    sandbox.call(add, 1, 1)  # starts the child process
    start = time.monotonic()
    with pytest.raises(Refused, match="took too long"):
        sandbox.call(hang, limits=SHORT)
    assert time.monotonic() - start < 5
    assert sandbox.call(add, 1, 1) == 2


def test_a_child_that_does_not_start_is_not_blamed_on_the_file(monkeypatch):
    sandbox.replace_pool()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="could not be started"):
        patch.setattr(sandbox, "START_SECONDS", 0)
        sandbox.call(add, 1, 1)
    assert sandbox.call(add, 1, 1) == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_killed_from_outside_is_not_blamed_on_the_file(tmp_path, number):
    assert sandbox.call(killed_once, str(tmp_path), number) == "read"


def test_a_full_disk_is_not_blamed_on_the_file():
    with pytest.raises(OSError, match="No space left") as error:
        sandbox.call(find_no_room)
    assert error.value.errno == errno.ENOSPC
    assert sandbox.call(add, 1, 1) == 2


def test_a_missing_file_is_not_reported_as_damaged(tmp_path):
    with pytest.raises(FileNotFoundError):
        sandbox.call(read_frame, str(tmp_path / "gone.dcm"))


def test_a_child_over_its_cpu_limit_is_killed():
    with pytest.raises(Refused, match="took too long"):
        sandbox.call(burn, limits=Limits(cpu_seconds=1, wall_seconds=20))
    assert sandbox.call(add, 1, 1) == 2


def test_a_library_that_prints_does_not_corrupt_the_response():
    assert sandbox.call(shout) == "quiet"


def test_secrets_do_not_reach_the_child(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret")
    sandbox.replace_pool()
    assert sandbox.call(see, "SECRET_KEY") is None


def test_an_unexpected_error_is_logged_without_its_message(caplog):
    with pytest.raises(Refused):
        sandbox.call(fail)
    assert "RuntimeError" in caplog.text
    assert "Doe" not in caplog.text


def test_threads_share_the_pool():
    results = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(sandbox.call(add, n, n)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [2 * n for n in range(8)]


def test_a_child_found_dead_is_replaced():
    pid = sandbox.call(process)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert sandbox.call(process) != pid


def test_a_forked_server_process_has_its_own_children():
    sandbox.call(process)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, str(sandbox.call(add, 20, 1)).encode())
        sandbox.POOL.close()
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reader, 10) == b"21"
    assert sandbox.call(add, 1, 1) == 2


def test_a_function_can_be_given_by_name():
    assert sandbox.call("operator:add", 1, 2) == 3
    for wrong in ("operator:truediv", "operator:nothing"):
        with pytest.raises(Refused, match=sandbox.DAMAGED):
            sandbox.call(wrong, 1, 0)


def test_a_server_process_does_not_import_highdicom():
    look = "import caserecords.wsgi, caserecords.urls, sys; print('highdicom' in sys.modules)"
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "caserecords.settings"}
    found = subprocess.run(
        [sys.executable, "-c", look], env=settings, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["False"]
