"""Nothing secret, and nothing of the patient, leaves by any other way than the push itself."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from epicrisis.errors import EpicrisisError
from epicrisis.push import Options, push
from epicrisis.push.auth import basic, bearer

from .fake import Fake

trustme = pytest.importorskip("trustme", reason="trustme is not installed (extra `test`)")

TOKEN = "kn4ry-token-5d1f"
CREDENTIALS: dict[str, tuple[Callable[[], str | None] | None, dict[str, str]]] = {
    "bearer": (bearer(TOKEN), {}),
    "basic": (basic("kn4ry-user-77aa", TOKEN), {}),
    "api key": (None, {"X-API-Key": TOKEN}),
    "cookie": (None, {"Cookie": f"session={TOKEN}"}),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a certificate authority, and the file that trusts it."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path_factory.mktemp("ca") / "ca.pem"))
    return made


def tls(authority: Any) -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.mark.parametrize("credential", list(CREDENTIALS))
@pytest.mark.parametrize("target", ["same origin", "other port", "other host", "https to http"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_gets_a_byte(authority: Any, tmp_path: Path, status: int, target: str, credential: str) -> None:
    """Whatever the code, the place and the credential: the push stops, and nothing is sent on."""
    token, headers = CREDENTIALS[credential]
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    secure = target == "https to http"
    with Fake() as other, Fake(tls=tls(authority) if secure else None) as server:
        place = {
            "same origin": server.url.removesuffix("/fhir") + "/elsewhere",
            "other host": other.url.replace("127.0.0.1", "localhost"),
        }.get(target, other.url)
        server.script = [("redirect", status, place)]
        with pytest.raises(EpicrisisError, match="redirects") as caught:
            push(
                planted(),
                server.url,
                token=token,
                options=Options(retries=1, backoff=0.01, headers=headers, ca=str(ca) if secure else None),
            )
        assert not other.seen
        assert [path for _, path, _, _ in server.seen] == ["/fhir/metadata", "/fhir"]
        assert "kn4ry" not in str(caught.value)


CANARIES = [f"kn4ry-{name}-{n}" for n in range(5) for name in ("name", "quote", "identifier", "address", "note")]


def planted() -> dict[str, Any]:
    """Return a bundle with a canary in every place where a patient's words may stand."""
    c = iter(CANARIES)
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": "urn:x", "value": next(c)}],
        "name": [{"family": next(c), "given": [next(c)]}],
        "address": [{"line": [next(c)], "city": next(c)}],
        "telecom": [{"value": next(c)}],
        "text": {"status": "generated", "div": f"<div>{next(c)}</div>"},
    }
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1", "display": next(c)},
        "code": {"text": next(c)},
        "note": [{"text": next(c)}],
        "identifier": [{"value": next(c)}],
        "stage": [{"summary": {"text": next(c)}}],
        "recordedDate": "2017-kn4ry",
    }
    document = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "subject": {"reference": "Patient/p1"},
        "description": next(c),
        "content": [{"attachment": {"title": next(c), "data": next(c)}}],
    }
    observation = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": next(c)},
        "valueString": next(c),
        "note": [{"text": next(c)}],
        "subject": {"reference": "Patient/p1"},
        "bodySite": {"text": next(c)},
        "performer": [{"display": next(c)}],
        "interpretation": [{"text": next(c)}],
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:x:{r['id']}", "resource": r} for r in (patient, condition, document, observation)],
    }


FAULTS = [
    "reset-before",
    "reset-after",
    "cut-headers",
    "cut-body",
    "empty",
    "html",
    "fewer",
    "echo",
    400,
    401,
    403,
    404,
    405,
    409,
    410,
    412,
    413,
    415,
    422,
    429,
    500,
    501,
    503,
    ("retry", 503, "kn4ry-token-5d1f"),
    ("entry", 1, 422),
    ("entry", 2, 500),
    ("redirect", 302, "http://localhost/kn4ry-note-0"),
]


@pytest.mark.parametrize("mode", ["put", "conditional", "each"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_no_failure_shows_a_canary(tmp_path: Path, fault: Any, mode: str) -> None:
    """Not in what is printed, logged at any level, raised, journalled or reported."""
    shown = io.StringIO()
    with Fake() as server, listening(shown):
        server.script = [fault] * 40
        server.words = json.dumps(planted()) + TOKEN
        try:
            report = push(
                planted(),
                server.url,
                mode=mode,
                token=bearer(TOKEN),
                resume=str(tmp_path / "journal"),
                verify=True,
                options=Options(retries=1, backoff=0.001, longest_wait=0.01, timeout=5),
            )
            shown.write(report.to_json() + report.summary() + repr(report))
        except EpicrisisError:
            shown.write(traceback.format_exc())
    shown.write((tmp_path / "journal").read_text(encoding="utf-8"))
    assert "kn4ry" not in shown.getvalue()
    assert shown.getvalue()


@pytest.mark.parametrize(
    "fault", ["reset-before", "html", "echo", 401, 422, 503, ("entry", 1, 422), "cut-body"], ids=str
)
def test_the_command_shows_no_canary(tmp_path: Path, fault: Any) -> None:
    """Neither on stdout or stderr, nor in the report or the journal."""
    (tmp_path / "b.json").write_text(json.dumps(planted()), encoding="utf-8")
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    with Fake() as server:
        server.script = [fault] * 40
        server.words = json.dumps(planted()) + TOKEN
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "epicrisis",
                "push",
                str(tmp_path / "b.json"),
                "--server",
                server.url,
                "--token-file",
                str(tmp_path / "token"),
                "--retries",
                "0",
                "--report",
                str(tmp_path / "report"),
                "--resume",
                str(tmp_path / "journal"),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 4
    left = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "report", tmp_path / "journal") if p.exists())
    assert "kn4ry" not in done.stdout + done.stderr + left
    assert "Traceback" not in done.stderr


class listening:  # noqa: N801 - reads as a statement
    """Catch what is printed, and what any logger says at its most verbose."""

    def __init__(self, into: io.StringIO) -> None:
        """Write all of it *into* one text."""
        self._into = into

    def __enter__(self) -> None:
        """Listen."""
        self._handler = logging.StreamHandler(self._into)
        self._before = logging.root.level
        logging.root.addHandler(self._handler)
        logging.root.setLevel(1)
        self._out: list[Any] = [redirect_stdout(self._into), redirect_stderr(self._into)]
        for one in self._out:
            one.__enter__()

    def __exit__(self, *error: object) -> None:
        """Stop."""
        for one in reversed(self._out):
            one.__exit__(*error)
        logging.root.removeHandler(self._handler)
        logging.root.setLevel(self._before)
