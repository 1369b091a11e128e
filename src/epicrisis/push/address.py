"""What may be a server's address, and how long a server asks to wait."""

from __future__ import annotations

import email.utils
import ipaddress
import time
from urllib.parse import urlsplit

from epicrisis.errors import UsageError


def checked(server: str, *, allow_http: bool = False) -> str:
    """Return the base URL without a slash at its end.

    Raises:
        UsageError: see `Client`.
    """
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("--server: give the base URL of the FHIR server, such as https://host/fhir")
    if parts.username or parts.password:
        raise UsageError("--server: no credentials in the URL; see --token-file, --user and --password-file")
    if parts.query or parts.fragment:
        raise UsageError("--server: the base URL has no query and no fragment")
    if parts.scheme == "http" and not allow_http and not _loopback(parts.hostname):
        raise UsageError(
            "--server: http sends patient data unprotected; use https, or --allow-http where the network is trusted"
        )
    return server.rstrip("/")


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or an HTTP date)."""
    if not value:
        return None
    try:
        return max(0.0, float(int(value.strip())))
    except ValueError:
        pass
    when = None
    try:
        when = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max(0.0, when.timestamp() - time.time())


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
