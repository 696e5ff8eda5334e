"""What may stand in the directory of agencies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.errors import SenderFault
from muniment.formats import directory


@pytest.mark.parametrize(
    ("rule", "typed", "kept"),
    [
        (directory.ori, " zz0010100 ", "ZZ0010100"),
        (directory.name, " Muster   County ", "Muster County"),
        (directory.state, "tx", "TX"),
        (directory.state, "NE", "NE"),
        (directory.telephone, "(555) 010-0100", "5550100100"),
        (directory.telephone, "+1 555.010.0100", "5550100100"),
        (directory.purposes, ["f", "C", "c"], ["C", "F"]),
        (directory.kind, "jail", "jail"),
    ],
)
def test_what_is_right_is_kept_in_one_form(rule: Callable[[Any], Any], typed: Any, kept: Any) -> None:
    assert rule(typed) == kept
    assert rule(kept) == kept


@pytest.mark.parametrize(
    ("rule", "typed", "field"),
    [
        (directory.ori, "ZZ001010", "ORI"),
        (directory.ori, "ZZ0010100X", "ORI"),
        (directory.ori, "ZZ00101-0", "ORI"),
        (directory.ori, "ＺＺ0010100", "ORI"),
        (directory.name, "  ", "Name"),
        (directory.name, "X" * 81, "Name"),
        (directory.name, "Muster\x00County", "Name"),
        (directory.state, "XX", "State"),
        (directory.state, "MM", "State"),
        (directory.telephone, "555010010", "Call-back number"),
        (directory.telephone, "call Bob", "Call-back number"),
        (directory.telephone, "٥٥٥٠١٠٠١٠٠", "Call-back number"),
        (directory.purposes, [], "Purposes"),
        (directory.purposes, ["C", "X"], "Purposes"),
        (directory.kind, "army", "Kind"),
    ],
)
def test_what_is_wrong_is_refused_naming_the_field(rule: Callable[[Any], Any], typed: Any, field: str) -> None:
    with pytest.raises(SenderFault, match="must be") as fault:
        rule(typed)
    assert (fault.value.field, fault.value.rule) == (field, "agency.field")


@pytest.mark.parametrize("number", [0, -1, directory.MOST + 1])
def test_a_ceiling_is_a_number_that_lets_something_in(number: int) -> None:
    with pytest.raises(SenderFault):
        directory.ceiling("Ceiling of an hour", number)


@given(st.text(max_size=12))
def test_any_text_is_an_ori_or_a_sentence(text: str) -> None:
    with suppress(SenderFault):
        assert directory.ORI.fullmatch(directory.ori(text))
