"""The documents cannot lie: the reference is written from the code, links lead somewhere, nothing is left out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from muniment.cli import docs
from muniment.cli.main import COMMANDS
from muniment.cli.markdown import table
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, Role
from muniment.core.workflow import (
    DELIVERY,
    FINDING,
    INQUIRY,
    MESSAGE,
    DeliveryState,
    FindingState,
    InquiryState,
    MessageState,
)
from muniment.project.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def text(name: str) -> str:
    """A page of docs/, by its path there."""
    return (DOCS / name).read_text(encoding="utf-8")


# The reference


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """The pages as the generator writes them now."""
    return docs.pages()


def test_the_reference_is_what_the_generator_writes_now(generated: dict[str, str]) -> None:
    kept = {
        path.name: path.read_text(encoding="utf-8") for path in REFERENCE.iterdir() if path.name not in docs.MEASURED
    }
    assert kept == generated, "run `make docs`"


def test_writing_the_reference_removes_pages_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("# Gone")
    docs.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(docs.pages())


def test_writing_the_reference_leaves_what_was_measured(tmp_path: Path) -> None:
    for name in docs.MEASURED:
        (tmp_path / name).write_text(name)
    docs.write(tmp_path)
    assert [(tmp_path / name).read_text() for name in docs.MEASURED] == list(docs.MEASURED)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("settings.md", [setting.name for setting in SETTINGS]),
        ("events.md", list(Event)),
        ("permissions.md", [*Permission, *Role]),
        ("states.md", [*MessageState, *InquiryState, *DeliveryState]),
        ("states.md", [step for _, step in chain(MESSAGE, INQUIRY, DELIVERY, FINDING)]),
    ],
    ids=["settings", "events", "permissions", "states", "steps"],
)
def test_everything_of_its_kind_stands_in_the_reference(page: str, names: list[str]) -> None:
    cells = set(re.findall(r"(?<=\| )[^|]+?(?= \|)", text(f"reference/{page}")))
    assert not [name for name in names if not {name, f"`{name}`"} & cells]


def test_every_command_stands_in_the_reference() -> None:
    assert not [name for name in COMMANDS if f"## muniment {name}" not in text("reference/commands.md")]


@pytest.mark.parametrize("kind", [MessageState, InquiryState, DeliveryState, FindingState, Permission])
def test_every_state_and_right_has_its_meaning_beside_it(kind: type) -> None:
    assert set(docs.beside(kind)) == set(kind)
    assert all(docs.beside(kind).values())


def test_bars_and_line_ends_do_not_break_a_table() -> None:
    assert table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n|---|---|\n| x\\|y | 1 2 |"


# Links


def links(page: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead, without those to other sites and inside the page."""
    shown = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", shown):
        if not re.match(r"[a-z]+:|#", target):
            yield target


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve()
        if not target.exists() or (anchor and anchor not in headings(target)):
            dead.append(link)
    assert not dead


def test_pages_that_the_program_names_are_there() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    named = set(re.findall(r"docs/[\w/-]+\.md", sources))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_page_is_reached_from_the_readme() -> None:
    seen, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page.suffix == ".md" and page not in seen:
            seen.add(page)
            left += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
    assert not [str(page.relative_to(ROOT)) for page in PAPERS if page not in seen]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


# Dependencies, checks, changes


def test_every_dependency_has_a_reason_and_no_reason_is_left_over() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    names = {re.split(r"[\[<>=~! ;]", line)[0] for line in wanted}
    assert set(re.findall(r"^\| `([\w-]+)` \|", text("decisions/0002-dependencies.md"), re.MULTILINE)) == names


def test_every_numbered_check_is_explained() -> None:
    source = (ROOT / "src/muniment/project/checks.py").read_text(encoding="utf-8")
    numbers = set(re.findall(r'id="(muniment\.[EW]\d+)"', source))
    assert numbers
    assert not [number for number in numbers if f"`{number}`" not in text("how-to/doctor.md")]


def test_the_version_stands_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert version in headings or version == "0.1.0"  # the first release is not out yet
