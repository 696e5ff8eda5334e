"""What people see of a firearm check that was purged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import purging
from muniment.store.models import Inquiry, Response, Verdict
from tests.actions.firearm import CLOCK, TELLING, answered

__all__ = ["answered"]  # a fixture
pytestmark = pytest.mark.django_db

PATHS = ["", "answer/", "sign/", "reopen/", "keep/", "supplement/", "withdraw/", "expedite/", "hand-over/", "latest/"]


def test_people_see_that_it_was_answered_and_never_that_nothing_was_found(
    answered: Callable[..., Inquiry], at: Callable[[str], Client]
) -> None:
    inquiry = answered(48)
    answered(48, control="OTHER")
    assert purging.purge(CLOCK) == 2
    for who in ("sam", "sven"):
        client = at(who)
        page = client.get(f"/inquiries/{inquiry.pk}/").content.decode()
        assert "Who was asked about is removed" in page
        assert Response.objects.get(inquiry=inquiry).text_sha256 in page
        assert "No record" not in page
        for path in PATHS:
            assert client.get(f"/inquiries/{inquiry.pk}/{path}").status_code < 500, path
        for path in ("/answered/", "/find/?q=ZZ0010100"):
            shown = client.get(path).content.decode()
            assert purging.REMOVED in shown
            assert [word for word in TELLING if word in shown] == []


def test_judging_a_purged_check_is_refused_on_the_page(
    answered: Callable[..., Inquiry], at: Callable[[str], Client]
) -> None:
    inquiry = answered(48)
    candidate = Verdict.objects.filter(inquiry=inquiry).values_list("candidate_id", flat=True).first()
    purging.purge(CLOCK)
    answer = at("sam").post(f"/inquiries/{inquiry.pk}/judge/", {"candidate": candidate, "verdict": "same"})
    assert 400 <= answer.status_code < 500
