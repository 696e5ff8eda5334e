"""From the words of an answer to a signature, another person's look, and back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import sending
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store.models import Delivery, Draft, Inquiry, LedgerEntry, Response
from tests.actions import desk
from tests.cast import PASSWORD, Cast
from tests.messages import iaq, yq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident
from tests.web.walk import Page, address, check, judge, look, send, sign, take

pytestmark = pytest.mark.django_db

FAR_END = Actor.line("demo")
CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}


@pytest.fixture
def judged(at: Callable[[str], Client], waiting: Waiting) -> tuple[Client, Inquiry]:
    """An inquiry about a permanent resident, in sam's hand, with sam's verdict."""
    inquiry = waiting(None, resident())
    sam = at("sam")
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    return sam, inquiry


def area(page: Page) -> str:
    """The text as it stands in its field."""
    return page.form("/answer/").fields["text"]


def test_the_answer_begins_with_the_centers_words_for_what_the_records_support(judged: tuple[Client, Inquiry]) -> None:
    page = look(judged[0], address(judged[1]))
    form = page.form("/answer/")
    assert form.fields["answer_class"] == "R3"
    assert "LAWFUL PERMANENT RESIDENT" in form.fields["text"]
    assert not Draft.objects.exists()


def test_classes_that_the_records_do_not_support_stay_with_the_reason(judged: tuple[Client, Inquiry]) -> None:
    page = look(judged[0], address(judged[1]))
    assert "What they do not support, and why" in page.text
    assert "R8 Final order on record" in page.text
    assert "R8" not in page.form("/answer/").choices["answer_class"]


def test_another_class_brings_its_own_words(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    page = send(sam, look(sam, address(inquiry)).form("/answer/"), answer_class="R12", do="save")
    assert "STATUS NOT DETERMINED" in area(page)
    assert Draft.objects.get().answer_class == "R12"


def test_a_changed_text_is_kept_when_the_class_changes(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    own = area(look(sam, address(inquiry))) + "\r\nOWN LINE."
    page = send(sam, look(sam, address(inquiry)).form("/answer/"), text=own, answer_class="R12", do="save")
    assert "OWN LINE." in area(page)
    page = send(sam, page.form("/answer/"), do="words")
    assert "OWN LINE." not in area(page)
    assert "STATUS NOT DETERMINED" in area(page)


def test_the_preview_is_what_goes_out_to_the_byte(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    page = check(sam, inquiry)
    sign(sam, inquiry)
    wire = bytes(Delivery.objects.get(kind="response").wire).decode("ascii").replace("\r\n", "\n")
    assert f">{wire}</pre>" in page.html


@pytest.mark.parametrize(
    ("line", "said"),
    [("HE IS ILLEGAL.", "ILLEGAL"), ("X" * 81, "column 81"), ("ÉTAT", "column 1"), ("lower case", "column 1")],
)
def test_what_is_wrong_with_a_text_is_told_with_its_place_and_keeps_it_from_being_signed(
    line: str, said: str, judged: tuple[Client, Inquiry]
) -> None:
    sam, inquiry = judged
    text = area(look(sam, address(inquiry))) + "\n" + line
    page = check(sam, inquiry, text=text)
    assert "It cannot be signed yet" in page.text
    assert not page.has_form("/sign/")
    page = look(sam, address(inquiry))
    assert f"Line {text.count(chr(10)) + 1}, column" in page.text
    assert said in page.text
    signing = {"version": 2, "text_sha256": "0" * 64, "determination": 1, "password": PASSWORD}
    assert sam.post(f"{address(inquiry)}sign/", signing).status_code in {409, 422}
    assert not Response.objects.exists()


def test_a_text_is_checked_while_it_is_typed_and_nothing_is_kept(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    typed = look(sam, address(inquiry)).form("/answer/").fields | {"text": "HE IS ILLEGAL."}
    answer = sam.post(f"{address(inquiry)}check/", typed)
    html = answer.content.decode()
    assert "ILLEGAL" in html
    assert 'id="checked"' in html
    assert "<html" not in html
    assert not Draft.objects.exists()


def test_a_check_is_for_who_has_it_in_hand(judged: tuple[Client, Inquiry], at: Callable[[str], Client]) -> None:
    path = f"{address(judged[1])}check/"
    assert at("sofia").post(path, {"text": "X", "answer_class": "R3"}).status_code == 404


def test_what_was_typed_is_kept_when_the_step_is_refused(
    judged: tuple[Client, Inquiry], at: Callable[[str], Client]
) -> None:
    sam, inquiry = judged
    page = look(sam, address(inquiry))
    send(sam, page.form("/put-back/"))
    take(at("sofia"), inquiry)
    refused = send(sam, page.form("/answer/"), text="MY OWN WORDS", do="save")
    assert refused.status == 403
    assert "sofia of the tests has this inquiry in hand" in refused.text
    send(at("sofia"), look(at("sofia"), address(inquiry)).form("/put-back/"))
    page = take(sam, inquiry)
    refused = send(sam, page.form("/answer/"), text="MY OWN WORDS", answer_class="R3" * 9)
    assert refused.status == 422


def test_signed_it_leaves_after_ten_seconds_and_can_be_taken_back_until_then(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    assert "It leaves 10 seconds after you sign" in check(sam, inquiry).text
    page = sign(sam, inquiry)
    assert re.search(r"Leaves in (10|9) s", page.text)
    page = send(sam, page.form("/take-back/"))
    assert page.has_form("/answer/")
    assert Response.objects.get().withdrawn
    assert "LAWFUL PERMANENT RESIDENT" in area(page)


def test_once_it_has_left_it_says_so_and_cannot_be_taken_back(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    check(sam, inquiry)
    signed = sign(sam, inquiry)
    sending.release(WORKER, Delivery.objects.get(kind="response").pk)
    page = look(sam, address(inquiry))
    assert "Released; waits for the line" in page.text
    assert not page.has_form("/take-back/")
    late = send(sam, signed.form("/take-back/"))
    assert late.status == 409
    assert not Response.objects.get().withdrawn


def test_a_wrong_password_signs_nothing_and_the_page_is_still_there(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    check(sam, inquiry)
    page = sign(sam, inquiry, password="guess")
    assert page.status == 422
    assert "That is not your password" in page.text
    assert page.has_form("/sign/")
    assert not Response.objects.exists()


def test_pressing_sign_twice_signs_once(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    form = check(sam, inquiry).form("/sign/")
    pages = [send(sam, form, password=PASSWORD) for _ in range(2)]
    assert [page.status for page in pages] == [200, 200]
    assert pages[1].address == address(inquiry)
    assert Response.objects.count() == 1
    assert LedgerEntry.objects.filter(event=Event.RESPONSE_SIGNED).count() == 1


def test_a_signature_for_another_text_than_the_one_shown_is_refused(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    shown = check(sam, inquiry).form("/sign/")
    check(sam, inquiry, answer_class="R12")
    page = send(sam, shown, password=PASSWORD)
    assert page.status == 409
    assert "The text is not the one you were shown" in page.text
    assert "STATUS NOT DETERMINED" in page.text
    assert not Response.objects.exists()


def test_a_signature_after_a_change_of_verdict_is_refused(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    shown = check(sam, inquiry).form("/sign/")
    judge(sam, inquiry, "another")
    page = send(sam, shown, password=PASSWORD)
    assert page.status == 409
    assert not Response.objects.exists()


def test_the_back_button_to_a_signed_sheet_ends_at_the_inquiry(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    check(sam, inquiry)
    sign(sam, inquiry)
    page = look(sam, f"{address(inquiry)}sign/")
    assert "Signed" in page.text
    assert not page.has_form("/sign/")


def test_a_hit_confirmation_is_answered_by_hand_in_words_that_confirm_nothing(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting(yq())
    sam = at("sam")
    page = take(sam, inquiry)
    text = area(page)
    assert "THIS IS NO CONFIRMATION OF A HIT" in text
    assert "answer_class" not in page.form("/answer/").choices
    page = check(sam, inquiry, text=text.replace("THIS IS NO CONFIRMATION OF A HIT.", ""))
    assert "It cannot be signed yet" in page.text
    assert "It leaves at once" in check(sam, inquiry, text=text).text
    sign(sam, inquiry)
    assert bytes(Delivery.objects.get(kind="response").wire).startswith(b"AM.VTICE0900.ZZ0010100.*SYN0000002.TXT")


# A second person


@pytest.fixture
def second_look(at: Callable[[str], Client], waiting: Waiting) -> tuple[Client, Client, Inquiry]:
    """Sam signed an answer about a citizen, which another person must see; selma is that person."""
    inquiry = waiting(None, record("CIS", f"A{A_NUMBER}", CITIZEN, a_number=A_NUMBER))
    sam, selma = at("sam"), at("selma")
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    assert "Another person will look before it leaves" in check(sam, inquiry).text
    assert "Waits for a second person" in sign(sam, inquiry).text
    return sam, selma, inquiry


def test_the_second_person_sees_neither_verdict_nor_answer_before_the_own_verdict(
    second_look: tuple[Client, Client, Inquiry],
) -> None:
    _, selma, inquiry = second_look
    page = look(selma, address(inquiry))
    assert "Second look, asked by sam of the tests" in page.text
    assert not re.search(r"R1\b|CITIZEN|sam of the tests: |Record judged|Signed by|bits", page.text)
    page = judge(selma, inquiry, "same")
    for part in ("sam of the tests: same person", "R1", "sam of the tests signed this", "Agree: check and sign"):
        assert part in page.text


def test_the_proofs_of_the_first_persons_verdicts_are_blind_too(
    second_look: tuple[Client, Client, Inquiry],
) -> None:
    sam, selma, inquiry = second_look
    entry = LedgerEntry.objects.get(event=Event.CANDIDATE_JUDGED, inquiry_id=inquiry.pk)
    look(sam, f"/ledger/{entry.pk}/")
    look(selma, f"/ledger/{entry.pk}/", 404)
    judge(selma, inquiry, "same")
    look(selma, f"/ledger/{entry.pk}/")


def test_the_second_person_agrees_by_signing_the_same_text(
    second_look: tuple[Client, Client, Inquiry], cast: Cast
) -> None:
    _, selma, inquiry = second_look
    judge(selma, inquiry, "same")
    page = sign(selma, inquiry)
    assert "and by selma of the tests" in page.text
    response = Response.objects.get()
    assert (response.second, response.withdrawn) == (cast.selma, False)
    assert response.leaves is not None


def test_different_verdicts_cannot_be_signed_only_sent_back(second_look: tuple[Client, Client, Inquiry]) -> None:
    sam, selma, inquiry = second_look
    page = judge(selma, inquiry, "cannot tell")
    assert "1 verdict of yours differs from the signer's" in page.text
    assert "Agree: check and sign" not in page.text
    assert sign(selma, inquiry).status == 409
    page = send(selma, page.form("/disagree/"), note="")
    assert page.status == 422
    assert "Say in a few words what you see differently" in page.text
    send(selma, page.form("/disagree/"), note="THE PHOTO IS MISSING")
    assert "THE PHOTO IS MISSING" in take(sam, inquiry).text


@pytest.mark.parametrize("who", ["sofia", "sam", "robot"])
def test_the_second_look_is_not_for_the_signer_or_a_role_without_it(
    who: str, second_look: tuple[Client, Client, Inquiry], at: Callable[[str], Client]
) -> None:
    inquiry = second_look[2]
    client = at(who)
    page = look(client, address(inquiry))
    assert not page.has_form("/judge/")
    assert not page.has_form("/disagree/")
    form = {"version": inquiry.version, "text_sha256": "0" * 64, "determination": 1, "password": PASSWORD}
    assert client.post(f"{address(inquiry)}sign/", form).status_code in {403, 409}
    assert Response.objects.get().second is None


def test_the_signer_can_take_it_back_while_the_second_look_is_owed(
    second_look: tuple[Client, Client, Inquiry],
) -> None:
    sam, _, inquiry = second_look
    page = send(sam, look(sam, address(inquiry)).form("/take-back/"))
    assert page.has_form("/answer/")


# Without JavaScript, from the queue to the wire


def test_the_whole_way_needs_no_script(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(iaq(ARN=A_NUMBER), resident())
    sam = at("sam")
    queue = look(sam, "/queue/")
    page = send(sam, queue.form("/queue/next/"))
    page = send(sam, page.form("/judge/"), verdict="same")
    page = send(sam, page.form("/answer/"), do="sign")
    page = send(sam, page.form("/sign/"), password=PASSWORD)
    assert page.address == address(inquiry)
    delivery = Delivery.objects.get(kind="response")
    sending.release(WORKER, delivery.pk)
    Delivery.objects.update(leaves=delivery.response.signed)  # the ten seconds are over
    assert desk.handed_over(delivery)
    sending.acknowledge(FAR_END, "demo", delivery.pk)
    assert "Delivered; the line acknowledged it" in look(sam, address(inquiry)).text
    assert "R3" in look(sam, "/answered/").text


def test_what_is_typed_is_kept_in_passing(judged: tuple[Client, Inquiry]) -> None:
    sam, inquiry = judged
    typed = look(sam, address(inquiry)).form("/answer/").fields | {"text": "MY OWN WORDS", "do": "keep"}
    answer = sam.post(f"{address(inquiry)}answer/", typed)
    assert (answer.status_code, answer.content) == (204, b"")
    assert area(look(sam, address(inquiry))) == "MY OWN WORDS"
