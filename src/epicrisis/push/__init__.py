"""Says what it will do, does it once, and reports what the server answered."""

from __future__ import annotations

from epicrisis.push.client import Options
from epicrisis.push.report import Failure, PushReport
from epicrisis.push.run import dry_run, push

__all__ = ["Failure", "Options", "PushReport", "dry_run", "push"]
