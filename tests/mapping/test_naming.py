"""Ids of resources are UUIDs of version 5."""

from __future__ import annotations

from uuid import UUID, uuid5

from epicrisis.mapping.naming import uuid


def test_an_id_is_the_uuid_of_its_name() -> None:
    """What the standard library makes of the same namespace and name."""
    space = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
    for name in ("", "patient", "document", "lab:ldh:17/specimen", "ü", *map(str, range(50))):
        assert uuid(space.bytes, name) == str(uuid5(space, name))
