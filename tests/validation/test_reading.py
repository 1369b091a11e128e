"""Files that are not what they should be: a clear error each, nothing quoted, nothing hung."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from epicrisis.errors import InvalidResource
from epicrisis.validation import reading
from epicrisis.validation.reading import resources

PATIENT = b'{"resourceType": "Patient", "id": "p"}'
BROKEN = {
    "malformed": (b'{"resourceType": "Patient", "name": Smith}', "not JSON at column 37"),
    "cut off": (b'{"resourceType": "Patient", "name": [{"text": "Smith"', "the file seems cut off"),
    "cut off in a word": (b'{"resourceType": "Patient", "name": [{"text": "Smi', "not JSON at column"),
    "a member twice": (b'{"resourceType": "Patient", "gender": "male", "gender": "female"}', '"gender" is given twice'),
    "a strange member twice": (b'{"resourceType": "Patient", "Ann Smith": 1, "Ann Smith": 2}', "a member is given twice"),
    "200,000 objects deep": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deep"),
    "200,000 arrays deep": (b'{"resourceType": "Patient", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
    "200,000 open": (b"[" * 200_000, "nested too deep"),
    "300 deep": (b'{"resourceType": "Patient", "x": ' + b"[" * 300 + b"]" * 300 + b"}", "nested too deep"),
    "empty": (b" \n", "empty"),
    "a list": (b"[1, 2]", "a JSON object is expected"),
    "a text": (b'"Patient Smith"', "a JSON object is expected"),
    "another kind of JSON": (b'{"name": "Smith"}', "no resourceType"),
    "a type that is no text": (b'{"resourceType": ["Patient"]}', "no resourceType"),
    "XML": (b'<Patient xmlns="http://hl7.org/fhir"/>', "only FHIR JSON"),
    "not a number": (b'{"resourceType": "Patient", "x": NaN}', "NaN"),
    "a number of 5,000 digits": (b'{"resourceType": "Patient", "x": ' + b"9" * 5000 + b"}", "too long"),
    "bytes": (bytes(range(256)), "not UTF-8"),
    "another encoding": ('{"resourceType": "Patient", "name": "Müller"}'.encode("latin-1"), "not UTF-8"),
    "UTF-16": (PATIENT.decode().encode("utf-16"), "not UTF-8"),
    "a narrative": (b"A 60-year-old man named Smith presented with pain.", "not JSON at column 1"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_is_a_clear_error(kind: str) -> None:
    """The error says what is wrong and where, without a word of the content, and fast."""
    content, message = BROKEN[kind]
    started = time.monotonic()
    [(_, error)] = resources(None, content)
    assert time.monotonic() - started < 5
    assert isinstance(error, InvalidResource)
    assert message in str(error)
    assert "Smith" not in str(error)
    assert len(str(error)) < 200


def test_a_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    """A bundle beyond the limit is told to be split; it is not read into memory whole."""
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.write(b'{"resourceType": "Bundle", "entry": [')
        for _ in range(100):
            file.write(b" " * 1024 * 1024)
        file.write(b"]}")
    [(_, error)] = resources(path)
    assert isinstance(error, InvalidResource)
    assert "larger than 64 MB; split the bundle, or use NDJSON" in str(error)


def test_ndjson_may_be_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for a line, not for the file; lines are read one at a time."""
    monkeypatch.setattr(reading, "LARGEST", 100)
    path = tmp_path / "Patient.ndjson"
    path.write_bytes((PATIENT + b"\n") * 5000)
    found = list(resources(path))
    assert len(found) == 5000
    assert found[-1] == ("line 5000", {"resourceType": "Patient", "id": "p"})


def test_a_broken_line_does_not_end_the_file() -> None:
    """The lines behind a broken one are still judged."""
    found = list(resources(None, PATIENT + b"\n{broken\n\n" + PATIENT + b"\n"))
    assert [place for place, _ in found] == ["line 1", "line 2", "line 4"]
    assert isinstance(found[1][1], InvalidResource)
    assert str(found[1][1]) == "stdin: line 2: not JSON at column 2"
    assert found[2][1] == {"resourceType": "Patient", "id": "p"}


def test_a_byte_order_mark_is_no_fault() -> None:
    """UTF-8 with a mark, as some editors write it, is read."""
    assert list(resources(None, b"\xef\xbb\xbf" + PATIENT)) == [("", {"resourceType": "Patient", "id": "p"})]


def test_decimals_keep_their_digits() -> None:
    """4.650 is read as 4.650."""
    [(_, made)] = resources(None, b'{"resourceType": "Observation", "valueQuantity": {"value": 4.650}}')
    assert isinstance(made, dict)
    assert str(made["valueQuantity"]["value"]) == "4.650"
    assert isinstance(made["valueQuantity"]["value"], Decimal)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A missing file, and a folder, are errors that say so."""
    [(_, missing)] = resources(tmp_path / "no.json")
    [(_, folder)] = resources(tmp_path)
    assert "No such file" in str(missing)
    assert "a folder; name the files in it" in str(folder)


def test_a_pretty_printed_bundle_is_not_ndjson() -> None:
    """Only files whose lines are whole resources are read line by line."""
    text = json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": json.loads(PATIENT)}]}, indent=1
    )
    assert [place for place, _ in resources(None, text.encode())] == [""]
