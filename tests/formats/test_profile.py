"""The profile is data: another file takes its place, and a file that is none is refused with the reason."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from muniment import formats
from muniment.cli.docs_messages import marks
from muniment.core.errors import OurFault
from muniment.core.message import Rejected, StatusInquiry
from muniment.formats.ebts.values import EBTS
from muniment.formats.profile import DEFAULT, OF_FILES, RuleName, load
from muniment.formats.values import EXAMPLES, RULES, TEXT, Reading
from tests.messages import iaq

SHIPPED = (files("muniment.formats") / "profile.toml").read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str) -> Path:
    """The shipped profile with one change."""
    assert old in SHIPPED
    path = folder / "profile.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_shipped_profile_passes_its_own_check(tmp_path: Path) -> None:
    assert load(changed(tmp_path, "", "")) == DEFAULT


def test_every_rule_has_its_function_and_an_example_that_it_takes() -> None:
    assert set(get_args(RuleName)) == EBTS.rules.keys() == EBTS.examples.keys()
    assert RULES.keys() == EXAMPLES.keys() == set(get_args(RuleName)) - OF_FILES
    for form, tables in ((TEXT, DEFAULT.fields.values()), (EBTS, [DEFAULT.ebts.fields])):
        for about in (about for table in tables for about in table):
            reading = Reading(DEFAULT, date(2026, 11, 24), form)
            form.rules[about.rule](form.examples[about.rule], about, reading)


def test_a_profile_may_rename_a_prefix(tmp_path: Path) -> None:
    profile = load(changed(tmp_path, 'prefix = "ARN"', 'prefix = "AAN"'))
    message = formats.read(iaq(AAN="900000123"), profile=profile)
    assert isinstance(message, StatusInquiry)
    assert message.subject.values_of("a_number") == ("900000123",)


def test_a_profile_may_add_a_birth_place_with_its_country(tmp_path: Path) -> None:
    raw = iaq().replace(b"POB/MM", b"POB/QZ")
    assert isinstance(formats.read(raw), Rejected)
    profile = load(changed(tmp_path, "more_birth_places = {}", 'more_birth_places = { QZ = "SS" }'))
    message = formats.read(raw, profile=profile)
    assert isinstance(message, StatusInquiry)
    assert (message.subject.birth_place, message.subject.birth_country) == ("QZ", "SS")


def test_a_profile_may_change_limits_and_lists(tmp_path: Path) -> None:
    profile = load(changed(tmp_path, "message = 262144", "message = 20"))
    assert isinstance(formats.read(iaq(), profile=profile), Rejected)
    profile = load(changed(tmp_path, 'purpose = ["C", "F"]', 'purpose = ["C", "F", "J"]'))
    assert isinstance(formats.read(iaq(purpose="J"), profile=profile), StatusInquiry)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("version", "[version", "Expected"),
        ("[center]", "[middle]", "lacks center"),
        ('switch = "NL0000000"', "switch = 7", "switch must not be 7"),
        ('switch = "NL0000000"', 'switch = "NL0000000"\nother = 1', "unknown other"),
        ("message = 262144", 'message = "many"', "message must not be 'many'"),
        ("message = 262144", "message = true", "message must not be True"),
        ("earliest_birth = 1900-01-01", "earliest_birth = 1900-01-01T00:00:00", "earliest_birth must not be"),
        ('purpose = ["C", "F"]', 'purpose = ["C", 7]', "purpose must not be 7"),
        ('IAQ = "fields"', 'IAQ = "text"', "kinds has the unknown IAQ"),
        ('IAQ = "fields"', 'IBQ = "fields"', "kinds has the unknown IBQ"),
        ('rule = "purpose"', 'rule = "guess"', "rule must not be 'guess'"),
        ('prefix = "ARN"', 'prefix = "AR1"', "AR1 is not a prefix"),
        ('prefix = "ARN"', 'prefix = "FBI"', "a prefix or a place twice"),
        ('to = "remarks"', 'to = "comment"', "a field to each place once"),
        ('rule = "record_type"\nneeded = true', 'rule = "record_type"', "record_type must be needed"),
        ('"05" = ', '"5" = ', "5 is not a number of two digits"),
        ('"dob.future"', '"dob.late"', "codes lacks dob.future"),
        ('"05" = ["dob.invalid", "dob.future"]', '"05" = 5', "codes.05 must not be 5"),
        ("[codes]", "[cods]", "it lacks codes"),
        ('rule = "purpose"', 'rule = "transaction"', "transaction is a rule of files"),
        ('xml = "n2:PurposeCode"', 'xml = ""', "PUR has no path in XML"),
        ('xml = "n2:PurposeCode"', 'xml = "zz:PurposeCode"', "zz:PurposeCode is no element of a namespace"),
        ('xml = "n2:PurposeCode"', 'xml = "nc:CommentText"', "two fields stand at nc:CommentText"),
        ('json = "mun:PurposeCode"', 'json = ""', "PUR has no path in JSON"),
        ('sender = "nh2:OriginatingORIID"', 'sender = "OriginatingORIID"', "OriginatingORIID is no element"),
        ('sender = "nh2:OriginatingORIID"', 'sender = "nh2:A"\nother = "nh2:B"', "parts has the unknown other"),
        ('answers = ["IAR", "AM"]', 'answers = ["IAR", "ER"]', "ER is no kind whose body is text"),
        ('prefix = "2.018"', 'prefix = "2018"', "2018 is no tag"),
        ('prefix = "2.018"', 'prefix = "2.019"', "a tag twice"),
        ('to = "tcn"', 'to = "tcr"', "a needed field to each place: tcn"),
        ('purpose = "C", custody', 'purpose = "J", custody', "J is no purpose"),
        ('AR = "a_number"', 'AR = "number"', "number is no kind of identifier"),
        ("item = 2 ", "item = 3 ", "2.047 reads an item"),
        ("[[fields.IAQ]]", "[[fields.IBQ]]", "a field to each place once"),
    ],
)
def test_a_file_that_is_no_profile_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(OurFault, match=reason):
        load(changed(tmp_path, old, new))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"version = '\xff'")
    for path in (tmp_path, tmp_path / "none", tmp_path / "latin"):
        with pytest.raises(OurFault):
            load(path)


def test_every_value_of_the_profile_says_where_it_comes_from() -> None:
    unmarked = [
        (section, name)
        for section, name, mark in marks()
        if not mark and not (section.startswith(("fields.", "ebts.fields")) and name != "prefix")
    ]
    assert not unmarked
