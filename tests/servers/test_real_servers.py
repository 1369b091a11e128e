"""On real servers a push arrives once, whole, and only where it should."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from epicrisis import convert
from epicrisis.errors import PushError
from epicrisis.push import Options, push
from epicrisis.push.auth import bearer, smart
from support import ROOT


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    """Return the bundle of a sample."""
    return convert(ROOT / "samples" / "leiomyosarcoma.txt", validate=False).bundle


def count(server: str, kind: str) -> int:
    """Return how many resources of a type the server has."""
    with urllib.request.urlopen(f"{server}/{kind}?_summary=count", timeout=30) as answer:  # noqa: S310
        return int(json.load(answer)["total"])


@pytest.mark.parametrize("limit", [8, 25, 100])
def test_hapi_has_everything_once_after_any_number_of_pushes(hapi: str, bundle: dict[str, Any], limit: int) -> None:
    """Transactions of any size, pushed again, read back equal."""
    done = push(bundle, hapi, max_entries=limit, verify=True)
    assert done.ok, done.failed[:3]
    assert done.verified == len(bundle["entry"])
    assert count(hapi, "Observation") == sum(e["resource"]["resourceType"] == "Observation" for e in bundle["entry"])


def test_hapi_takes_conditional_creates_once(hapi: str) -> None:
    """Pushed twice, found by identifier, there once."""
    text = "A 61-year-old man had colon cancer, pT3N1aM0. He received capecitabine 1250 mg/m2 from April 2020."
    other = convert(text, validate=False).bundle
    first = push(other, hapi, mode="conditional", max_entries=10)
    before = count(hapi, "Condition")
    second = push(other, hapi, mode="conditional", max_entries=10)
    assert first.ok, first.failed[:3]
    assert second.ok
    assert second.created == 0
    assert count(hapi, "Condition") == before


def test_a_server_without_transactions_is_served_one_by_one(plain: str, bundle: dict[str, Any]) -> None:
    """Mode `put` refuses before anything is sent; mode `each` puts all of it there."""
    with pytest.raises(PushError, match="--mode each"):
        push(bundle, plain)
    with urllib.request.urlopen(f"{plain}/metadata", timeout=30) as answer:  # noqa: S310
        known = {r["type"] for r in json.load(answer)["rest"][0]["resource"]}
    done = push(bundle, plain, mode="each", verify=True)
    # this server has a few types only: each refused entry is named, and all others are there
    assert {f.target.partition("/")[0] for f in done.failed}.isdisjoint(known)
    assert done.verified == sum(e["resource"]["resourceType"] in known for e in bundle["entry"])


@pytest.mark.parametrize("mode", ["put", "conditional"])
def test_the_limits_of_medplum_are_found(medplum: str, bundle: dict[str, Any], mode: str) -> None:
    """A transaction that it finds too large is sent again in smaller parts."""
    done = push(bundle, medplum, mode=mode)
    assert done.ok, done.failed[:3]
    again = push(bundle, medplum, mode=mode)
    assert again.ok
    assert again.created == 0


def test_tls_is_verified_and_a_client_certificate_shown(front: tuple[dict[str, str], Path], bundle: dict[str, Any]) -> None:
    """Without the CA nothing is sent; with it, and with the client's certificate, all arrives."""
    urls, folder = front
    with pytest.raises(PushError, match="certificate"):
        push(bundle, urls["tls"], options=Options(retries=0))
    trusted = Options(ca=str(folder / "ca.pem"))
    assert push(bundle, urls["tls"], options=trusted).ok
    with pytest.raises(PushError):
        push(bundle, urls["mtls"], options=Options(ca=str(folder / "ca.pem"), retries=0))
    assert push(bundle, urls["mtls"], options=Options(ca=str(folder / "ca.pem"), cert=str(folder / "client.pem"), key=str(folder / "client.key"))).ok


def test_what_stands_in_front_is_understood(front: tuple[dict[str, str], Path], bundle: dict[str, Any]) -> None:
    """Tokens, small bodies, login pages and redirects."""
    urls, _ = front
    with pytest.raises(PushError, match="401"):
        push(bundle, urls["http"] + "/bearer", token=bearer("bad"))
    assert push(bundle, urls["http"] + "/bearer", token=bearer("good")).ok
    assert push(bundle, urls["http"] + "/small").ok
    with pytest.raises(PushError):
        push(bundle, urls["http"] + "/login")
    with pytest.raises(PushError, match="redirects"):
        push(bundle, urls["http"] + "/redirect")


@pytest.mark.parametrize("name", ["ec1", "rs1"])
def test_smart_backend_services_get_a_token(front: tuple[dict[str, str], Path], oauth: tuple[str, Path], bundle: dict[str, Any], name: str) -> None:
    """ES384 and RS384 assertions are exchanged for a token that opens the server."""
    issuer, keys = oauth
    server = front[0]["http"] + "/jwt"
    token = smart(server, client_id="push-jwt", key_file=str(keys / f"{name}.pem"), key_id=name, token_url=f"{issuer}/token")
    assert push(bundle, server, token=token).ok


def test_less_than_the_asked_scope_is_refused(oauth: tuple[str, Path]) -> None:
    """A token without the scopes that were asked for is not used."""
    issuer, keys = oauth
    token = smart("https://fhir.invalid", client_id="push-jwt", key_file=str(keys / "ec1.pem"), key_id="ec1", token_url=f"{issuer}/token", scope="system/Foo.cruds")
    with pytest.raises(PushError):
        token()


def test_the_command_pushes_reports_and_resumes(hapi: str, tmp_path: Path) -> None:
    """Exit code 0, a report, and a second run that sends nothing."""
    report, journal = tmp_path / "report.json", tmp_path / "journal"
    source = ROOT / "samples" / "lung_board.r4.json"
    for skipped in (False, True):
        done = subprocess.run([sys.executable, "-m", "epicrisis", "push", str(source), "--server", hapi, "--resume", str(journal), "--report", str(report)],
                              capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        found = json.loads(report.read_text(encoding="utf-8"))
        assert found["ok"]
        assert (found["skipped"] == found["entries"]) is skipped
