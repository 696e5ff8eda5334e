"""What is learnt later is added to what is asked, by the rules of a message, and searched for before a signature."""

from __future__ import annotations

import json
from typing import Any

import pytest

from muniment.actions import responding, searching, supplementing
from muniment.core.errors import NotAllowed, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.subject import subject_from_json
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import Candidate, Inquiry, LedgerEntry, Note, Supplement, SystemReply, User, Work
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident, stranger

pytestmark = pytest.mark.django_db

NEW = "900000999"


@pytest.fixture
def inquiry(waiting: Waiting, cast: Cast) -> Inquiry:
    """Asked by name alone, in the hand of Sam, who has judged both records."""
    inquiry = desk.take(cast.sam, waiting(iaq(custody="N"), resident(), stranger()))
    desk.judge(cast.sam, inquiry, "cannot tell")
    return inquiry


def add(user: User, inquiry: Inquiry, said_by: str = "DEPUTY MUSTER", reason: str = "CALLED", **values: str) -> None:
    """Add it to the inquiry as it is now."""
    inquiry.refresh_from_db()
    supplementing.supplement(acting(user), inquiry.pk, inquiry.version, values, said_by, reason)
    inquiry.refresh_from_db()


def search_again(inquiry: Inquiry) -> None:
    """Do what the worker owes for it."""
    for work in Work.objects.filter(task="search again").order_by("id"):
        searching.search_again(WORKER, work.target)
        work.delete()
    inquiry.refresh_from_db()


def entry(event: Event) -> dict[str, Any]:
    """The one entry of this event."""
    found: dict[str, Any] = json.loads(bytes(LedgerEntry.objects.get(event=event).canonical))
    return found


def test_what_was_received_stays_and_what_is_added_comes_behind_it(inquiry: Inquiry, cast: Cast) -> None:
    add(cast.sam, inquiry, ARN=f"A{NEW}", AKA="beispiel, alpha", DOB="19850315", PPN="SYN900001")
    subject = subject_from_json(inquiry.subject)
    assert [name.text for name in subject.names] == ["TESTPERSON, ALPHA BETA", "BEISPIEL, ALPHA"]
    assert subject.birth_dates == ("1985-03-14", "1985-03-15")
    assert [(item.kind, item.value) for item in subject.identifiers] == [("a_number", NEW), ("passport", "SYN900001")]
    assert inquiry.message.content["subject"]["birth_dates"] == ["1985-03-14"]
    supplement = Supplement.objects.get()
    told = (supplement.said_by, supplement.note.text, supplement.note.user)
    assert told == ("DEPUTY MUSTER", "CALLED", cast.sam)
    assert supplement.added["birth_dates"] == ["1985-03-15"]


def test_the_ledger_says_which_fields_and_no_values(inquiry: Inquiry, cast: Cast) -> None:
    add(cast.sam, inquiry, ARN=NEW, AKA="BEISPIEL, ALPHA")
    said = entry(Event.INQUIRY_SUPPLEMENTED)
    assert said["detail"]["fields"] == ["AKA", "ARN"]
    for value in (NEW, "BEISPIEL", "MUSTER", "CALLED"):
        assert value not in json.dumps(said)


@pytest.mark.parametrize(
    ("prefix", "text", "rule"),
    [
        ("ARN", "12", "identifier.invalid"),
        ("SOC", "90-00", "identifier.invalid"),
        ("DOB", "19851345", "dob.invalid"),
        ("DOB", "20990101", "dob.future"),
        ("AKA", "B31SPIEL, ALPHA", "name.invalid"),
        ("AKA", "X" * 31, "field.too_long"),
        ("POB", "QQ", "pob.unknown"),
        ("SEX", "Z", "sex.invalid"),
        ("PPN", "SYN-1", "identifier.invalid"),
        ("SID", "Z", "identifier.invalid"),
        ("ARN", "９００００００００", "identifier.invalid"),
    ],
)
def test_a_value_is_judged_by_the_rule_of_its_field_in_a_message(
    prefix: str, text: str, rule: str, inquiry: Inquiry, cast: Cast
) -> None:
    with pytest.raises(SenderFault) as fault:
        add(cast.sam, inquiry, **{prefix: text})
    assert (fault.value.field, fault.value.rule) == (prefix, rule)
    assert not Supplement.objects.exists()


@pytest.mark.parametrize(
    ("values", "said_by", "reason", "field"),
    [
        ({"ARN": NEW}, " ", "CALLED", "said_by"),
        ({"ARN": NEW}, "X" * 81, "CALLED", "said_by"),
        ({"ARN": NEW}, "MUSTER", "", "reason"),
        ({"ARN": " "}, "MUSTER", "CALLED", "values"),
        ({"SEX": "F"}, "MUSTER", "CALLED", "SEX"),
        ({"POB": "HD"}, "MUSTER", "CALLED", "POB"),
    ],
)
def test_who_said_it_and_why_is_said_and_what_was_received_is_not_changed(
    values: dict[str, str], said_by: str, reason: str, field: str, inquiry: Inquiry, cast: Cast
) -> None:
    with pytest.raises(SenderFault) as fault:
        add(cast.sam, inquiry, said_by, reason, **values)
    assert fault.value.field == field
    assert not Note.objects.exists()


def test_what_is_asked_already_is_no_addition(inquiry: Inquiry, cast: Cast) -> None:
    with pytest.raises(WrongState, match="asked already"):
        add(cast.sam, inquiry, DOB="19850314")


def test_only_who_has_it_in_hand_adds_to_it_and_only_to_what_was_shown(inquiry: Inquiry, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add(cast.sofia, inquiry, ARN=NEW)
    with pytest.raises(NotAllowed):
        add(cast.sven, inquiry, ARN=NEW)
    with pytest.raises(Stale):
        supplementing.supplement(acting(cast.sam), inquiry.pk, inquiry.version - 1, {"ARN": NEW}, "MUSTER", "CALLED")


def test_a_verdict_falls_where_something_else_is_compared_and_stands_elsewhere(inquiry: Inquiry, cast: Cast) -> None:
    tied, other = Candidate.objects.get(records__system="CIS"), Candidate.objects.get(records__system="VISAS")
    add(cast.sam, inquiry, ARN=NEW)  # CIS records a number, VISAS none
    assert access.standing_verdicts(inquiry, cast.sam) == {other.pk: "cannot tell"}
    tied.refresh_from_db()
    assert tied.changed is not None


def test_a_number_that_is_recorded_ties_the_candidate(inquiry: Inquiry, cast: Cast) -> None:
    tied = Candidate.objects.get(records__system="CIS")
    before = tied.score["probability"]
    assert tied.basis == "biographic"
    add(cast.sam, inquiry, ARN=A_NUMBER)
    tied.refresh_from_db()
    assert tied.basis == "identifier"
    assert tied.score["probability"] > before


def test_nothing_is_signed_before_the_search_was_made_again(inquiry: Inquiry, cast: Cast) -> None:
    add(cast.sam, inquiry, ARN=A_NUMBER)
    desk.judge(cast.sam, inquiry)
    desk.draft(cast.sam, inquiry)
    with pytest.raises(WrongState) as refusal:
        desk.sign(cast.sam, inquiry)
    assert refusal.value.rule == "search.owed"
    search_again(inquiry)
    desk.sign(cast.sam, inquiry)


def test_a_search_that_failed_for_good_still_keeps_it_from_being_signed(inquiry: Inquiry, cast: Cast) -> None:
    add(cast.sam, inquiry, ARN=A_NUMBER)
    Work.objects.filter(task="search again").update(parked=True)
    desk.judge(cast.sam, inquiry)
    desk.draft(cast.sam, inquiry)
    with pytest.raises(WrongState):
        desk.sign(cast.sam, inquiry)


def test_the_search_marks_what_it_found_and_what_it_found_no_more(
    inquiry: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    waiting.say(resident(), record("EOIR", "E-9", a_number=NEW))
    add(cast.sam, inquiry, ARN=NEW)
    search_again(inquiry)
    found = {row.records.get().system: row for row in access.candidates(inquiry)}
    assert {system: (row.found_by, row.lost is not None) for system, row in found.items()} == {
        "CIS": ("search", False),
        "VISAS": ("search", True),
        "EOIR": ("supplement", False),
    }
    assert (inquiry.state, inquiry.holder, inquiry.candidate_count) == ("in hand", cast.sam, 3)
    assert entry(Event.INQUIRY_SEARCHED_AGAIN)["detail"]["new"] == 1
    waiting.say(resident(), stranger(), record("EOIR", "E-9", a_number=NEW))
    add(cast.sam, inquiry, AKA="BEISPIEL, ALPHA")
    search_again(inquiry)
    assert Candidate.objects.get(records__system="VISAS").lost is None


def test_a_candidate_of_a_silent_system_is_not_called_lost(inquiry: Inquiry, waiting: Waiting, cast: Cast) -> None:
    waiting.say(resident(), silent=["VISAS"])
    add(cast.sam, inquiry, ARN=NEW)
    search_again(inquiry)
    assert Candidate.objects.get(records__system="VISAS").lost is None
    assert inquiry.silent == ["VISAS"]
    assert SystemReply.objects.get(inquiry=inquiry, system="VISAS").state == "unreachable"
    assert Work.objects.filter(task="ask again", target=inquiry.pk).exists()


def test_a_record_that_describes_its_person_otherwise_is_judged_again(
    inquiry: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    waiting.say(resident(), record("VISAS", "V-1", given="ALPHA"))
    add(cast.sam, inquiry, PPN="SYN900001")
    assert len(access.standing_verdicts(inquiry, cast.sam)) == 2
    search_again(inquiry)
    assert set(access.standing_verdicts(inquiry, cast.sam)) == {Candidate.objects.get(records__system="CIS").pk}


def test_what_comes_for_the_question_before_is_dropped(waiting: Waiting, cast: Cast) -> None:
    inquiry = desk.take(cast.sam, waiting(None, resident(), silent=["EOIR"]))
    before = subject_from_json(inquiry.subject)
    add(cast.sam, inquiry, PPN="SYN900001")
    said = SystemAnswer("EOIR", "answered", 14.0, access.db_now(), (record("EOIR", "E-1"),))
    searching.late(WORKER, inquiry.pk, before, said)
    inquiry.refresh_from_db()
    assert inquiry.silent == ["EOIR"]


def test_of_two_additions_the_last_search_counts(inquiry: Inquiry, waiting: Waiting, cast: Cast) -> None:
    add(cast.sam, inquiry, PPN="SYN900001")
    [first] = Work.objects.filter(task="search again")
    asked = []

    def ask(subject: Any, *arguments: Any, **more: Any) -> list[SystemAnswer]:
        if not asked:
            asked.append(subject)
            add(cast.sam, inquiry, ARN=NEW)  # while the systems are asked the first question
        return waiting.ask(subject, *arguments, **more)

    waiting.say(record("EOIR", "E-1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "ask", ask)
        searching.search_again(WORKER, first.target)
    first.delete()
    inquiry.refresh_from_db()
    assert access.search_owed(inquiry)
    assert not LedgerEntry.objects.filter(event=Event.INQUIRY_SEARCHED_AGAIN).exists()
    search_again(inquiry)
    assert not access.search_owed(inquiry)


def test_a_signature_over_the_question_before_is_refused(inquiry: Inquiry, cast: Cast) -> None:
    desk.draft(cast.sam, inquiry)
    shown = desk.signing(inquiry)
    add(cast.sam, inquiry, ARN=NEW)
    search_again(inquiry)
    with pytest.raises(Stale):
        responding.sign(acting(cast.sam), inquiry.pk, shown)
