"""Steps at the workbench as a person takes them: by the forms that are on the page, without JavaScript."""

from __future__ import annotations

from typing import Any

from django.test import Client

from muniment.store.models import Inquiry
from tests.cast import PASSWORD
from tests.journeys.visitor import Form, Page


def look(client: Client, path: str, status: int = 200) -> Page:
    """A page, with the status it must have."""
    answer = client.get(path, follow=True)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return Page(path, answer.status_code, answer.content.decode())


def send(client: Client, form: Form, **typed: Any) -> Page:
    """Send a form of a page with what was typed; where it leads to."""
    answer = client.post(form.action, form.fields | typed, follow=True)
    return Page(answer.request["PATH_INFO"], answer.status_code, answer.content.decode())


def address(inquiry: Inquiry) -> str:
    """The page of the inquiry."""
    return f"/inquiries/{inquiry.pk}/"


def take(client: Client, inquiry: Inquiry) -> Page:
    """Take it in hand."""
    page = look(client, address(inquiry))
    return send(client, page.form("/take/"))


def judge(client: Client, inquiry: Inquiry, *verdicts: str) -> Page:
    """Give these verdicts, in the order of the columns."""
    page = look(client, address(inquiry))
    forms = [form for form in page.forms if form.action.endswith("/judge/")]
    assert len(forms) == len(verdicts)
    for form, verdict in zip(forms, verdicts, strict=True):
        page = send(client, form, verdict=verdict)
    return page


def check(client: Client, inquiry: Inquiry, **typed: str) -> Page:
    """Go on to the page where the answer is signed."""
    page = look(client, address(inquiry))
    return send(client, page.form("/answer/"), do="sign", **typed)


def sign(client: Client, inquiry: Inquiry, password: str = PASSWORD) -> Page:
    """Sign what the page shows."""
    page = look(client, f"{address(inquiry)}sign/")
    return send(client, page.form("/sign/"), password=password)
