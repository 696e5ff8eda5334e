"""`muniment search` and `muniment index`, on a database with a few exported identities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from typer.testing import CliRunner

from muniment.cli.main import app
from muniment.core.errors import Refused
from muniment.core.subject import Name, Subject, to_json
from muniment.sources import index
from muniment.store.models import Identity, Installation

pytestmark = pytest.mark.django_db

ANTON = Subject((Name("MUSTER", "ANTON"),), ("1984-09-09",), "M", birth_country="DE")


@pytest.fixture(autouse=True)
def identities(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Two people in a synthetic database, and an index of the test's own."""
    settings.MUNIMENT_INDEX = tmp_path / "index"
    Installation.objects.update_or_create(id=1, defaults={"synthetic": True})
    son = Subject((Name("MUSTER", "ANTON"),), ("2010-12-30",), "M")
    for number, subject in enumerate((ANTON, son), start=1):
        Identity.objects.create(system="CIS", record_id=str(number), subject=to_json(subject), change=number)
    yield
    index.forget()


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def test_candidates_come_ranked_with_their_evidence() -> None:
    code, out = run("search", "--family", "muster", "--given", "anton", "--birth-date", "1984-09-09", "--json")
    found = json.loads(out)
    assert code == 0
    assert [one["record_id"] for one in found] == ["1", "2"]
    assert found[0]["probability"] > 0.9 > found[1]["probability"]
    assert found[0]["subject"] == to_json(ANTON)
    assert {item["feature"] for item in found[0]["evidence"]} == {"family_name", "given_names", "birth_date"}


def test_a_table_says_the_same_in_sentences() -> None:
    code, out = run("search", "--family", "MUSTER", "--given", "ANTON", "--birth-date", "1984-09-09")
    assert code == 0
    assert "CIS 1" in out
    assert "Birth date: Same day." in out


def test_nobody_found_is_exit_status_1() -> None:
    assert run("search", "--family", "ZYWICKZKY", "--json") == (1, "[]\n")


@pytest.mark.parametrize("arguments", [[], ["--sex", "M"], ["--family", "MUSTER", "--birth-date", "84"]])
def test_a_question_without_sense_is_a_usage_error(arguments: list[str]) -> None:
    assert run("search", *arguments)[0] == 2


def test_on_real_records_nobody_searches_without_an_inquiry() -> None:
    Installation.objects.update(synthetic=False)
    with pytest.raises(Refused, match="synthetic"):
        run("search", "--family", "MUSTER")


def test_the_index_is_made_and_tells_its_state() -> None:
    assert run("index", "rebuild") == (0, "2 identities in the index.\n")
    code, out = run("index", "status", "--json")
    about = json.loads(out)
    assert code == 0
    assert (about["identities"], about["behind"]) == (2, 0)
    assert "2 identities" in run("index", "status")[1]
