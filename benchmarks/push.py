"""What `epicrisis push` costs over a bare `requests` session that posts the same bytes.

    python benchmarks/push.py [--server URL] [--rounds 15]

Without --server a small server on the loopback, in a process of its own, reads the body, parses
it and answers each entry: the fastest that a FHIR server could be, so the overhead shows most.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


class Handler(BaseHTTPRequestHandler):
    """Says that all went well."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer /metadata."""
        self._send(
            {
                "resourceType": "CapabilityStatement",
                "fhirVersion": "4.0.1",
                "rest": [{"mode": "server", "interaction": [{"code": "transaction"}]}],
            }
        )

    def do_POST(self) -> None:
        """Answer a transaction."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._send(
            {
                "resourceType": "Bundle",
                "type": "transaction-response",
                "entry": [
                    {"response": {"status": "200 OK", "location": e["request"]["url"] + "/_history/1"}}
                    for e in body["entry"]
                ],
            }
        )

    def _send(self, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def serve(queue: Any) -> None:
    """Serve on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    queue.put(server.server_port)
    server.serve_forever()


def main() -> None:
    """Push and post in turns; print the ratio."""
    import requests

    from epicrisis import convert
    from epicrisis.bundle import to_json
    from epicrisis.push import push
    from epicrisis.push.client import Client
    from epicrisis.push.content import Contents
    from epicrisis.push.load import load
    from epicrisis.push.plan import plan

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    process = None
    if not given.server:
        queue: Any = multiprocessing.Queue()
        process = multiprocessing.Process(target=serve, args=(queue,), daemon=True)
        process.start()
        given.server = f"http://127.0.0.1:{queue.get()}/fhir"
    samples = sorted((ROOT / "samples").glob("*.txt")) + sorted((ROOT / "samples").glob("*.md"))
    bundles = [convert(p, validate=False).bundle for p in samples]
    folder = tempfile.TemporaryDirectory()
    source = Path(folder.name)
    for number, bundle in enumerate(bundles):
        (source / f"{number}.json").write_text(to_json(bundle), encoding="utf-8")
    bodies = []
    for bundle in bundles:
        unit = load("", [bundle])
        contents = Contents(unit.texts, "put", r5=False, places={})
        for part in plan(unit.resources, unit.texts, max_entries=100, max_bytes=4_000_000):
            entries = ",".join(contents.entry(r, part, set(), Client(given.server).base) for r in part.resources)
            bodies.append(f'{{"resourceType":"Bundle","type":"transaction","entry":[{entries}]}}'.encode())
    ours, bare = [], []
    for number in range(given.rounds + 1):
        started = time.perf_counter()
        done = push(source, given.server)
        middle = time.perf_counter()
        with requests.Session() as session:
            session.get(f"{given.server}/metadata", timeout=60).json()
            for body in bodies:
                session.post(
                    given.server, data=body, headers={"Content-Type": "application/fhir+json"}, timeout=60
                ).raise_for_status()
        ended = time.perf_counter()
        if not done.ok:
            sys.exit(f"not everything arrived: {done.summary()}")
        if number:  # the first warms up
            ours.append(middle - started)
            bare.append(ended - middle)
    print(
        f"{len(bundles)} bundles, {sum(map(len, bodies)) // 1000} kB; epicrisis push / bare session: "
        f"minimum {min(ours) / min(bare):.2f}, median {statistics.median(ours) / statistics.median(bare):.2f} ({statistics.median(bare) * 1000:.0f} ms bare)"
    )
    folder.cleanup()
    if process:
        process.terminate()


if __name__ == "__main__":
    main()
