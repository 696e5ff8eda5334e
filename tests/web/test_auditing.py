"""Who saw what about whom and why: one search, on the screen and as a file; the ledger never holds the name."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import auditing
from muniment.actions.auditing import keyed
from muniment.core.ledger import Event
from muniment.store.models import Inquiry, LedgerEntry
from tests.cast import Cast
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, resident
from tests.web.walk import check, judge, look, sign, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(waiting: Waiting, at: Callable[[str], Client]) -> tuple[Inquiry, Inquiry]:
    """One inquiry that sam answered, and one of another agency about somebody else."""
    first = waiting(None, resident())
    sam = at("sam")
    take(sam, first)
    judge(sam, first, "same")
    check(sam, first)
    sign(sam, first)
    second = waiting(iaq("SYN0000009", ori="ZZ0020200", name="MUSTER, GAMMA"))
    return first, second


def exported(client: Client, query: str) -> str:
    """The file as it comes."""
    answer = client.get(f"/ledger/export/?{query}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]  # the test client reads in turn


@pytest.mark.parametrize("about", ["testperson", "TESTPERSON, ALPHA", f"CIS:A{A_NUMBER}", f"cis:A{A_NUMBER}"])
def test_a_person_is_found_by_name_and_by_record(
    about: str, at: Callable[[str], Client], two: tuple[Inquiry, Inquiry]
) -> None:
    text = look(at("aldo"), f"/ledger/?about={about}").text
    assert "Looked at by sam of the tests" in text
    assert "Example County Sheriff, TX ZZ0010100 · criminal justice" in " ".join(text.split())
    assert "R3, held" in text
    assert "ZZ0020200" not in text


def test_an_agency_a_person_and_a_time_narrow_the_search(
    at: Callable[[str], Client], two: tuple[Inquiry, Inquiry], cast: Cast
) -> None:
    aldo = at("aldo")
    text = look(aldo, "/ledger/?agency=zz0020200").text
    assert "Sample City Police" in text
    assert "Example County Sheriff" not in text
    assert "no answer yet" in text
    by = f"by=user:{cast.sam.pk}"
    assert "Taken in hand by sam" in look(aldo, f"/ledger/?{by}&since=2020-01-01T00:00").text
    assert "No entry matches" in look(aldo, f"/ledger/?{by}&until=2020-01-01T00:00").text
    assert "No entry matches" in look(aldo, f"/ledger/?{by}&agency=ZZ0020200").text


def test_what_was_sent_to_the_agency_is_found_with_the_person(
    at: Callable[[str], Client], two: tuple[Inquiry, Inquiry]
) -> None:
    text = look(at("aldo"), "/ledger/?about=MUSTER&event=message.received").text
    assert "Received, stored and acknowledged" in text
    assert "ZZ0020200" in text


@pytest.mark.parametrize("path", ["/ledger/?about=testperson", "/ledger/export/?about=testperson&as=csv"])
def test_the_name_that_was_searched_is_kept_as_a_keyed_hash(path: str, at: Callable[[str], Client]) -> None:
    at("aldo").get(path)
    entry = LedgerEntry.objects.order_by("-id")[0]
    assert entry.event in {Event.LEDGER_SEARCHED, Event.LEDGER_EXPORTED}
    assert b"testperson" not in bytes(entry.canonical).lower()
    assert json.loads(bytes(entry.canonical))["detail"]["about_asked"] == keyed("TESTPERSON")


def test_an_export_holds_every_entry_with_the_bytes_that_its_hash_vouches_for(
    at: Callable[[str], Client], two: tuple[Inquiry, Inquiry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "CHUNK", 3)
    aldo = at("aldo")
    there = list(LedgerEntry.objects.order_by("id").values_list("id", flat=True))
    lines = [json.loads(line) for line in exported(aldo, "as=jsonl").splitlines()]
    assert [line["id"] for line in lines] == there
    rows = list(csv.DictReader(io.StringIO(exported(aldo, "as=csv"))))
    assert [int(row["id"]) for row in rows] == [*there, there[-1] + 1]  # the export before is an entry, too
    for row in (*lines, *rows):
        assert hashlib.sha256(row["canonical"].encode()).hexdigest() == row["sha256"]
    answered = next(line for line in lines if line["event"] == Event.RESPONSE_SIGNED)
    assert (answered["agency"], answered["purpose"], answered["got"]) == ("ZZ0010100", "C", "R3, held")


def test_an_export_is_an_entry_that_says_how_many_left(
    at: Callable[[str], Client], two: tuple[Inquiry, Inquiry]
) -> None:
    text = exported(at("aldo"), "agency=ZZ0020200&as=csv")
    entry = LedgerEntry.objects.get(event=Event.LEDGER_EXPORTED)
    detail = json.loads(bytes(entry.canonical))["detail"]
    assert detail["entries"] == len(text.splitlines()) - 1
    assert (detail["form"], detail["agency_asked"]) == ("csv", "ZZ0020200")


def test_a_faulty_search_exports_nothing(at: Callable[[str], Client]) -> None:
    page = look(at("aldo"), "/ledger/export/?inquiry=x&as=csv")
    assert 'class="fault"' in page.html
    assert not LedgerEntry.objects.filter(event=Event.LEDGER_EXPORTED).exists()
