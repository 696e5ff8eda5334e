"""The index of candidates: who is found, what survives damage, what other processes see."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.core.subject import Identifier, Name, Subject
from muniment.identity import keys
from muniment.identity.index import Index, IndexDamaged
from muniment.identity.model import MODEL
from tests.identity.pairs import hard_pairs

ASKED = Subject(
    (Name("QUIROGA", "MARISOL", "E"),), ("1988-04-17",), "F", identifiers=(Identifier("a_number", "900412777"),)
)


def strangers(count: int) -> Iterator[tuple[str, Subject]]:
    """People with names as common as they are, so that candidates must be told from a crowd."""
    rng = random.Random(11)
    families, givens = (MODEL.frequencies[part] for part in ("family", "given"))
    some_families = rng.choices(list(families), list(families.values()), k=2 * count)
    some_givens = rng.choices(list(givens), list(givens.values()), k=count)
    for place in range(count):
        born = f"{rng.randint(1940, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        name = Name(" ".join(some_families[2 * place : 2 * place + 1 + place % 2]), some_givens[place])
        number = Identifier("a_number", str(rng.randint(10**8, 10**9 - 1)))
        yield f"CIS:{place}", Subject((name,), (born,), identifiers=(number,))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Five thousand strangers and the recorded side of every hard pair."""
    recorded = [(f"PAIR:{pair.line}", pair.right) for pair in hard_pairs()]
    return Index.rebuild(tmp_path_factory.mktemp("crowd"), [*strangers(5000), *recorded], {"change": 1})


def found(index: Index, subject: Subject, limit: int = 50) -> list[str]:
    return [hit.key for hit in index.search(subject, limit)]


def test_whoever_should_match_is_among_the_candidates(crowd: Index) -> None:
    missed = [
        pair.reason
        for pair in hard_pairs()
        if pair.expect == "match" and f"PAIR:{pair.line}" not in found(crowd, pair.left)
    ]
    assert missed == []


def test_a_person_is_found_by_exact_values_first(crowd: Index) -> None:
    for key, subject in list(strangers(5000))[:60]:
        assert found(crowd, subject, 1) == [key]


@pytest.mark.parametrize(
    "asked",
    [
        Subject((Name("QUIROGA", "MARISOL"),)),
        Subject((Name("KIROGA", "MARYSOL"),), ("1988-04-17",)),
        Subject((Name("MARISOL", "QUIROGA"),), ("1988-04-71",)),
        Subject((Name("LNU", "FNU"),), ("1988-04-17",)),
        Subject((Name("MUSTER", "MARISOL"),), ("1988-04-18",)),
        Subject(identifiers=(Identifier("a_number", "A900-412-777"),)),
        Subject(identifiers=(Identifier("a_number", "900412717"),)),
        Subject((Name("QUIROGA", "MARISOL"),), ("1988-17-04", "1988-04")),
    ],
)
def test_a_slip_does_not_hide_a_person(tmp_path: Path, asked: Subject) -> None:
    index = Index.rebuild(tmp_path, [*strangers(300), ("CIS:X", ASKED)], {})
    assert "CIS:X" in found(index, asked, 10)


def test_a_question_without_content_finds_nobody(crowd: Index) -> None:
    assert crowd.search(Subject()) == []
    assert crowd.search(Subject((Name("LNU", "FNU"),), ("0000-00-00",))) == []


def test_updates_add_change_and_take_out(tmp_path: Path) -> None:
    index = Index.rebuild(tmp_path, strangers(200), {"change": 1})
    index.update([("CIS:X", ASKED)], ["CIS:3"], {"change": 2})
    assert index.count == 200
    assert dict(index.mark) == {"change": 2}
    assert found(index, ASKED, 1) == ["CIS:X"]
    index.update([("CIS:X", Subject((Name("MUSTER", "ANTON"),)))], [], {"change": 3})
    index.update([("CIS:X", Subject((Name("MUSTER", "ANTON"),)))], [], {"change": 3})
    assert index.count == 200
    assert "CIS:X" not in found(index, ASKED)
    assert found(index, Subject((Name("MUSTER", "ANTON"),)), 1) == ["CIS:X"]


def test_one_reader_sees_what_another_writes(tmp_path: Path) -> None:
    writer = Index.rebuild(tmp_path, strangers(50), {})
    reader = Index.open(tmp_path)
    writer.update([("CIS:X", ASKED)], [], {})
    assert found(reader, ASKED, 1) == ["CIS:X"]
    Index.rebuild(tmp_path, strangers(10), {})
    assert reader.count == 10
    Index.rebuild(tmp_path, strangers(20), {})
    Index.rebuild(tmp_path, strangers(30), {})
    assert reader.count == 30
    assert len(list(tmp_path.glob("g-*"))) <= 2


def test_another_process_reads_the_same_index(tmp_path: Path) -> None:
    Index.rebuild(tmp_path, [*strangers(50), ("CIS:X", ASKED)], {})
    program = (
        "import sys; from pathlib import Path; from muniment.core.subject import Name, Subject;"
        "from muniment.identity.index import Index;"
        "print(Index.open(Path(sys.argv[1])).search(Subject((Name('QUIROGA', 'MARISOL'),)), 1)[0].key)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "CIS:X\n"


def _flip(folder: Path) -> None:
    file = max(folder.glob("g-*/*.idx"), key=lambda each: each.stat().st_size)
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0xFF
    file.write_bytes(data)


def _cut(folder: Path) -> None:
    file = next(folder.glob("g-*/*.store"))
    file.write_bytes(file.read_bytes()[:-7])


def _lose(folder: Path) -> None:
    next(folder.glob("g-*/*.term")).unlink()


def _empty_meta(folder: Path) -> None:
    next(folder.glob("g-*/meta.json")).write_bytes(b"")


def _other_version(folder: Path) -> None:
    about = json.loads((folder / "CURRENT").read_text())
    (folder / "CURRENT").write_text(json.dumps(about | {"keys": keys.VERSION + 1}))


def _no_current(folder: Path) -> None:
    (folder / "CURRENT").unlink()


def _absurd_current(folder: Path) -> None:
    (folder / "CURRENT").write_text("[]")


@pytest.mark.parametrize("harm", [_flip, _cut, _lose, _empty_meta, _other_version, _no_current, _absurd_current])
def test_damage_is_named_and_a_rebuild_heals_it(tmp_path: Path, harm) -> None:  # type: ignore[no-untyped-def]  # of the above
    Index.rebuild(tmp_path, strangers(400), {})
    harm(tmp_path)
    with pytest.raises(IndexDamaged, match="muniment index rebuild"):
        Index.open(tmp_path)
    assert Index.rebuild(tmp_path, strangers(100), {}).count == 100


def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path: Path) -> None:
    Index.rebuild(tmp_path, strangers(20), {})

    def failing() -> Iterator[tuple[str, Subject]]:
        yield from strangers(5)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        Index.rebuild(tmp_path, failing(), {})
    assert Index.open(tmp_path).count == 20
    assert len(list(tmp_path.glob("g-*"))) == 1


def test_no_name_stands_in_the_files(tmp_path: Path) -> None:
    Index.rebuild(tmp_path, [("CIS:X", ASKED)], {})
    content = b"".join(file.read_bytes() for file in tmp_path.glob("g-*/*"))
    assert b"QUIROGA" not in content
    assert b"900412777" not in content


def test_every_key_of_a_person_is_asked_for() -> None:
    for _, subject in strangers(50):
        assert keys.filed(subject) <= keys.wanted(subject).keys()
