"""What pages may send. A form cleans what was typed; whether the step may be taken is for the action to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from allauth.account import forms as allauth_forms
from django import forms

from muniment.actions.claiming import BY
from muniment.actions.disclosing import NEEDS
from muniment.core.ceilings import kinds
from muniment.core.errors import SenderFault
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.formats.profile import DEFAULT
from muniment.store.models import User
from muniment.store.models.candidate import VERDICTS


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]  # the library's forms carry no types
    """Name and password, behind the notice of AC-8 that takes an act of its own."""

    acknowledged = forms.BooleanField(
        label="I have read this notice and agree to it",
        error_messages={"required": "Read the notice and tick the box before you log in."},
    )


@dataclass(frozen=True, slots=True)
class Lane:
    """What part of the queue is shown."""

    key: str
    lane: int | None = None
    second: bool = False

    @property
    def filter(self) -> dict[str, Any]:
        """The arguments of `disclosing.view_queue`."""
        return {"lane": self.lane, "second": self.second}


class LaneForm(forms.Form):
    """Which lane; anything unknown shows all."""

    SECOND: Final = "second"

    lane = forms.ChoiceField(choices=[(key, key) for key in (*map(str, LANES), SECOND)], required=False)

    def chosen(self) -> Lane:
        """The lane asked for."""
        key = self.cleaned_data["lane"] if self.is_valid() else ""
        if key == self.SECOND:
            return Lane(key, second=True)
        return Lane(key, int(key)) if key else Lane("")


class FindForm(forms.Form):
    """A control field, an ORI or a telephone number."""

    q = forms.CharField(
        label="Find an inquiry",
        max_length=40,
        error_messages={"required": "Type a control field, an ORI or a phone number."},
        widget=forms.TextInput(
            attrs={
                "placeholder": "Control field, ORI or phone number",
                "type": "search",
                "id": "find",
                "autocomplete": "off",
            }
        ),
    )

    def clean_q(self) -> str:
        """Upper case; a telephone number without its blanks and signs."""
        text = str(self.cleaned_data["q"]).strip()
        digits = text.translate(str.maketrans("", "", " -().+"))
        return digits if digits.isdigit() else text


def valid(form: forms.Form) -> dict[str, Any]:
    """What the form holds; `SenderFault` naming the first field that is wrong, for a page never sends such a form."""
    if not form.is_valid():
        field, faults = next(iter(form.errors.items()))
        raise SenderFault(f"{field}: {faults[0]}", field=field, rule="form")
    return form.cleaned_data


def point_at(form: forms.Form, name: str | None) -> None:
    """Lead who typed to the field that is at fault, where the form has it."""
    if name not in form.fields:
        return
    for each, field in form.fields.items():
        field.widget.attrs.pop("autofocus", None)
        if each == name:
            field.widget.attrs |= {"autofocus": True, "aria-invalid": "true"}


class VersionForm(forms.Form):
    """The version of the inquiry that the page showed."""

    version = forms.IntegerField(min_value=0)


#: How a note of at most 300 characters is typed.
SHORT: Final = {"rows": 3, "maxlength": 300}


TYPED: Final = {"class": "usa-input", "autocomplete": "off", "autofocus": True}


class ReasonForm(VersionForm):
    """Why a step is taken; the action says what a reason must be."""

    reason = forms.CharField(
        label="Why", max_length=300, required=False, widget=forms.Textarea(attrs=SHORT | {"autofocus": True})
    )


class ExpediteForm(ReasonForm):
    """Into which urgent lane."""

    LANES: ClassVar = [
        (number, f"{LANES[number].label}, {LANES[number].target.seconds // 60} min") for number in (2, 3)
    ]

    lane = forms.TypedChoiceField(label="Lane", choices=LANES, coerce=int, initial=2, widget=forms.RadioSelect)
    field_order = ("version", "lane", "reason")


class HandOverForm(VersionForm):
    """To whom, and a word about it."""

    colleague = forms.TypedChoiceField(label="To", coerce=int, widget=forms.Select(attrs={"autofocus": True}))
    word = forms.CharField(
        label="A word about it",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
    )

    def __init__(self, data: Any = None, *, colleagues: Iterable[User]) -> None:
        super().__init__(data)
        people = [(colleague.pk, str(colleague)) for colleague in colleagues]
        self.fields["colleague"].choices = people  # type: ignore[attr-defined]  # the stubs know only plain fields


class ClaimForm(ReasonForm):
    """Who claims citizenship, and what was said."""

    by = forms.ChoiceField(label="Who claims it", choices=list(BY.items()), widget=forms.RadioSelect, initial="self")
    field_order = ("version", "by", "reason")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].label = "What was said, by whom and how"


class WhyForm(forms.Form):
    """Why a step is taken that is about no inquiry."""

    reason = forms.CharField(label="Why", max_length=300, required=False, widget=forms.Textarea(attrs=SHORT))


#: How a short text is typed.
LINE: Final = {"class": "usa-input"}


class AgencyForm(WhyForm):
    """An agency of the directory; the action says what each field must be."""

    PURPOSES: ClassVar = [("C", "C, criminal justice"), ("F", "F, firearm check")]

    ori = forms.CharField(label="ORI", max_length=20, widget=forms.TextInput(LINE | {"autocomplete": "off"}))
    name = forms.CharField(label="Name", max_length=100, widget=forms.TextInput(LINE))
    state = forms.CharField(label="State, by its postal code", max_length=4, widget=forms.TextInput(LINE))
    kind = forms.ChoiceField(label="Kind", choices=[(name, kind.says) for name, kind in kinds().items()])
    purposes = forms.MultipleChoiceField(label="Purposes", choices=PURPOSES, widget=forms.CheckboxSelectMultiple)
    call_back = forms.CharField(
        label="Call-back number",
        help_text="One you have checked, not one from a message.",
        max_length=30,
        widget=forms.TextInput(LINE),
    )
    lines = forms.MultipleChoiceField(label="Lines", widget=forms.CheckboxSelectMultiple)
    per_hour = forms.IntegerField(
        label="Ceiling of an hour",
        help_text="Empty: the default of its kind.",
        required=False,
        widget=forms.NumberInput(LINE),
    )
    per_day = forms.IntegerField(
        label="Ceiling of 24 hours",
        help_text="Empty: the default of its kind.",
        required=False,
        widget=forms.NumberInput(LINE),
    )
    field_order = ("ori", "name", "state", "kind", "purposes", "call_back", "lines", "per_hour", "per_day", "reason")

    def __init__(self, data: Any = None, *, lines: Iterable[str], new: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["lines"].choices = [(line, line) for line in lines]  # type: ignore[attr-defined]  # as above
        if not new:
            del self.fields["ori"]


class RaiseForm(WhyForm):
    """To how many inquiries a ceiling is raised."""

    per_hour = forms.IntegerField(label="Inquiries in an hour", widget=forms.NumberInput(LINE))
    per_day = forms.IntegerField(label="Inquiries in 24 hours", widget=forms.NumberInput(LINE))
    field_order = ("per_hour", "per_day", "reason")


class AccountForm(WhyForm):
    """An account; the action says what each field must be."""

    username = forms.CharField(label="User name", max_length=40, widget=forms.TextInput(LINE | {"autocomplete": "off"}))
    title = forms.CharField(
        label="Title",
        help_text="How others see the account, such as “specialist 14”.",
        max_length=70,
        widget=forms.TextInput(LINE),
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="An administrator and an auditor have no other role.",
        choices=[(role.value, role.value) for role in Role],
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(label="It may log in", required=False)
    field_order = ("username", "title", "roles", "is_active", "reason")

    def __init__(self, data: Any = None, *, new: bool = False, enable: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        if not new:
            del self.fields["username"]
        if not enable:
            del self.fields["is_active"]


class ChooseForm(forms.Form):
    """A password of one's own; the action says what it must be."""

    old = forms.CharField(
        label="Your password of now",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(LINE | {"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label="A new one",
        help_text="At least 8 characters, none of the common ones, nothing like your name. Any characters go.",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(LINE | {"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The new one again",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(LINE | {"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Typed twice alike."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError("The new password was not typed twice alike.")
        return again


class DecideForm(forms.Form):
    """What becomes of a change that somebody proposed."""

    do = forms.ChoiceField(choices=[(do, do) for do in ("agree", "turn down", "take back")])
    note = forms.CharField(label="A note", max_length=300, required=False, widget=forms.Textarea(attrs=SHORT))


class DirectoryForm(forms.Form):
    """What part of the directory is shown; anything unknown shows all."""

    WHICH: ClassVar = [
        ("", "all"),
        ("refused", "refused in 24 hours"),
        ("suspended", "suspended"),
        ("waiting", "with a change that waits"),
    ]

    q = forms.CharField(label="ORI, name or number", max_length=40, required=False)
    which = forms.ChoiceField(label="Show", choices=WHICH, required=False)


class SwitchForm(ReasonForm):
    """Whether a record system is asked from now on; `version` is that of the switch which the page showed."""

    asked = forms.TypedChoiceField(choices=[("no", "no"), ("yes", "yes")], coerce=lambda text: text == "yes")


class TryForm(forms.Form):
    """A message to be tried, as it would be sent; its blanks count. A file is read in place of what was pasted."""

    message = forms.CharField(
        label="The message",
        required=False,
        strip=False,
        max_length=DEFAULT.limits.message,
        help_text="As it would be sent: text, XML or JSON. Use made-up people.",
        widget=forms.Textarea({"class": "usa-textarea wire", "rows": 14, "spellcheck": "false", "autocomplete": "off"}),
    )

    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text=f"With fingerprints (EBTS), of at most {DEFAULT.limits.ebts:,} bytes, or a message of any form. It "
        "is read in place of what stands above.",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        if not (self.cleaned_data.get("message") or self.cleaned_data.get("file") or self.errors):
            self.add_error("message", "Paste a message or choose a file.")
        return self.cleaned_data

    @property
    def raw(self) -> bytes:
        """The bytes to be tried."""
        sent = valid(self)
        return bytes(sent["file"].read() if sent["file"] else sent["message"].encode("utf-8"))


class ToldForm(forms.Form):
    """Whom a person told by telephone, and when; the action says what holds."""

    spoke_with = forms.CharField(
        label="Name of the person you spoke with", max_length=80, required=False, widget=forms.TextInput(TYPED)
    )
    at = forms.DateTimeField(
        label="When (UTC)",
        error_messages={"required": "Say when you spoke.", "invalid": "Say when you spoke as day and time, UTC."},
        widget=forms.DateTimeInput({"type": "datetime-local", "class": "usa-input"}, format="%Y-%m-%dT%H:%M"),
    )
    word = forms.CharField(
        label="What else should be known", max_length=300, required=False, widget=forms.Textarea(attrs=SHORT)
    )


class JudgeForm(forms.Form):
    """A verdict on one candidate."""

    candidate = forms.IntegerField(min_value=1)
    verdict = forms.ChoiceField(choices=[(verdict, verdict) for verdict in VERDICTS])


class ApartForm(forms.Form):
    """A candidate to take apart."""

    candidate = forms.IntegerField(min_value=1)


class NeedForm(forms.Form):
    """Why a person needs to see what is protected."""

    need = forms.ChoiceField(label="Why you need to see it", choices=list(NEEDS.items()))


class AnswerForm(forms.Form):
    """The answer as it is being written. `drafted` is the class whose words the text began from."""

    answer_class = forms.CharField(max_length=4, required=False)
    text = forms.CharField(max_length=20_000, required=False, strip=False)
    drafted = forms.CharField(max_length=4, required=False)


class SignForm(forms.Form):
    """What the signer saw, and the password."""

    version = forms.IntegerField(min_value=0)
    text_sha256 = forms.RegexField(r"^[0-9a-f]{64}$")
    determination = forms.IntegerField(min_value=0)
    password = forms.CharField(max_length=200, strip=False, required=False)


class DisagreeForm(VersionForm):
    """Why the second person does not sign."""

    note = forms.CharField(max_length=300, required=False)


class LedgerForm(forms.Form):
    """What the auditor looks for; empty means all."""

    EVENTS: ClassVar = [("", "every event"), *[(event.value, event.value) for event in Event]]

    about = forms.CharField(max_length=80, required=False, label="Person: name, or SYSTEM:record")
    inquiry = forms.IntegerField(min_value=1, required=False, label="Inquiry number")
    agency = forms.CharField(max_length=9, required=False, label="Agency (ORI)")
    event = forms.ChoiceField(choices=EVENTS, required=False, label="Event")
    by = forms.CharField(max_length=60, required=False, label="Who")
    since = forms.DateTimeField(
        required=False, label="From (UTC)", widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        required=False, label="Until (UTC)", widget=forms.DateTimeInput({"type": "datetime-local"})
    )
