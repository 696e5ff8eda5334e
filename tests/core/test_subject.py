from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from muniment.core.subject import Identifier, Name, Subject, subject_from_json, to_json

texts = st.none() | st.text(max_size=12)
subjects = st.builds(
    Subject,
    names=st.lists(
        st.builds(
            Name, family=texts, given=texts, middle=texts, suffix=texts, kind=st.sampled_from(["primary", "alias"])
        ),
        max_size=3,
    ).map(tuple),
    birth_dates=st.lists(st.dates().map(str), max_size=2).map(tuple),
    sex=texts,
    birth_place=texts,
    birth_country=texts,
    identifiers=st.lists(st.builds(Identifier, kind=st.text(max_size=8), value=st.text(max_size=12)), max_size=3).map(
        tuple
    ),
)


@given(subjects)
def test_a_subject_comes_back_from_its_json(subject: Subject) -> None:
    assert subject_from_json(json.loads(json.dumps(to_json(subject)))) == subject


def test_the_keys_are_those_of_the_messages_contract() -> None:
    subject = Subject(names=(Name("TESTPERSON", "ALPHA", "BETA"),), identifiers=(Identifier("a_number", "900000123"),))
    assert to_json(subject) == {
        "names": [{"kind": "primary", "family": "TESTPERSON", "given": "ALPHA", "middle": "BETA", "suffix": None}],
        "birth_dates": [],
        "sex": None,
        "birth_place": None,
        "birth_country": None,
        "identifiers": [{"kind": "a_number", "value": "900000123"}],
    }


def test_absent_keys_count_as_unknown() -> None:
    assert subject_from_json({"names": [{"family": "MUSTER"}]}) == Subject(names=(Name("MUSTER"),))
    assert subject_from_json({}) == Subject()
