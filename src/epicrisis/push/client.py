"""HTTP to one FHIR server: no redirects, one origin, a deadline over all, bounded answers.

`requests` follows redirects (and turns a POST into a GET), lets `.netrc` override a bearer token,
counts its timeout per read, and returns an answer that was cut in its headers as an empty 200.
Here none of that can happen: see `request`.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from epicrisis.errors import PushError
from epicrisis.push.address import checked, retry_after
from epicrisis.push.report import issues_of
from epicrisis.version import __version__

_REPEAT = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONFLICTS = 3  # how often what may be the request's own fault is tried again
_LIMIT = 64_000_000  # bytes of one answer
FHIR_JSON = "application/fhir+json"


@dataclass(slots=True)
class Options:
    """How to talk to the server."""

    timeout: float = 120.0  # seconds for one request, all of it
    retries: int = 5
    backoff: float = 1.0  # first wait; doubles, with jitter
    longest_wait: float = 120.0  # cap of a wait, also of Retry-After
    allow_http: bool = False
    ca: str | None = None  # file of certificates to trust
    cert: str | None = None  # client certificate, with `key`
    key: str | None = None
    proxy_from_environment: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Answer:
    """What came back; `body` is None where it was not FHIR JSON."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def ok(self) -> bool:
        """Say whether the status is 2xx."""
        return 200 <= self.status < 300


class Unknown(PushError):
    """The server may or may not have done what was asked: a cut, empty or unreadable answer."""


class Forbidden(PushError):
    """The credentials are good, but not for this (HTTP 403)."""


class Client:
    """A session with one server."""

    def __init__(
        self, server: str, options: Options | None = None, token: Callable[[], str | None] | None = None
    ) -> None:
        """Check the address; nothing is sent yet.

        Raises:
            UsageError: not an http(s) URL, one with credentials or a query, or http to another host.
        """
        self.options = options or Options()
        self.base = checked(server, allow_http=self.options.allow_http)
        self._token = token
        self._session: Any = None
        self.sent = 0
        self.retried = 0
        self.returned: Callable[[], object] | None = None  # called when the server was away and is back

    def request(
        self, method: str, path: str, body: str | Callable[[], str] | None = None, *, safe: bool = True
    ) -> Answer:
        """Send one request, and again while that is safe and may help; a *body* that is called is made anew each time.

        Raises:
            Unknown: a success whose answer cannot be read, after the retries.
            PushError: the server cannot be reached, redirects, or refuses the credentials.
        """
        problem = ""
        away = False
        for attempt in range(self.options.retries + 1):
            wait: float | None = None
            if attempt:
                self.retried += 1
            try:
                if away and self.returned:
                    away = not self._is_back()
                answer = self._once(method, path, body() if callable(body) else body)
            except _Broken as error:
                problem = str(error)
                answer = None
                away = True
            if answer is not None:
                if answer.ok and (answer.body is not None or method in ("DELETE", "HEAD") or answer.status == 204):
                    return answer
                if answer.ok:
                    problem = f"HTTP {answer.status} without readable FHIR"
                    if answer.headers.get("content-type", "").startswith("text/html"):
                        raise PushError(
                            f"{self._name(method, path)}: an HTML page came back (a login page?); check the URL and the credentials"
                        )
                elif answer.status == 500 and answer.body is not None and attempt >= _CONFLICTS:
                    return answer  # the server says that it fails at this, not that it is down
                elif answer.status in _REPEAT:
                    away = away or answer.status in (502, 504)  # said by what stands before the server
                    problem = f"HTTP {answer.status}"
                    wait = retry_after(answer.headers.get("retry-after"))
                elif answer.status == 409 and attempt < _CONFLICTS:
                    problem = "HTTP 409"  # another client wrote at the same moment
                else:
                    return answer
            if not safe or attempt == self.options.retries:
                break
            time.sleep(self._pause(attempt, wait))
        kind = Unknown if "without readable" in problem or "cut" in problem or "answer" in problem else PushError
        raise kind(
            f"{self._name(method, path)}: {problem} after {self.options.retries + 1 if safe else 1} attempts; "
            "what is done stays done: run again (with --resume FILE to skip it)"
        )

    def _is_back(self) -> bool:
        """Say whether the server answers again; then look first what it still has."""
        if self._once("GET", "metadata", None).status in _REPEAT:
            return False
        returned, self.returned = self.returned, None  # what it asks for is retried as any request
        try:
            if returned:
                returned()
        finally:
            self.returned = returned
        return True

    def wait(self) -> None:
        """Wait as before a first retry."""
        time.sleep(self._pause(0, None))

    def _once(self, method: str, path: str, body: str | None) -> Answer:
        """Send one request within the time limit, all of it.

        The limits of sockets count from byte to byte, so a server that drips could hold a push
        for ever. The exchange runs in a thread that is left behind when its time is over.
        """
        token = self._token() if self._token else None
        session = self._open()
        outcome: list[Answer | BaseException] = []

        def exchange() -> None:
            try:
                outcome.append(self._exchange(session, method, path, body, token))
            except BaseException as error:
                outcome.append(error)

        self.sent += 1
        thread = threading.Thread(target=exchange, daemon=True)
        thread.start()
        thread.join(self.options.timeout)
        if not outcome:
            self._session = None
            raise _Broken("no complete answer within the time limit (--timeout)")
        if isinstance(outcome[0], BaseException):
            raise outcome[0] from None
        return outcome[0]

    def _exchange(self, session: Any, method: str, path: str, body: str | None, token: str | None) -> Answer:
        import requests

        headers = {"Accept": FHIR_JSON, **self.options.headers}
        data = None
        if body is not None:
            data = body.encode("utf-8")
            headers["Content-Type"] = FHIR_JSON
            if method == "POST":
                headers["Prefer"] = "return=minimal"  # an entry each, without the resources
        url = f"{self.base}/{path}" if path else self.base
        try:
            with session.request(
                method,
                url,
                data=data,
                headers=headers,
                auth=_Credentials(token),
                allow_redirects=False,
                stream=True,
                timeout=(min(20.0, self.options.timeout), self.options.timeout),
            ) as got:
                content = bytearray()
                for chunk in got.iter_content(65536):
                    content += chunk
                    if len(content) > _LIMIT:
                        raise PushError(f"{self._name(method, path)}: an answer larger than {_LIMIT // 1_000_000} MB")
                status, heads = got.status_code, {k.lower(): v for k, v in got.headers.items()}
        except requests.exceptions.SSLError:
            raise PushError(
                f"{self._name(method, path)}: the server's certificate is not trusted, or it wants a client certificate; "
                "see --ca, --cert and --key (there is no option to skip the check)"
            ) from None
        except requests.exceptions.ConnectTimeout:
            raise _Broken("no connection within the time limit") from None
        except requests.exceptions.Timeout:
            raise _Broken("no answer within the time limit (--timeout)") from None
        except requests.exceptions.ConnectionError:
            raise _Broken("the connection failed or was cut") from None
        except requests.exceptions.ChunkedEncodingError:
            raise _Broken("the answer was cut") from None
        except requests.exceptions.RequestException as error:
            raise PushError(f"{self._name(method, path)}: {type(error).__name__}") from None
        if 300 <= status < 400 and status != 304:
            raise PushError(
                f"{self._name(method, path)}: the server redirects (HTTP {status}); patient data is not sent on. Give the final URL"
            )
        if status == 401:
            raise PushError(f"{self._name(method, path)}: the server does not accept the credentials (HTTP 401)")
        if status == 403:
            raise Forbidden(f"{self._name(method, path)}: these credentials may not do this (HTTP 403)")
        return Answer(status, _fhir(bytes(content)), heads)

    def _open(self) -> Any:
        if self._session is None:
            import requests

            self._session = requests.Session()
            # .netrc would replace the token, and proxies of the environment would see the data
            self._session.trust_env = self.options.proxy_from_environment
            self._session.headers["User-Agent"] = f"epicrisis/{__version__}"
            if self.options.ca:
                self._session.verify = self.options.ca
            if self.options.cert:
                self._session.cert = (self.options.cert, self.options.key) if self.options.key else self.options.cert
        return self._session

    def _pause(self, attempt: int, asked: float | None) -> float:
        if asked is not None:
            return min(asked, self.options.longest_wait)
        wait: float = self.options.backoff * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        return min(wait, self.options.longest_wait)

    def _name(self, method: str, path: str) -> str:
        return f"{method} {urlsplit(self.base).hostname}{urlsplit(self.base).path}/{path.partition('?')[0]}".rstrip("/")


class _Credentials:
    """Sets the token, and keeps `requests` from looking for others (.netrc) where there is none."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        if self._token:
            request.headers["Authorization"] = self._token
        return request


class _Broken(Exception):
    """No answer, or half of one: worth another attempt."""


def refusal(answer: Answer) -> str:
    """Say why a server refused, without its words."""
    return "; ".join([f"HTTP {answer.status}", *issues_of(answer.body)[:5]])


def _fhir(content: bytes) -> Any:
    try:
        body = json.loads(content.decode("utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and isinstance(body.get("resourceType"), str) else None
