"""Tokens are asked for where the server says, renewed in time, and refused when they allow too little."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from epicrisis.errors import PushError, UsageError
from epicrisis.push.auth import basic, bearer, secret, smart

jwt = pytest.importorskip("jwt", reason="PyJWT is not installed (extra `smart`)")


class Endpoint:
    """A FHIR server's discovery and token endpoints; `answers` and `configuration` are what they say."""

    def __init__(self) -> None:
        """Listen on a free port of the loopback."""
        endpoint = self
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._send(200 if endpoint.configuration is not None else 404, endpoint.configuration)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                endpoint.asked.append({k: v[0] for k, v in parse_qs(body).items()})
                self._send(*(endpoint.answers.pop(0) if endpoint.answers else (200, granted())))

            def _send(self, status: int, body: Any) -> None:
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.configuration: Any = {"token_endpoint": f"{self.url}/token"}
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


def granted(**changes: Any) -> dict[str, Any]:
    return {"access_token": "t0ken", "token_type": "bearer", "expires_in": 300, "scope": "system/*.cruds", **changes}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """Return the endpoints, running."""
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture(scope="module", params=["RS384", "ES384"])
def key(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any, str]:
    """Return a private key's file, its public key, and the algorithm it is for."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    made: Any = (
        rsa.generate_private_key(65537, 2048) if request.param == "RS384" else ec.generate_private_key(ec.SECP384R1())
    )
    file = tmp_path_factory.mktemp("keys") / f"{request.param}.pem"
    file.write_bytes(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(file), made.public_key(), request.param


def test_the_endpoint_is_discovered_and_the_assertion_is_right(endpoint: Endpoint, key: tuple[str, Any, str]) -> None:
    """Claims as SMART Backend Services has them, signed with the key's algorithm, valid five minutes at most."""
    file, public, algorithm = key
    assert smart(endpoint.url, client_id="me", key_file=file, key_id="k1")() == "Bearer t0ken"
    form = endpoint.asked[0]
    assert form["grant_type"] == "client_credentials"
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = jwt.decode(form["client_assertion"], public, algorithms=[algorithm], audience=f"{endpoint.url}/token")
    assert claims["iss"] == claims["sub"] == "me"
    assert claims["exp"] - claims["iat"] <= 300
    assert claims["jti"]
    assert jwt.get_unverified_header(form["client_assertion"])["kid"] == "k1"


def test_a_token_is_kept_until_it_ends_and_then_renewed(
    endpoint: Endpoint, key: tuple[str, Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request for many calls; another one, with an assertion of its own, when the time is over."""
    import time

    token = smart(endpoint.url, client_id="me", key_file=key[0])
    for _ in range(5):
        token()
    assert len(endpoint.asked) == 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 280)
    token()
    assert len(endpoint.asked) == 2
    assert endpoint.asked[0]["client_assertion"] != endpoint.asked[1]["client_assertion"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, granted(scope="system/Patient.r")), "less than was asked for"),
        ((200, {k: v for k, v in granted().items() if k != "scope"}), "less than was asked for"),
        ((200, granted(access_token="")), "token endpoint"),
        ((400, {"error": "invalid_client", "error_description": "s3cret"}), "invalid_client"),
        ((400, {"error": "s3cret words"}), "HTTP 400"),
        ((302, {}), "HTTP 302"),
        ((200, b"<html>s3cret</html>"), "token endpoint"),
    ],
)
def test_what_is_not_a_good_token_is_refused(
    endpoint: Endpoint, key: tuple[str, Any, str], answer: tuple[int, Any], says: str
) -> None:
    """With a message that quotes no answer."""
    endpoint.answers = [answer]
    with pytest.raises(PushError, match=says) as caught:
        smart(endpoint.url, client_id="me", key_file=key[0])()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("configuration", "says"),
    [
        (None, "--token-url"),
        ({}, "--token-url"),
        ({"token_endpoint": "https://elsewhere.example/token"}, "another host"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "http"),
        ({"token_endpoint": "ftp://127.0.0.1/token"}, "base URL"),
    ],
)
def test_an_assertion_goes_only_where_it_should(
    endpoint: Endpoint, key: tuple[str, Any, str], configuration: Any, says: str
) -> None:
    """Not to another host that a configuration names, and not over plain http."""
    endpoint.configuration = configuration
    with pytest.raises((PushError, UsageError), match=says):
        smart(endpoint.url, client_id="me", key_file=key[0])()
    assert not endpoint.asked


def test_keys_that_smart_does_not_know_are_refused(tmp_path: Path) -> None:
    """Another curve, no key, or no file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    other = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "p256.pem").write_bytes(
        other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (tmp_path / "none.pem").write_text("nothing", encoding="utf-8")
    for name, says in (("p256.pem", "P-384"), ("none.pem", "PEM"), ("missing.pem", "read")):
        with pytest.raises(UsageError, match=says):
            smart("https://fhir.example", client_id="me", key_file=str(tmp_path / name))


def test_simple_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bearer, basic, and secrets from files and the environment, without the line's end."""
    (tmp_path / "token").write_text("abc\n", encoding="utf-8")
    monkeypatch.setenv("MY_TOKEN", "def")
    assert bearer(secret(file=str(tmp_path / "token")) or "")() == "Bearer abc"
    assert secret(env="MY_TOKEN") == "def"
    assert secret() is None
    assert base64.b64decode((basic("u", "pä")() or "").removeprefix("Basic ")).decode() == "u:pä"
    for bad in ("", "a\r\nX: y", "ü"):
        with pytest.raises(UsageError):
            bearer(bad)
    with pytest.raises(UsageError):
        secret(file=str(tmp_path / "missing"))
