"""Writing the answer, checking it, signing it, taking it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from muniment.actions import disclosing, responding, steering
from muniment.actions.responding import Signing
from muniment.core.errors import MunimentError, Stale
from muniment.core.permissions import Permission
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry
from muniment.web import answer as answers
from muniment.web import inquiries, signing
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import AnswerForm, DisagreeForm, SignForm, VersionForm, valid


def _typed(request: HttpRequest) -> dict[str, Any]:
    return valid(AnswerForm(request.POST)) | {"fresh": request.POST.get("do") == "words"}


def _page_with_text(request: HttpRequest, inquiry_id: int, *, fault: MunimentError) -> HttpResponse:
    """The inquiry again, with what was typed."""
    form = AnswerForm(request.POST)
    return inquiries.page(request, inquiry_id, fault=fault, typed=form.cleaned_data if form.is_valid() else None)


@door(Permission.INQUIRY_ANSWER)
@require_POST
@again(_page_with_text)
def answer(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Keep the answer as it is being written: with `keep` in passing, with `sign` on the way to checking it."""
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    determination = access.latest_determination(inquiry)
    typed = _typed(request)
    writing = answers.written(inquiry, determination, typed) if determination else answers.Writing(**_plain(typed))
    responding.save_draft(actor(request), inquiry_id, writing.answer_class, writing.text)
    if request.POST.get("do") == "keep":
        return HttpResponse(status=204)
    return redirect("sign" if request.POST.get("do") == "sign" else "inquiry", inquiry_id)


def _plain(typed: dict[str, Any]) -> dict[str, Any]:
    return {name: typed[name] for name in ("answer_class", "text", "drafted")}


@door(Permission.INQUIRY_ANSWER)
@require_POST
def check(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """What is wrong with the text as typed, and how it would go out; nothing is kept."""
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    determination = access.latest_determination(inquiry)
    if (
        inquiry.holder_id != person(request).pk
        or determination is None
        or not access.revealed(inquiry, person(request))
    ):
        raise access.Absent
    steering.stay(actor(request), inquiry_id)
    answer = answers.answer_of(inquiry, determination, _typed(request))
    return render(request, "web/answer.html#writing", {"answer": answer, "inquiry": inquiry})


def sign_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """The text as it goes out, once more, and the password. Where nothing can be signed, the inquiry's page."""
    inquiry = disclosing.view_inquiry(actor(request), inquiry_id)
    sheet = signing.sheet_of(inquiry, person(request))
    if sheet is None:
        return inquiries.page(request, inquiry_id, fault=fault)
    context = {"sheet": sheet, "inquiry": inquiry, "fault": fault, "due": sheet.due, "now": sheet.now}
    return render(request, "web/sign.html", context)


@door(Permission.INQUIRY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@again(sign_page)
def sign(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Check, then sign: the holder first, in a second look the other person."""
    if request.method != "POST":
        return sign_page(request, inquiry_id)
    signed = Signing(**valid(SignForm(request.POST)))
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    try:
        if inquiry.state == InquiryState.SECOND_LOOK:
            responding.second(actor(request), inquiry_id, signed)
        else:
            responding.sign(actor(request), inquiry_id, signed)
    except Stale:
        if not _signed_already(request, inquiry, signed):
            raise
    return redirect("inquiry", inquiry_id)


def _signed_already(request: HttpRequest, inquiry: Inquiry, signed: Signing) -> bool:
    """Whether this is the second press of a button whose first press did sign this text."""
    response = access.standing_response(inquiry)
    mine = response is not None and person(request).pk in (response.signer_id, response.second_id)
    return mine and response is not None and response.text_sha256 == signed.text_sha256


@door(Permission.RESPONSE_SECOND)
@require_POST
@again(inquiries.page)
def disagree(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The second person sends it back with a note."""
    form = valid(DisagreeForm(request.POST))
    responding.disagree(actor(request), inquiry_id, form["version"], form["note"])
    return redirect("queue")


@door(Permission.RESPONSE_SIGN)
@require_POST
@again(inquiries.page)
def take_back(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Take a signed answer back while it has not left."""
    responding.take_back(actor(request), inquiry_id, valid(VersionForm(request.POST))["version"])
    return redirect("inquiry", inquiry_id)
