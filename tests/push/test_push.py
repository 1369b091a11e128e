"""A push is done once, all of it, and leaks nothing, whatever the server does."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from epicrisis import convert
from epicrisis.errors import InvalidResource, PushError, UsageError
from epicrisis.push import Options, dry_run, push
from support import ROOT

from .fake import Fake

QUICK = Options(backoff=0.01, longest_wait=1.0, timeout=5, retries=4)


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    """Return the bundle of a sample."""
    return convert(ROOT / "samples" / "leiomyosarcoma.txt", validate=False).bundle


def test_everything_arrives_once_and_a_second_push_changes_nothing(bundle: dict[str, Any]) -> None:
    """The second run finds every resource there, and makes no new version."""
    with Fake() as server:
        first = push(bundle, server.url, options=QUICK, verify=True)
        assert first.ok
        assert first.created == len(bundle["entry"]) == len(server.store) == first.verified
        second = push(bundle, server.url, options=QUICK)
        assert second.ok
        assert second.created == 0
        assert set(server.versions.values()) == {1}


@pytest.mark.parametrize("mode", ["put", "conditional", "each"])
@pytest.mark.parametrize("limit", [8, 25, 50, None])
def test_limits_of_servers_are_met_by_splitting(bundle: dict[str, Any], mode: str, limit: int | None) -> None:
    """No reference dangles, nothing is missing, and nothing is there twice."""
    with Fake(limit=limit, transactions=mode != "each") as server:
        for _ in range(2):
            done = push(bundle, server.url, mode=mode, options=QUICK)
            assert done.ok, done.failed[:3]
            assert len(server.store) == len(bundle["entry"])
        if mode != "conditional":
            assert not _dangling(server.store)


@pytest.mark.parametrize(
    "fault",
    [
        "reset-before",
        "reset-after",
        "cut-headers",
        "cut-body",
        "empty",
        503,
        502,
        504,
        429,
        ("retry", 429, "0"),
        ("retry", 503, "Wed, 21 Oct 2015 07:28:00 GMT"),
        "fewer",
        ("entry", 3, 429),
        ("entry", 0, 503),
    ],
)
@pytest.mark.parametrize("mode", ["put", "conditional"])
def test_faults_lose_nothing_and_double_nothing(bundle: dict[str, Any], fault: Any, mode: str) -> None:
    """After any single fault everything is on the server exactly once."""
    with Fake() as server:
        server.script = [fault]
        done = push(bundle, server.url, mode=mode, max_entries=20, options=QUICK)
        assert done.ok, (fault, done.failed[:3], done.summary())
        assert len(server.store) == len(bundle["entry"])


@pytest.mark.parametrize("mode", ["put", "conditional"])
def test_what_a_dying_server_forgets_is_sent_again(bundle: dict[str, Any], mode: str) -> None:
    """A server that took a part and dies with it still in memory has everything in the end, counted once."""
    with Fake() as server:
        server.script = [None, None, "dies"]
        done = push(bundle, server.url, mode=mode, max_entries=15, verify=mode == "put", options=QUICK)
        assert done.ok, done.failed[:3]
        assert len(server.store) == len(bundle["entry"])
        assert (done.done, done.created) == (len(bundle["entry"]), len(bundle["entry"]))


def test_what_a_server_forgot_between_two_runs_is_sent_again(bundle: dict[str, Any], tmp_path: Path) -> None:
    """The journal names it as done, and the server lost it: the next run sees that."""
    journal = str(tmp_path / "push.journal")
    with Fake() as server:
        assert push(bundle, server.url, max_entries=15, resume=journal, options=QUICK).ok
        for name in list(server.store)[-7:]:
            del server.store[name]
        for _ in range(2):
            done = push(bundle, server.url, max_entries=15, resume=journal, options=QUICK)
            assert done.ok
            assert len(server.store) == len(bundle["entry"])
        assert (done.done, done.skipped) == (0, len(bundle["entry"]))


def test_a_killed_run_goes_on_where_it_stopped(bundle: dict[str, Any], tmp_path: Path) -> None:
    """What the journal names is not sent again; the journal holds no content."""
    journal = tmp_path / "push.journal"
    with Fake() as server:
        server.script = [None, None, 503, 503]
        with pytest.raises(PushError):
            push(bundle, server.url, max_entries=15, resume=str(journal), options=Options(retries=1, backoff=0.01))
        there = len(server.store)
        assert 0 < there < len(bundle["entry"])
        with journal.open("a", encoding="utf-8") as file:
            file.write('{"id": "Obs')  # torn by the kill
        done = push(bundle, server.url, max_entries=15, resume=str(journal), options=QUICK)
        assert done.ok
        assert done.skipped == there
        assert set(server.versions.values()) == {1}
        before = len(server.seen)
        again = push(bundle, server.url, max_entries=15, resume=str(journal), options=QUICK)
        assert again.skipped == len(bundle["entry"])
        assert {method for method, *_ in server.seen[before:]} == {"GET"}
    words = journal.read_text(encoding="utf-8")
    assert "leiomyosarcoma" not in words
    assert "anlotinib" not in words.lower()


@pytest.mark.parametrize(
    ("server", "options"),
    [
        (Fake(version="3.0.2"), {}),
        (Fake(version="5.0.0"), {}),
        (Fake(version="4.3.0"), {}),
        (Fake(transactions=False), {}),
    ],
)
def test_nothing_leaves_for_a_server_that_does_not_fit(
    bundle: dict[str, Any], server: Fake, options: dict[str, Any]
) -> None:
    """Wrong versions and missing transactions are found before patient data is sent."""
    with server:
        with pytest.raises(PushError, match="Nothing was sent"):
            push(bundle, server.url, options=QUICK, **options)
        assert all(path.endswith("/metadata") for _, path, _, _ in server.seen)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(bundle: dict[str, Any], status: int) -> None:
    """Neither a body nor a token reaches another place."""
    with Fake() as other, Fake() as server:
        server.script = [("redirect", status, other.url)]
        with pytest.raises(PushError, match="redirects"):
            push(bundle, server.url, options=QUICK, token=lambda: "Bearer secret-token")
        assert not other.seen
        assert len(server.seen) == 2


def test_an_html_page_is_no_success(bundle: dict[str, Any]) -> None:
    """A login page with status 200 stops the push."""
    with Fake() as server:
        server.script = ["html"]
        with pytest.raises(PushError, match="HTML"):
            push(bundle, server.url, options=QUICK)
        assert not server.store


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_end_the_push_at_once(bundle: dict[str, Any], status: int) -> None:
    """They are not tried again, and not shown."""
    with Fake() as server:
        server.script = [status] * 9
        with pytest.raises(PushError) as caught:
            push(bundle, server.url, options=QUICK, token=lambda: "Bearer secret-token")
        assert "secret-token" not in str(caught.value)
        assert len(server.seen) == 2


def test_refused_entries_are_named_without_the_servers_words(bundle: dict[str, Any]) -> None:
    """The report has code and place; what the server says of the patient stays out."""
    with Fake() as server:
        server.script = [("entry", 2, 422)]
        done = push(bundle, server.url, options=QUICK)
        assert not done.ok
        assert [f.status for f in done.failed] == ["422"]
        assert done.failed[0].issues == ["invalid Observation.status"]
        assert "JANE" not in done.to_json()


def test_a_resource_at_which_the_server_fails_does_not_hold_up_the_others(bundle: dict[str, Any]) -> None:
    """It is found by sending smaller parts, and named, with what refers to it; all others arrive."""
    bad = next(e["resource"]["id"] for e in bundle["entry"] if e["resource"]["resourceType"] == "AdverseEvent")
    with Fake(fails_at=bad) as server:
        done = push(bundle, server.url, options=QUICK)
        referring = [
            f"{r['resourceType']}/{r['id']}"
            for r in (e["resource"] for e in bundle["entry"])
            if bad in str(r) and r["id"] != bad
        ]
        assert [(f.target, f.status) for f in done.failed] == [
            (f"AdverseEvent/{bad}", "500"),
            *((name, "400") for name in referring),
        ]
        assert len(server.store) == len(bundle["entry"]) - len(done.failed)


def test_a_server_that_fails_at_everything_is_left_alone(bundle: dict[str, Any]) -> None:
    """After a few resources in a row it is the server, not the resource."""
    with Fake(fails_at="resourceType") as server:
        with pytest.raises(PushError, match="one resource after the other"):
            push(bundle, server.url, options=QUICK)
        assert len(server.seen) < 100


def test_a_netrc_does_not_replace_the_token(
    bundle: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials and proxies of the environment are off unless asked for."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login eve password evil\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Fake() as server:
        assert push(bundle, server.url, options=QUICK, token=lambda: "Bearer right").ok
        assert {h.get("Authorization") for _, _, h, _ in server.seen} == {"Bearer right"}


@pytest.mark.parametrize(
    "url",
    [
        "http://hospital.example/fhir",
        "https://user:secret@host/fhir",
        "ftp://host/fhir",
        "https://host/fhir?x=1",
        "nonsense",
    ],
)
def test_addresses_that_would_leak_are_refused(bundle: dict[str, Any], url: str) -> None:
    """Plain http to another host, credentials and queries in the URL are usage errors."""
    with pytest.raises(UsageError) as caught:
        push(bundle, url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b""]
)
def test_a_server_that_drips_meets_the_deadline(start: bytes) -> None:
    """The time limit is that of the whole request, not of each read: in the headers, the body, or before both."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            with listener.accept()[0] as connection:
                connection.recv(9999)
                try:
                    connection.sendall(start)
                    while not over.wait(0.05):
                        if start:
                            connection.sendall(b"x")
                except OSError:
                    pass

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(PushError, match="--timeout"):
            push(
                {"resourceType": "Patient", "id": "x"},
                f"http://127.0.0.1:{listener.getsockname()[1]}",
                options=Options(timeout=1, retries=0),
            )
        assert time.monotonic() - started < 4
        over.set()
        thread.join(10)


def test_a_dry_run_sends_nothing_and_shows_no_content(bundle: dict[str, Any]) -> None:
    """Method, ids and sizes only."""
    lines = dry_run(bundle, "https://fhir.invalid/r4", max_entries=25)
    text = "\n".join(lines)
    assert sum(line.strip().startswith("PUT") for line in lines) >= len(bundle["entry"])
    assert "leiomyosarcoma" not in text
    assert "female" not in text


def test_folders_and_ndjson_are_read(bundle: dict[str, Any], tmp_path: Path) -> None:
    """A folder of bundles and a file per type push the same resources."""
    from epicrisis.bundle import to_json

    (tmp_path / "a.json").write_text(to_json(bundle), encoding="utf-8")
    (tmp_path / "a.issues.json").write_text(
        json.dumps({"resourceType": "OperationOutcome", "issue": []}), encoding="utf-8"
    )
    with Fake() as server:
        done = push(tmp_path, server.url, options=QUICK)
        assert done.entries == len(bundle["entry"])


def _dangling(store: dict[str, dict[str, Any]]) -> list[str]:
    text = json.dumps(store)
    import re

    return [r for r in re.findall(r'"reference": "([A-Z]\w+/[^"]+)"', text) if r not in store]


def test_what_is_no_fhir_is_told_with_its_name(tmp_path: Path) -> None:
    """So that of many files the wrong one can be found."""
    file = tmp_path / "notes.json"
    file.write_text('{"input": "a.txt"}')
    with pytest.raises(InvalidResource, match=r"notes\.json: not FHIR JSON"):
        dry_run(str(file), "https://fhir.example.org")
