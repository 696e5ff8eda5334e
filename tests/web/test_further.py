"""What came late, what was added and what was reopened, as people see it, without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import searching
from muniment.core.ledger import Event
from muniment.core.subject import subject_from_json
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import Draft, Inquiry, LedgerEntry, Response, Work
from tests.actions import desk
from tests.cast import Cast
from tests.messages import iaq
from tests.web import walk
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident, stranger

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
NEW = "900000999"


def late(inquiry: Inquiry, system: str, *records: object) -> None:
    """The system answers after all."""
    inquiry.refresh_from_db()
    said = SystemAnswer(system, "answered", 14.0, access.db_now(), records)  # type: ignore[arg-type]  # records
    searching.late(WORKER, inquiry.pk, subject_from_json(inquiry.subject), said)
    inquiry.refresh_from_db()


def search_again(inquiry: Inquiry) -> None:
    """What the worker owes."""
    for work in Work.objects.filter(task="search again"):
        searching.search_again(WORKER, work.target)
        work.delete()
    inquiry.refresh_from_db()


@pytest.fixture
def inquiry(waiting: Waiting) -> Inquiry:
    """One for which EOIR did not answer."""
    return waiting(iaq(custody="N"), resident(), stranger(), silent=["EOIR"])


@pytest.fixture
def answered(waiting: Waiting, cast: Cast) -> Inquiry:
    """A resident; EOIR was silent; the answer has arrived."""
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), resident())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.deliver(inquiry)
    Inquiry.objects.update(silent=["EOIR"])
    inquiry.refresh_from_db()
    return inquiry


# Late


def test_what_came_late_is_said_and_marked(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    late(inquiry, "EOIR", record("EOIR", "E-1"))
    page = walk.look(sam, walk.address(inquiry))
    after = json.loads(bytes(LedgerEntry.objects.get(event=Event.INQUIRY_ANSWERED_LATE).canonical))["detail"]["after"]
    assert f"EOIR answered after {after} s: 1 new record" in page.text
    assert page.text.count("came late") >= 1
    assert f"late, after {after} s" in page.text


def test_the_page_hears_of_it_without_being_loaded_anew(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    inquiry.refresh_from_db()
    path = f"{walk.address(inquiry)}latest/?seen={inquiry.version}"
    assert sam.get(path).status_code == 204
    late(inquiry, "EOIR", record("EOIR", "E-1"))
    answer = sam.get(path)
    assert answer.status_code == 200
    assert "EOIR answered after" in answer.content.decode()
    assert 'role="status"' in answer.content.decode()
    assert "hx-get" not in answer.content.decode()  # it has been said; it is not said every ten seconds


def test_asking_for_news_is_no_sign_that_the_holder_is_there(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    before = Inquiry.objects.get(pk=inquiry.pk).active
    entries = LedgerEntry.objects.count()
    sam.get(f"{walk.address(inquiry)}latest/?seen=1")
    assert Inquiry.objects.get(pk=inquiry.pk).active == before
    assert LedgerEntry.objects.count() == entries


def test_a_typed_answer_survives_the_late_one_and_says_what_is_wrong_with_it_now(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    walk.judge(sam, inquiry, "same", "another")
    page = walk.look(sam, walk.address(inquiry))
    text = page.form("/answer/").fields["text"] + "\nASK FOR SAM."
    walk.send(sam, page.form("/answer/"), do="save", text=text)
    late(inquiry, "EOIR")
    page = walk.look(sam, walk.address(inquiry))
    assert page.form("/answer/").fields["text"].endswith("ASK FOR SAM.")
    assert "Take the center's words anew" in page.text


# Added


def test_what_was_learnt_is_added_and_shown_beside_what_was_received(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    walk.judge(sam, inquiry, "cannot tell", "cannot tell")
    page = walk.look(sam, f"{walk.address(inquiry)}supplement/")
    form = page.form("/supplement/")
    assert {"ARN", "AKA", "DOB", "SOC", "PPN", "said_by", "reason"} <= set(form.fields)
    assert not {"SEX", "POB", "NAM"} & set(form.fields)
    page = walk.send(sam, form, ARN=f"A{NEW}", said_by="DEPUTY MUSTER", reason="CALLED BACK")
    assert "Added to what was received" in page.text
    assert "said by DEPUTY MUSTER, added by sam of the tests" in page.text
    assert "The record systems are asked again" in page.text
    assert "changed: judge it anew" in page.text
    assert page.text.count("A900 000 999") == 2  # in the list of additions, and in what is asked


def test_a_wrong_value_is_told_with_its_field_and_all_that_was_typed_is_kept(inquiry: Inquiry, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    form = walk.look(sam, f"{walk.address(inquiry)}supplement/").form("/supplement/")
    page = walk.send(sam, form, ARN="12", AKA="BEISPIEL, ALPHA", said_by="DEPUTY MUSTER", reason="CALLED BACK")
    assert page.status == 422
    assert "ARN (A-number) must be 8 or 9 digits" in page.text
    [field] = [each for each in page.html.split("<input") if 'name="ARN"' in each]
    assert "autofocus" in field
    assert 'aria-invalid="true"' in field
    assert page.html.count("autofocus") == 1
    kept = page.form("/supplement/").fields
    assert (kept["ARN"], kept["AKA"], kept["said_by"], kept["reason"].strip()) == (
        "12",
        "BEISPIEL, ALPHA",
        "DEPUTY MUSTER",
        "CALLED BACK",
    )


def test_what_the_search_changed_is_marked(inquiry: Inquiry, waiting: Waiting, at: At) -> None:
    sam = at("sam")
    walk.take(sam, inquiry)
    form = walk.look(sam, f"{walk.address(inquiry)}supplement/").form("/supplement/")
    walk.send(sam, form, ARN=NEW, said_by="DEPUTY MUSTER", reason="CALLED BACK")
    waiting.say(resident(), record("EOIR", "E-9", a_number=NEW))
    search_again(inquiry)
    page = walk.look(sam, walk.address(inquiry))
    assert "found with what was added" in page.text
    assert "found no more" in page.text
    assert "The record systems are asked again" not in page.text
    assert "Searched again: 1 new" in page.text


def test_why_it_was_added_is_told_after_the_own_verdicts(inquiry: Inquiry, cast: Cast, at: At) -> None:
    sam, sven = at("sam"), at("sven")
    walk.take(sam, inquiry)
    form = walk.look(sam, f"{walk.address(inquiry)}supplement/").form("/supplement/")
    walk.send(sam, form, ARN=NEW, said_by="DEPUTY MUSTER", reason="SURELY THE RESIDENT")
    assert "SURELY THE RESIDENT" not in walk.look(sven, walk.address(inquiry)).text
    assert "SURELY THE RESIDENT" not in walk.look(sam, walk.address(inquiry)).text
    walk.judge(sam, inquiry, "cannot tell", "cannot tell")
    assert "SURELY THE RESIDENT" in walk.look(sam, walk.address(inquiry)).text


# Reopened


def reopen(client: Client, inquiry: Inquiry, why: str = "called") -> walk.Page:
    """By the page."""
    form = walk.look(client, f"{walk.address(inquiry)}reopen/").form("/reopen/")
    return walk.send(client, form, why=why, reason="THE SERGEANT CALLED BACK")


def test_an_answered_inquiry_is_reopened_with_a_reason_and_the_queue_shows_it(answered: Inquiry, at: At) -> None:
    sven = at("sven")
    assert any(link.endswith("/reopen/") for link in walk.look(sven, walk.address(answered)).links)
    page = reopen(sven, answered)
    assert "Reopened: the agency called back" in page.text
    assert "1 not in custody · 1 reopened" in walk.look(sven, "/board/").text
    queue = walk.look(at("sofia"), "/queue/").text
    assert "reopened: the agency called back" in queue
    listed = walk.look(at("sofia"), "/answered/").text
    assert "reopened 20" in listed


def test_without_a_kind_nothing_is_reopened(answered: Inquiry, at: At) -> None:
    sven = at("sven")
    form = walk.look(sven, f"{walk.address(answered)}reopen/").form("/reopen/")
    page = walk.send(sven, form, reason="WHY")
    assert page.status == 422
    answered.refresh_from_db()
    assert answered.state == "acknowledged"


def test_what_the_agency_has_shows_after_the_own_verdicts_and_the_new_answer_replaces_it(
    answered: Inquiry, at: At
) -> None:
    sofia = at("sofia")
    reopen(sofia, answered)
    search_again(answered)
    page = walk.take(sofia, answered)
    assert "The answer that the agency has" not in page.text
    page = walk.judge(sofia, answered, "same")
    assert "The answer that the agency has" in page.text
    text = page.form("/answer/").fields["text"]
    assert text.startswith("THIS REPLACES OUR ANSWER OF ")
    walk.check(sofia, answered, text=text)
    page = walk.sign(sofia, answered)
    assert "It replaces the answer R3 of" in page.text
    assert Response.objects.filter(replaces__isnull=False).count() == 1


def test_the_sheet_says_that_another_class_needs_a_second_person(answered: Inquiry, at: At) -> None:
    sofia = at("sofia")
    reopen(sofia, answered)
    search_again(answered)
    walk.take(sofia, answered)
    page = walk.judge(sofia, answered, "same")
    form = page.form("/answer/")
    walk.send(sofia, form, answer_class="R12", do="save")
    page = walk.check(sofia, answered)
    assert "replaces an answer of another class (R3)" in page.text


def test_the_answer_is_left_as_it_is_with_a_note(answered: Inquiry, at: At) -> None:
    sofia = at("sofia")
    reopen(sofia, answered)
    search_again(answered)
    walk.take(sofia, answered)
    walk.judge(sofia, answered, "same")
    form = walk.look(sofia, f"{walk.address(answered)}keep/").form("/keep/")
    page = walk.send(sofia, form, reason="NOTHING NEW")
    assert "the answer stands as it was said" in page.text
    assert "NOTHING NEW" in page.text
    answered.refresh_from_db()
    assert answered.state == "acknowledged"


def test_a_late_sign_of_citizenship_is_shown_as_such(waiting: Waiting, cast: Cast, at: At) -> None:
    order = {"kind": "removal_order", "date": "2015-05-01", "final": "2015-06-01", "in_absentia": False}
    fact = order | {"served": True, "state": "standing"}
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), record("EOIR", "E-1", fact, a_number=A_NUMBER))
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.agree(cast.selma, inquiry)
    desk.deliver(inquiry)
    Inquiry.objects.update(silent=["CIS"])
    passport = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}
    late(inquiry, "CIS", record("CIS", "P-1", passport, a_number=A_NUMBER))
    page = walk.look(at("sofia"), walk.address(inquiry))
    assert "a sign of US citizenship came up after the answer" in page.text
    assert "this comes before everything else" in page.text
    assert "a sign of US citizenship came up after the answer" in walk.look(at("sofia"), "/queue/?lane=1").text


# An expired login


def test_a_draft_typed_while_the_login_ran_out_is_not_lost(inquiry: Inquiry, cast: Cast, at: At) -> None:
    """Saved in passing before; what was typed after the login ended is refused, and the page does not swallow it."""
    sam = at("sam")
    walk.take(sam, inquiry)
    page = walk.judge(sam, inquiry, "same", "another")
    form = page.form("/answer/")
    assert sam.post(form.action, form.fields | {"text": "SAVED IN PASSING", "do": "keep"}).status_code == 204
    sam.session.flush()
    sam.cookies.clear()
    answer = sam.post(form.action, form.fields | {"text": "TYPED AFTER IT ENDED", "do": "keep"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
    sam.force_login(cast.sam)
    page = walk.look(sam, walk.address(inquiry))
    assert page.form("/answer/").fields["text"] == "SAVED IN PASSING"
    assert Draft.objects.get().text == "SAVED IN PASSING"
    assert LedgerEntry.objects.filter(event=Event.DRAFT_SAVED).count() == 1
