"""Run HL7's FHIR validator over files, all in one process.

    python tools/hl7_validator/run.py [--r5] [--min error|warning|information] FILE...

Exit code 1 when a file has errors. `validate(files)` gives the findings to tests.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from install import HERE, home, missing, us_core

_FILE = re.compile(
    r"^(?P<file>.+): (?P<fatal>\d+) fatal, (?P<error>\d+) error, (?P<warning>\d+) warning, (?P<information>\d+) information"
)


def validate(
    files: list[Path], *, r5: bool = False, minimum: str = "error", assume_refs: bool = False
) -> tuple[dict[str, int], str]:
    """Return the number of errors per file, and the engine's whole output."""
    base = home()
    packages = base / ".fhir" / "packages"
    arguments = ["--min", minimum, "--ext", "5.3.0-ballot-tc1", "--tho", "7.0.1"]
    if assume_refs:
        arguments.append("--assume-refs")
    local = packages / "local.supplement#0.0.1"
    shutil.rmtree(local, ignore_errors=True)
    shutil.copytree(HERE / "local.supplement", local / "package")
    if r5:
        arguments += ["--core", "hl7.fhir.r5.core#5.0.0", "--ver", "5.0.0", "--ig", "local.supplement#0.0.1"]
    else:
        core = us_core()
        if core:
            if not (packages / "hl7.fhir.us.core#6.1.0").exists():
                subprocess.run(
                    [sys.executable, str(HERE / "mkcache.py"), str(packages), str(core)],
                    check=True,
                    capture_output=True,
                )
            arguments += ["--ig", "hl7.fhir.us.core#6.1.0"]
        for guide in (
            "hl7.fhir.uv.genomics-reporting#3.0.0",
            "hl7.fhir.us.mcode#4.0.0",
            "hl7.fhir.uv.ips#2.0.0",
            "local.supplement#0.0.1",
        ):
            arguments += ["--ig", guide]
    command = [
        "java",
        "-Xmx3g",
        f"-Duser.home={base}",
        "-cp",
        f"{base / 'classes'}:{base / 'lib'}/*",
        "Validate",
        *arguments,
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    errors = {}
    for line in output.splitlines():
        m = _FILE.match(line)
        if m:
            errors[m["file"]] = int(m["fatal"]) + int(m["error"])
    return errors, output


def main() -> None:
    """Validate the files of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--r5", action="store_true")
    parser.add_argument("--min", default="error", choices=["error", "warning", "information"])
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    reason = missing()
    if reason:
        sys.exit(reason)
    errors, output = validate(given.files, r5=given.r5, minimum=given.min)
    print(output)
    sys.exit(1 if any(errors.values()) or len(errors) < len(given.files) else 0)


if __name__ == "__main__":
    main()
