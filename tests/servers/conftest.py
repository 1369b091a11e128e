"""Real FHIR servers, started once for all tests; they skip where nothing is installed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support import CACHE, ROOT, require_or_skip

SERVERS = CACHE / "servers"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def need(*programs: str) -> None:
    missing = [p for p in programs if not shutil.which(p)]
    if missing:
        require_or_skip("servers", f"not installed: {', '.join(missing)}")
    if not (SERVERS / ".ready").exists():
        require_or_skip("servers", "the test servers are not built: bash tools/servers/install.sh")


def start(command: list[str], url: str, log: Path, cwd: Path, seconds: int = 150) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=subprocess.STDOUT)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
                if answer.status < 500:
                    return process
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                return process
        except OSError:
            pass
        time.sleep(0.3)
    stop(process)
    pytest.fail(f"{command[0]} did not start: {log.read_text(errors='replace')[-1500:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def there(server: str, bundle: dict[str, Any]) -> Counter[str]:
    """Count, by type, what the server has of this bundle's patient."""
    found: Counter[str] = Counter()
    patient = next(e["resource"]["id"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    for kind in expected(bundle):
        with urllib.request.urlopen(f"{server}/{kind}?subject=Patient/{patient}&_summary=count", timeout=60) as answer:  # noqa: S310
            found[kind] = int(json.load(answer)["total"])
    return found


def expected(bundle: dict[str, Any]) -> Counter[str]:
    """Count, by type, what `there` should find."""
    return Counter(e["resource"]["resourceType"] for e in bundle["entry"] if "subject" in e["resource"])


@pytest.fixture(scope="session")
def hapi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HAPI FHIR JPA with a file database."""
    need("java", "bash")
    port, folder = free_port(), tmp_path_factory.mktemp("hapi")
    process = start(
        ["bash", str(SERVERS / "hapi" / "run.sh"), str(port), f"-Ddb={folder / 'db'}"],
        f"http://127.0.0.1:{port}/fhir/metadata",
        folder / "log",
        SERVERS / "hapi",
    )
    yield f"http://127.0.0.1:{port}/fhir"
    stop(process)


@pytest.fixture(scope="session")
def hapi_r5(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HAPI FHIR JPA for R5."""
    need("java", "bash")
    port, folder = free_port(), tmp_path_factory.mktemp("hapi5")
    process = start(
        ["bash", str(SERVERS / "hapi" / "run.sh"), str(port), "-Dfhir=R5", f"-Ddb={folder / 'db'}"],
        f"http://127.0.0.1:{port}/fhir/metadata",
        folder / "log",
        SERVERS / "hapi",
    )
    yield f"http://127.0.0.1:{port}/fhir"
    stop(process)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HAPI's plain server: no database, no transactions."""
    need("java", "bash", "env")
    port, folder = free_port(), tmp_path_factory.mktemp("plain")
    process = start(
        ["env", "MAIN=PlainServer", "bash", str(SERVERS / "hapi" / "run.sh"), str(port)],
        f"http://127.0.0.1:{port}/fhir/metadata",
        folder / "log",
        SERVERS / "hapi",
    )
    yield f"http://127.0.0.1:{port}/fhir"
    stop(process)


@pytest.fixture(scope="session")
def medplum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Medplum's router: at most 50 PUTs, or 8 conditional creates, in a transaction."""
    need("node")
    port, folder = free_port(), tmp_path_factory.mktemp("medplum")
    process = start(
        ["node", "--experimental-websocket", "server.mjs", str(port)],
        f"http://127.0.0.1:{port}/fhir/metadata",
        folder / "log",
        SERVERS / "medplum",
        60,
    )
    yield f"http://127.0.0.1:{port}/fhir"
    stop(process)


@pytest.fixture(scope="session")
def front(
    hapi: str, oauth: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, str], Path]]:
    """Run nginx before HAPI: addresses by name, and the folder of the certificates."""
    need("nginx", "openssl", "bash")
    folder = tmp_path_factory.mktemp("nginx")
    source = ROOT / "tests" / "servers" / "nginx"
    shutil.copy(source / "certs.sh", folder)
    subprocess.run(["bash", "certs.sh"], cwd=folder, check=True, capture_output=True)
    ports = {name: free_port() for name in ("HTTP", "TLS", "MTLS")}
    text = (source / "nginx.conf.in").read_text(encoding="utf-8")
    for name, value in {
        **ports,
        "DIR": folder,
        "BACKEND": hapi.removeprefix("http://"),
        "OAUTH": oauth[0].rpartition(":")[2],
    }.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    process = start(
        ["nginx", "-p", f"{folder}/", "-c", "nginx.conf"],
        f"http://127.0.0.1:{ports['HTTP']}/login/",
        folder / "log",
        folder,
        20,
    )
    yield (
        {
            "http": f"http://127.0.0.1:{ports['HTTP']}",
            "tls": f"https://127.0.0.1:{ports['TLS']}",
            "mtls": f"https://127.0.0.1:{ports['MTLS']}",
        },
        folder,
    )
    stop(process)


@pytest.fixture(scope="session")
def oauth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run an authorization server for SMART Backend Services; return its issuer and the folder of the keys."""
    need("node")
    pytest.importorskip("jwt", reason="PyJWT is not installed")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm

    port, folder = free_port(), tmp_path_factory.mktemp("oauth")
    keys = []
    for key, algorithm, name, alg in (
        (ec.generate_private_key(ec.SECP384R1()), ECAlgorithm, "ec1", "ES384"),
        (rsa.generate_private_key(65537, 2048), RSAAlgorithm, "rs1", "RS384"),
    ):
        (folder / f"{name}.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        keys.append({**json.loads(algorithm.to_jwk(key.public_key())), "kid": name, "alg": alg, "use": "sig"})
    (folder / "jwks.json").write_text(json.dumps({"keys": keys}), encoding="utf-8")
    issuer = f"http://127.0.0.1:{port}"
    process = start(
        ["node", "oidc.mjs", str(port), str(folder / "jwks.json")],
        f"{issuer}/.well-known/openid-configuration",
        folder / "log",
        SERVERS / "oauth",
        60,
    )
    yield issuer, folder
    stop(process)
