"""Run a reader of untrusted binary formats in its own process, with limits on time and memory.

A parser of PDF, Word or HTML that runs wild ends alone: 10 seconds of processor time
(up to 40 where a reader has counted many pages), 60 of the clock, 1 GB of address space, no core
dump, no output file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from epicrisis.errors import UnreadableDocument

CPU_SECONDS = 10
CPU_SECONDS_AT_MOST = 40
WALL_SECONDS = 60
MEMORY = 1_000_000_000

_START = "from epicrisis.document.sandbox import main; main()"


def run(reader: str, data: bytes) -> dict[str, Any]:
    """Return the draft that *reader* ("pdf", "docx", "html") makes of *data*."""
    environment = {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        **{k: os.environ[k] for k in ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH") if k in os.environ},
    }
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-X", "utf8", "-c", _START, reader],
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(f"{reader}: gave no text within {WALL_SECONDS} s") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise UnreadableDocument(_death(reader, done.returncode)) from None
    if not isinstance(answer, dict) or "error" in answer:
        raise UnreadableDocument(str(answer["error"]))
    return answer


def main() -> None:
    """Read the document on stdin and print its draft; the sandbox's own entry."""
    reader = sys.argv[1]
    _limit()
    out = sys.stdout.buffer
    data = sys.stdin.buffer.read()
    try:
        answer = json.dumps(_reader(reader)(data))
    except UnreadableDocument as error:
        answer = json.dumps({"error": str(error)})
    except ImportError:
        answer = json.dumps({"error": f"reading {reader} needs the extra: pip install 'epicrisis[{reader}]'"})
    except MemoryError:
        answer = json.dumps({"error": f"{reader}: needs more memory than allowed"})
    except Exception as error:  # a parser's own complaint may quote the text: name only its class
        answer = json.dumps({"error": f"{reader}: damaged file ({type(error).__name__})"})
    out.write(answer.encode("utf-8", "backslashreplace"))
    out.flush()
    os._exit(0)  # no destructors of C libraries over damaged structures


def allow(seconds: float) -> None:
    """Give the reader this much processor time, within the limit for all."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft != resource.RLIM_INFINITY and soft < seconds:  # unlimited outside of the sandbox
        resource.setrlimit(resource.RLIMIT_CPU, (min(int(seconds), CPU_SECONDS_AT_MOST, hard), hard))


def _reader(name: str) -> Callable[[bytes], dict[str, Any]]:
    from importlib import import_module

    module = import_module(f"epicrisis.document.{name}")
    draft: Callable[[bytes], dict[str, Any]] = module.draft
    return draft


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the clock alone
        return
    for what, amount, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS_AT_MOST),
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        highest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (min(amount, highest), highest))


def _death(reader: str, code: int) -> str:
    if code < 0:
        return f"{reader}: stopped at the limit of time or memory (signal {-code})"
    return f"{reader}: the reader ended without an answer (exit code {code})"
