"""Credentials: bearer, basic, and SMART Backend Services; never in a log, an error or argv's echo."""

from __future__ import annotations

import base64
import os
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from epicrisis.errors import PushError, UsageError
from epicrisis.push.address import checked
from epicrisis.push.client import Client, Options

Token = Callable[[], str | None]
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def bearer(token: str) -> Token:
    """Return what gives a fixed bearer token."""
    clean = _clean(token, "the token")
    return lambda: f"Bearer {clean}"


def basic(user: str, password: str) -> Token:
    """Return what gives HTTP basic credentials."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return lambda: f"Basic {pair}"


def smart(
    server: str,
    *,
    client_id: str,
    key_file: str,
    scope: str = "system/*.cruds",
    token_url: str | None = None,
    key_id: str | None = None,
    options: Options | None = None,
) -> Token:
    """Return what gets and renews a token by SMART Backend Services (private_key_jwt, RS384 or ES384).

    Source: https://hl7.org/fhir/smart-app-launch/backend-services.html

    Raises:
        UsageError: PyJWT is not installed, or the key cannot be read.
        PushError: the token endpoint refuses, or grants less than *scope*.
    """
    try:
        import jwt
    except ImportError:
        raise UsageError("SMART Backend Services need PyJWT: pip install 'epicrisis[smart]'") from None
    key, algorithm = _private_key(key_file)
    where = options or Options()
    state: dict[str, Any] = {}

    def token() -> str:
        if state.get("until", 0.0) > time.monotonic():
            return str(state["token"])
        url = state.get("url") or _endpoint(server, token_url, where)
        state["url"] = url
        now = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": url,
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 240,
        }
        headers = {"kid": key_id} if key_id else None
        assertion = jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        answer = _post(
            url,
            {
                "grant_type": "client_credentials",
                "scope": scope,
                "client_assertion_type": _ASSERTION,
                "client_assertion": assertion,
            },
            where,
        )
        granted = str(answer.get("scope", "")).split()
        missing = [s for s in scope.split() if s not in granted]
        if missing:
            raise PushError(
                "the token endpoint granted less than was asked for; check the scopes of this client (--smart-scope)"
            )
        state["token"] = f"Bearer {_clean(str(answer.get('access_token', '')), 'the access token')}"
        state["until"] = time.monotonic() + max(5.0, float(answer.get("expires_in", 60)) - 30)
        return str(state["token"])

    return token


def secret(*, file: str | None = None, env: str | None = None) -> str | None:
    """Return a secret from a file or an environment variable.

    Raises:
        UsageError: neither is there.
    """
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{file}: cannot be read") from None
    if env:
        value = os.environ.get(env)
        if value is None:
            raise UsageError(f"the environment has no variable {env}")
        return value.strip()
    return None


def _private_key(key_file: str) -> tuple[Any, str]:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(Path(key_file).read_bytes(), password=None)
    except OSError:
        raise UsageError(f"{key_file}: cannot be read") from None
    except (ValueError, TypeError):
        raise UsageError(f"{key_file}: not an unencrypted PEM private key") from None
    if isinstance(key, rsa.RSAPrivateKey):
        return key, "RS384"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp384r1":
        return key, "ES384"
    raise UsageError(f"{key_file}: SMART wants an RSA key (RS384) or one on the curve P-384 (ES384)")


def _endpoint(server: str, token_url: str | None, options: Options) -> str:
    if token_url:
        return checked(token_url, allow_http=options.allow_http)
    client = Client(server, options)
    body = _json(client, ".well-known/smart-configuration")
    found = str(body.get("token_endpoint", ""))
    url = checked(found, allow_http=options.allow_http) if found else ""
    if not url:
        raise PushError("the server names no token endpoint; give it with --token-url")
    if urlsplit(url).hostname != urlsplit(client.base).hostname:
        raise PushError("the server names a token endpoint on another host; if that is right, give it with --token-url")
    return url


def _json(client: Client, path: str) -> dict[str, Any]:
    session = client._open()
    try:
        got = session.get(
            f"{client.base}/{path}", allow_redirects=False, timeout=30, headers={"Accept": "application/json"}
        )
        body = got.json() if got.status_code == 200 else None
    except Exception as error:
        raise PushError(f"{path}: {type(error).__name__}") from None
    if not isinstance(body, dict):
        raise PushError(f"{path}: HTTP {got.status_code}, no JSON; give the token endpoint with --token-url")
    return body


def _post(url: str, form: dict[str, str], options: Options) -> dict[str, Any]:
    session = Client(url, options)._open()
    try:
        got = session.post(url, data=form, allow_redirects=False, timeout=30, headers={"Accept": "application/json"})
    except Exception as error:
        raise PushError(f"token endpoint: {type(error).__name__}") from None
    try:
        body = got.json()
    except ValueError:
        body = None
    if got.status_code != 200 or not isinstance(body, dict) or not body.get("access_token"):
        reason = str(body.get("error", "")) if isinstance(body, dict) else ""
        shown = reason if re.fullmatch(r"invalid_\w{1,30}|un\w{1,40}|access_denied|server_error", reason) else ""
        raise PushError(f"token endpoint: HTTP {got.status_code} {shown}".rstrip())
    return body


def _clean(value: str, what: str) -> str:
    if not value or any(c in value for c in "\r\n\0") or not value.isascii():
        raise UsageError(f"{what} is empty, or has characters that no header may have")
    return value
