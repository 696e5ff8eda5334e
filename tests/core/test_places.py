from __future__ import annotations

from muniment.core.places import birth_places, countries


def test_codes_are_those_of_ncic_and_not_of_iso() -> None:
    assert birth_places()["MM"].iso_country == "MX"
    assert birth_places()["RC"].iso_country == "CN"
    assert birth_places()["GU"].name == "Guanajuato"


def test_every_country_of_a_code_has_a_name() -> None:
    used = {place.iso_country for place in birth_places().values() if place.iso_country}
    assert used <= countries().keys()
    assert len(countries()) >= 249


def test_a_code_that_names_no_country_of_today_has_none() -> None:
    assert birth_places()["YG"].iso_country is None
    assert birth_places()["XX"].iso_country is None
