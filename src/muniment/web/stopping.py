"""Forms of a finding."""

from __future__ import annotations

from typing import Any

from django import forms

from muniment.store.models.finding import RESULTS
from muniment.web.forms import SHORT, VersionForm


class FindingForm(VersionForm):
    """One of the outcomes, why, and the documents. On a stop, no outcome lifts it."""

    result = forms.ChoiceField(label="Found", widget=forms.RadioSelect)
    words = forms.CharField(
        label="What you found, and why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1000}),
    )
    papers = forms.CharField(
        label="The documents it rests on",
        help_text="Each with its kind, date and where it is kept.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data)
        results = [name for name in RESULTS if kind == "hold" or name != "no evidence"]
        self.fields["result"].choices = [(name, name) for name in results]  # type: ignore[attr-defined]  # a ChoiceField


class SecondFindingForm(VersionForm):
    """Whether the second person agrees."""

    do = forms.ChoiceField(choices=[(do, do) for do in ("agree", "disagree")])
    note = forms.CharField(
        label="What you see differently", max_length=300, required=False, widget=forms.Textarea(attrs=SHORT)
    )
