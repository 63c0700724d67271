"""Compare the site with Orthanc in alternating rounds: `python -m tests.benchmarks [ROUNDS]`.

`--instances 50000` adds that many images before the study look-up; filling Orthanc takes minutes.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.files import SYNTAXES, renamed, slice_of, slices
from tests.benchmarks.servers import Ours, Peer, memory

FILES, SERIES, PICTURES = 100, 40, 30
MR = 432  # rows and columns, for slices of 375 kB
CLIENTS = 4
PICTURE_GOALS = {
    "png": {"plain": 0.15, "RLE": 0.2, "JPEG-LS": 0.3, "J2K": 0.5},
    "jpg": {"plain": 0.6, "RLE": 0.6, "JPEG-LS": 0.9, "J2K": 0.9},
}
TYPES = {"png": "image/png", "jpg": "image/jpeg"}


class Table:
    """A Markdown table of medians, with the ratios of our values to those of Orthanc."""

    def __init__(self, version):
        self.lines = [
            f"| what | Orthanc {version} | Caserecords | ratio | goal | |",
            "|---|---|---|---|---|---|",
        ]

    def add(self, what, pairs, goal, unit, least=False):
        """Add a line; `pairs` are (Orthanc's value, ours); `goal` limits the ratio.

        The goal is a minimum if `least` is true, otherwise a maximum.
        """
        peer, ours = (statistics.median(values) for values in zip(*pairs, strict=True))
        ratio = statistics.median(mine / other for other, mine in pairs)
        met = ratio >= goal if least else ratio <= goal
        sign = "≥" if least else "≤"
        line = f"| {what} | {peer:.1f} {unit} | {ours:.1f} {unit} | {ratio:.2f} | {sign} {goal} |"
        self.lines.append(f"{line} {'met' if met else 'missed'} |")
        print(self.lines[-1], flush=True)

    def add_text(self, what, peer, ours, goal, met):
        verdict = "met" if met else "missed"
        self.lines.append(f"| {what} | {peer} | {ours} | | {goal} | {verdict} |")
        print(self.lines[-1], flush=True)


def ingest(peer, ours, table, rounds):
    """Measure durable storage of files of 375 kB: by one client with STOW, then by four at once.

    Orthanc's four clients POST each file separately, which is its fastest method. Our clients use
    STOW, each for a quarter of the files.
    """
    alone, together = [], []
    for number in range(rounds):
        one = slices(FILES, f"1{number}", MR)
        alone.append((peer.stow(one), ours.stow(one)))
        four = [slices(FILES // CLIENTS, f"1{number}.{client}", MR) for client in range(CLIENTS)]
        together.append((peer.post_together(four), ours.stow_together(four)))
    table.add(f"STOW of {FILES} files of 375 kB", alone, 2.0, "files/s", least=True)
    what = f"{CLIENTS} clients, Orthanc's POST to our STOW"
    table.add(what, together, 1.0, "files/s", least=True)


def warm_up(peer, ours):
    """Send files to both servers, so that they open connections and start worker processes."""
    for turn in range(CLIENTS):
        for server in (peer, ours):
            server.stow_together([slices(2, f"9{turn}.{client}", MR) for client in range(CLIENTS)])


def pictures(peer, ours, table, rounds):
    """Measure uncached slices of 512² pixels; each of our requests has a different window."""
    for at, syntax in enumerate(SYNTAXES):
        study = f"2{at}"
        files = [renamed(slice_of(n), study, n, syntax) for n in range(PICTURES)]
        peer.stow(files)
        ours.stow(files)
        mine = ours_instances(ours)[:PICTURES]
        uids = [f"2.25.7732.{study}.1.{n + 1}" for n in range(PICTURES)]
        theirs = [peer.picture(uid, "png", 0) for uid in uids]
        if not peer.decodes(theirs[0]):
            print(f"{syntax}: not compared, because this Orthanc cannot decode it")
            continue
        for form, goals in PICTURE_GOALS.items():
            pairs, sizes = [], []
            for turn in range(rounds):
                cost, size = peer.spent(theirs, Accept=TYPES[form])
                windows = [f"center={1000 + turn * 7 + n}&width=2000" for n in range(PICTURES)]
                addresses = [
                    f"{ours.url}/api/v1/instances/{pk}/image.{form}?{window}"
                    for pk, window in zip(mine, windows, strict=True)
                ]
                own, bytes_ = ours.spent(addresses)
                pairs.append((cost, own))
                sizes.append((size, bytes_))
            name = f"{form.upper()} of a {syntax} slice, CPU"
            table.add(name, pairs, goals[syntax], "ms")
            table.add(f"{form.upper()} of a {syntax} slice, bytes", sizes, 1.1, "B")


def ours_instances(ours):
    found = ours.session.get(f"{ours.url}/api/v1/instances/?limit=50").json()
    return [one["id"] for one in found["results"]]


def cached(ours, table):
    """Measure a cached slice and a 304 response, and compare them with a trivial view."""
    pk = ours_instances(ours)[0]
    address = f"{ours.url}/api/v1/instances/{pk}/image.png"
    etag = ours.session.get(address).headers["ETag"]
    trivial, _size = ours.spent([f"{ours.url}/healthz"] * 300)
    again, _size = ours.spent([address] * 300)
    same, _size = ours.spent([address] * 300, **{"If-None-Match": etag})
    table.add_text(
        "cached slice, CPU beyond /healthz",
        "—",
        f"{again - trivial:.2f} ms",
        "≤ 1 ms",
        again - trivial <= 1,
    )
    table.add_text(
        "304 to a trivial view",
        "—",
        f"{same / max(trivial, 0.01):.2f} ×",
        "≤ 1.3 ×",
        same / max(trivial, 0.01) <= 1.3,
    )


def metadata(peer, ours, table, rounds):
    """Measure series metadata of 40 slices, first uncached, then cached."""
    first, warm = [], []
    for number in range(rounds):
        files = slices(SERIES, f"3{number}")
        peer.stow(files)
        ours.stow(files)
        study = f"2.25.7732.3{number}"
        theirs = f"{peer.url}/dicom-web/studies/{study}/series/{study}.1/metadata"
        mine = f"{ours.stored}/metadata"
        first.append((once(peer, theirs), once(ours, mine)))
        warm.append((peer.spent([theirs] * 6)[0], ours.spent([mine] * 6)[0]))
    table.add(f"metadata of {SERIES} slices, first, CPU", first, 1.0, "ms")
    table.add(f"metadata of {SERIES} slices, warm, CPU", warm, 0.2, "ms")


def once(server, address):
    before = server.cpu()
    answer = server.session.get(address, headers={"Accept": "application/dicom+json"})
    assert answer.status_code == 200 and len(answer.json()) == SERIES, address
    return max(server.cpu() - before, 0.1)


def look_up(peer, ours, table, rounds, instances):
    """Measure the look-up of one study by its UID, after adding `instances` images."""
    peer.fill(instances)
    ours.fill(instances)
    study = ours.session.get(f"{ours.url}/dicomweb/studies").json()[0]["0020000D"]["Value"][0]
    pairs = []
    for _turn in range(rounds):
        theirs = [f"{peer.url}/dicom-web/studies?StudyInstanceUID=2.25.7732.30"] * 21
        mine = [f"{ours.url}/dicomweb/studies?StudyInstanceUID={study}"] * 21
        pairs.append((peer.spent(theirs)[0], ours.spent(mine)[0]))
    among = f"{instances} more images" if instances else "a few thousand images"
    table.add(f"exact study look-up among {among}, CPU", pairs, 0.3, "ms")


def main(rounds, instances):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("peer", "ours"):
            (Path(folder) / name).mkdir()
        peer = Peer(Path(folder) / "peer")
        ours = Ours(Path(folder) / "ours")
        table = Table(peer.version)
        try:
            warm_up(peer, ours)
            ingest(peer, ours, table, rounds)
            pictures(peer, ours, table, rounds)
            cached(ours, table)
            metadata(peer, ours, table, rounds)
            used = memory(peer.pid), memory(ours.pid)
            table.add_text(
                "memory after all this",
                f"{used[0]:.0f} MiB",
                f"{used[1]:.0f} MiB",
                "not more",
                used[1] <= used[0],
            )
            look_up(peer, ours, table, rounds, instances)
        finally:
            peer.stop()
            ours.stop()
    print("\n".join(["", *table.lines]))


def load():
    """Return the load average as text; figures from a busy machine are less reliable."""
    return f"load average over one minute: {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("--instances", type=int, default=0)
    options = parser.parse_args()
    print(f"before: {load()}", flush=True)
    main(options.rounds, options.instances)
    print(f"after: {load()}")
