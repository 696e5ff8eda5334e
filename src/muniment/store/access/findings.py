"""What was found for an inquiry, and what people said and wrote of it."""

from __future__ import annotations

from muniment.core.workflow import DeliveryState
from muniment.store.access.center import Absent
from muniment.store.models import (
    Candidate,
    Determination,
    Draft,
    Inquiry,
    Note,
    Response,
    Supplement,
    SystemReply,
    User,
    Verdict,
    Work,
)

#: States of the delivery of an answer that has left, or may.
GONE = (DeliveryState.READY, DeliveryState.SENT, DeliveryState.ACKNOWLEDGED)


def candidates(inquiry: Inquiry) -> list[Candidate]:
    """The inquiry's candidates in their random order, with their records."""
    return list(
        Candidate.objects.filter(inquiry=inquiry).prefetch_related("records", "verdicts__user").order_by("position")
    )


def lock_candidate(inquiry: Inquiry, candidate_id: int) -> Candidate:
    """One candidate of a locked inquiry."""
    row = Candidate.objects.filter(inquiry=inquiry, id=candidate_id).first()
    if row is None:
        raise Absent
    return row


def judged_all(inquiry: Inquiry, user: User) -> bool:
    """Whether this person has judged every candidate; so too when there is none."""
    mine = Verdict.objects.filter(user=user, withdrawn=False).values("candidate_id")
    return not Candidate.objects.filter(inquiry=inquiry).exclude(id__in=mine).exists()


def revealed(inquiry: Inquiry, user: User) -> bool:
    """Whether this person may see what others said: the answer has been given, or all own verdicts are in."""
    return not inquiry.open or judged_all(inquiry, user)


def standing_verdicts(inquiry: Inquiry, user: User) -> dict[int, str]:
    """Candidate id to verdict, as this person judged."""
    rows = Verdict.objects.filter(inquiry=inquiry, user=user, withdrawn=False)
    return dict(rows.values_list("candidate_id", "verdict"))


def latest_determination(inquiry: Inquiry) -> Determination | None:
    """The newest determination of the inquiry."""
    return Determination.objects.filter(inquiry=inquiry).order_by("-version").first()


def draft(inquiry: Inquiry) -> Draft | None:
    """The answer as it is being written."""
    return Draft.objects.filter(inquiry=inquiry).select_related("user").first()


def standing_response(inquiry: Inquiry) -> Response | None:
    """The latest signed answer that has not been taken back: it replaces those before it."""
    rows = Response.objects.filter(inquiry=inquiry, withdrawn=False).order_by("-id")
    return rows.select_related("signer", "second", "determination", "replaces").first()


def replaced_by_next(inquiry: Inquiry) -> Response | None:
    """The answer that has left and that the next one to the inquiry replaces; none before the first has left."""
    rows = Response.objects.filter(inquiry=inquiry, withdrawn=False, delivery__state__in=GONE)
    return rows.order_by("-id").first() if inquiry.reopened else None


def sent_back(inquiry: Inquiry) -> Response | None:
    """The latest signed answer that fell, with the note that says why."""
    return Response.objects.filter(inquiry=inquiry, withdrawn=True).exclude(note="").order_by("-id").first()


def lock_standing_response(inquiry_id: int) -> Response | None:
    """The same, held."""
    rows = Response.objects.select_for_update(of=("self",)).filter(inquiry_id=inquiry_id, withdrawn=False)
    return rows.order_by("-id").first()


def supplements(inquiry: Inquiry) -> list[Supplement]:
    """What was added to what is asked, oldest first, with who added it, when and why."""
    return list(Supplement.objects.filter(inquiry=inquiry).select_related("note__user").order_by("note_id"))


def search_owed(inquiry: Inquiry) -> bool:
    """Whether the search is still owed that the latest supplement or reopening brought about."""
    notes = Note.objects.filter(inquiry=inquiry, kind__in=("supplemented", "reopened"))
    latest = notes.order_by("-id").values_list("id", flat=True)[:1]
    return Work.objects.filter(task="search again", target__in=latest).exists()


def system_replies(inquiry: Inquiry) -> list[SystemReply]:
    """What each record system said to the inquiry, or that it stayed silent."""
    return list(SystemReply.objects.filter(inquiry=inquiry))
