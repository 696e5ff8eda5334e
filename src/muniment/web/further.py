"""The pages on which a person adds what was learnt, reopens what was answered, or leaves an answer as it is."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from muniment.actions import reopening, supplementing
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission
from muniment.core.reopening import CHOSEN
from muniment.core.subject import UNKNOWN_PLACE, UNKNOWN_SEX, subject_from_json
from muniment.formats import adding
from muniment.formats.profile import Field
from muniment.store import access
from muniment.store.models import Inquiry
from muniment.web import news
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import ReasonForm, valid
from muniment.web.steer import Act, page


class ReopenForm(ReasonForm):
    """Of what kind the reason is for reopening, and the reason."""

    why = forms.ChoiceField(label="What happened", choices=list(CHOSEN.items()), widget=forms.RadioSelect)
    field_order = ("version", "why", "reason")


class SupplementForm(ReasonForm):
    """What was learnt, a field each as a message has them, who said it, and why it is added.

    Sex and birth place are offered only where the message did not say them: what was received is not changed.
    """

    HELP: ClassVar = {
        "DOB": "8 digits, year month day",
        "POB": "NCIC code of two letters",
        "SEX": "M, F or X",
        "AKA": "FAMILY, GIVEN MIDDLE",
    }

    said_by = forms.CharField(
        label="Who said it", max_length=80, required=False, widget=forms.TextInput(attrs={"class": "usa-input"})
    )

    def __init__(self, data: Any = None, *, inquiry: Inquiry) -> None:
        super().__init__(data)
        asked = subject_from_json(inquiry.subject)
        known = {"SEX": asked.sex not in (None, UNKNOWN_SEX), "POB": asked.birth_place not in (None, UNKNOWN_PLACE)}
        self.prefixes = [about.prefix for about in adding.fields() if not known.get(about.prefix)]
        for about in adding.fields():
            if about.prefix in self.prefixes:
                self.fields[about.prefix] = _addition(about, self.HELP.get(about.prefix, ""))
        self.fields["reason"].widget.attrs.pop("autofocus")
        self.fields[self.prefixes[0]].widget.attrs["autofocus"] = True
        self.order_fields(["version", *self.prefixes, "said_by", "reason"])

    def additions(self) -> dict[str, str]:
        """What was typed, by prefix; whether it is right is for the action to say."""
        return {prefix: self.cleaned_data[prefix] for prefix in self.prefixes if self.cleaned_data[prefix]}


def _addition(about: Field, help_text: str) -> forms.CharField:
    words = f"{about.label[:1].upper()}{about.label[1:]}"
    widget = forms.TextInput(attrs={"class": "usa-input", "autocomplete": "off"})
    return forms.CharField(label=words, max_length=60, required=False, help_text=help_text, widget=widget)


SUPPLEMENT: Final = Act(
    "supplement",
    "supplement",
    "Add what was learnt",
    "It is asked beside what was received, which stays as it is, and all record systems are searched again. Verdicts "
    "fall where something else is compared then. Nothing can be signed before the search was made.",
    "Add it and search again",
)
REOPEN: Final = Act(
    "reopen",
    "reopen",
    "Reopen",
    "The inquiry waits for a person again, with a new deadline, and is searched anew. What was answered stays as it "
    "was said; the next answer says that it replaces it. Do not write who you think it is: your colleague judges "
    "alone.",
    "Reopen it",
)
KEEP: Final = Act(
    "keep",
    "keep answer",
    "Leave the answer as it is",
    "The agency has its answer, and it still holds: the inquiry is closed again, and nothing is sent.",
    "Close it without a new answer",
)


def _supplement_form(request: HttpRequest, inquiry_id: int) -> SupplementForm:
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    return SupplementForm(request.POST or None, inquiry=inquiry)


def supplement_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """What was learnt, from whom, and why."""
    return page(request, inquiry_id, SUPPLEMENT, _supplement_form(request, inquiry_id), fault)


@door(Permission.INQUIRY_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
@again(supplement_page)
def supplement(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Add it to what is asked."""
    if request.method != "POST":
        return supplement_page(request, inquiry_id)
    bound = _supplement_form(request, inquiry_id)
    form, values = valid(bound), bound.additions()
    supplementing.supplement(actor(request), inquiry_id, form["version"], values, form["said_by"], form["reason"])
    return redirect("inquiry", inquiry_id)


def reopen_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """Of what kind the reason is, and the reason."""
    return page(request, inquiry_id, REOPEN, ReopenForm(request.POST or None), fault)


@door(Permission.INQUIRY_REOPEN)
@require_http_methods(["GET", "HEAD", "POST"])
@again(reopen_page)
def reopen(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Let it wait for a person again."""
    if request.method != "POST":
        return reopen_page(request, inquiry_id)
    form = valid(ReopenForm(request.POST))
    reopening.reopen(actor(request), inquiry_id, form["version"], form["why"], form["reason"])
    return redirect("inquiry", inquiry_id)


def keep_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why the answer stands."""
    return page(request, inquiry_id, KEEP, ReasonForm(request.POST or None), fault)


@door(Permission.INQUIRY_REOPEN)
@require_http_methods(["GET", "HEAD", "POST"])
@again(keep_page)
def keep(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Close it without a new answer."""
    if request.method != "POST":
        return keep_page(request, inquiry_id)
    form = valid(ReasonForm(request.POST))
    reopening.keep(actor(request), inquiry_id, form["version"], form["reason"])
    return redirect("inquiry", inquiry_id)


@door(Permission.INQUIRY_VIEW)
@require_GET
def latest(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Whether something changed since the page was made; of the person it says only how many records came late."""
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    if str(inquiry.version) == request.GET.get("seen"):
        return HttpResponse(status=204)
    late = news.came_late(access.candidates(inquiry), access.system_replies(inquiry))
    return render(request, "web/latest.html", {"inquiry": inquiry, "changed": True, "late": late})
