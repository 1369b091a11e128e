"""Killed, cut off or pushed ten times at once: what a real server has is the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis import convert
from epicrisis.errors import PushError
from epicrisis.push import Options, PushReport, push
from support import ROOT

from .conftest import SERVERS, expected, free_port, need, start, stop, there
from .proxy import Proxy

KILLS = int(os.environ.get("EPICRISIS_KILLS", "100"))
PATIENT = Options(backoff=0.1, longest_wait=2, retries=8)


@pytest.fixture(scope="module")
def text() -> str:
    """Return the bundle of a sample as JSON."""
    return convert(ROOT / "samples" / "breast_letter.txt", validate=False).to_json()


def fresh(text: str, number: int) -> dict[str, Any]:
    """Return the bundle under ids that no other test uses."""
    import re
    import uuid

    return dict(
        json.loads(
            re.sub(
                r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                lambda m: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {m[0]}")),
                text,
            )
        )
    )


def test_a_client_killed_at_any_moment_loses_and_doubles_nothing(hapi: str, text: str, tmp_path: Path) -> None:
    """kill -9 of the client, again and again; the last run finds the rest."""
    dice = random.Random(7)  # noqa: S311
    killed = number = 0
    length = 3.0
    while killed < KILLS:
        number += 1
        bundle = fresh(text, number)
        (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
        journal = tmp_path / f"journal-{number}"
        command = [
            sys.executable,
            "-m",
            "epicrisis",
            "push",
            str(tmp_path / "bundle.json"),
            "--server",
            hapi,
            "--max-entries",
            "4",
            "--resume",
            str(journal),
        ]
        begun = time.monotonic()
        while True:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(dice.uniform(0.25, max(0.4, length)))
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        if process.returncode == 0 and number == 1:
            length = min(3.0, time.monotonic() - begun)
        done = push(bundle, hapi, verify=True, resume=str(journal))
        assert done.ok, done.failed[:3]
        assert done.verified == len(bundle["entry"])
        assert there(hapi, bundle) == expected(bundle)


def test_answers_lost_after_the_commit_double_nothing(hapi: str, text: str) -> None:
    """Twenty times the server did it and the client did not hear; each time there is one copy."""
    dropped = 0
    for number in range(10):
        bundle = fresh(text, 1000 + number)
        mode = ("put", "conditional")[number % 2]
        with Proxy(
            hapi.removeprefix("http://").removesuffix("/fhir"), drop={0, 2}, cut=(0, 150)[number % 4 // 2]
        ) as proxy:
            done = push(bundle, f"http://127.0.0.1:{proxy.port}/fhir", mode=mode, max_entries=15, options=PATIENT)
            dropped += proxy.dropped
        assert done.ok, done.failed[:3]
        if mode == "put":
            assert there(hapi, bundle) == expected(bundle)
        else:
            again = push(bundle, hapi, mode=mode, max_entries=15)
            assert again.created == 0
    assert dropped >= 20


def test_ten_pushes_at_once_leave_one_copy(hapi: str, text: str) -> None:
    """Ten clients push one bundle at the same time."""
    bundle = fresh(text, 2000)
    reports: list[PushReport | PushError] = []

    def one() -> None:
        try:
            reports.append(push(bundle, hapi, options=PATIENT))
        except PushError as error:
            reports.append(error)

    threads = [threading.Thread(target=one) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert [r for r in reports if isinstance(r, PushError) or not r.ok] == []
    assert there(hapi, bundle) == expected(bundle)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Any]:
    """Return what starts a HAPI server on one file database, and starts it again."""
    need("java", "bash")
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def run() -> tuple[str, subprocess.Popen[bytes]]:
        url = f"http://127.0.0.1:{port}/fhir"
        running.append(
            start(
                ["bash", str(SERVERS / "hapi" / "run.sh"), str(port), f"-Ddb={tmp_path / 'db'}"],
                f"{url}/metadata",
                tmp_path / "log",
                SERVERS / "hapi",
            )
        )
        return url, running[-1]

    yield run
    for process in running:
        stop(process)


def push_without_end(bundle: dict[str, Any], text: str, url: str, journal: str) -> None:
    """Push the bundle, and others after it, until the server is gone."""
    for number in range(200):
        push(
            fresh(text, 3100 + number) if number else bundle,
            url,
            max_entries=12,
            options=Options(retries=1, backoff=0.1),
            resume=journal,
        )


def test_a_server_killed_within_a_transaction_has_it_all_in_the_end(mortal: Any, text: str, tmp_path: Path) -> None:
    """The server dies while it writes; it comes back, the push is resumed, and nothing is missing or double."""
    url, process = mortal()
    bundle = fresh(text, 3000)
    push(fresh(text, 2999), url)  # warm
    journal = str(tmp_path / "journal")
    for moment in (0.05, 0.4):
        killer = threading.Timer(moment, process.kill)
        killer.start()
        with pytest.raises(PushError):
            push_without_end(bundle, text, url, journal)
        killer.join()
        process.wait(20)
        url, process = mortal()
    done = push(bundle, url, max_entries=12, resume=journal, verify=True)
    assert done.ok, done.failed[:3]
    assert done.verified == len(bundle["entry"])
    assert there(url, bundle) == expected(bundle)
