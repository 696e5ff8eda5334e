"""The rules of the house that neither the linter nor the types can hold (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.project.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "muniment"
MIGRATIONS = SOURCE / "store" / "migrations"
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
OWN = {path: tree for path, tree in MODULES.items() if MIGRATIONS not in path.parents}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(path: Path, node: ast.AST) -> str:
    """`layer/file.py:line`, as failures name it."""
    return f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}"


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method below `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of everything that is imported below `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# Rows

#: What makes a row, and what says something about rows without fetching one.
MAKES = {"bulk_create", "create", "update_or_create"}
COUNTS = {"aggregate", "count", "exists"}
#: Tables of the record systems, not of the center: `sources` reads them as a record system would.
RECORDS = {"Identity", "WorldPerson", "WorldRecord"}


def chains(tree: ast.AST) -> Iterator[tuple[ast.AST, str, list[str]]]:
    """Each `Model.objects.a(...).b(...)`: the node, the model, and the calls in order."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            calls, above = [], parents.get(node)
            while isinstance(above, ast.Attribute | ast.Call):
                calls += [above.attr] if isinstance(above, ast.Attribute) else []
                above = parents.get(above)
            if not isinstance(node.value, ast.Name) or node.value.id != "self":
                yield node, ast.unparse(node.value), calls


def test_rows_are_fetched_through_access_only() -> None:
    found = []
    for path, tree in OWN.items():
        layer = path.relative_to(SOURCE).parts[0]
        for node, model, calls in chains(tree):
            made = layer in {"actions", "sources"} and calls[:1] and calls[0] in MAKES
            counted = bool(calls) and calls[-1] in COUNTS
            of_records = layer == "sources" and model in RECORDS
            if not (SOURCE / "store" / "access" in path.parents or made or counted or of_records):
                found.append(f"{place(path, node)} {model}.{'.'.join(calls)}")
    assert not found


def test_the_search_for_fetched_rows_sees_one() -> None:
    seen = [(model, calls) for _, model, calls in chains(ast.parse("rows = Inquiry.objects.filter(a=1).first()"))]
    assert seen == [("Inquiry", ["filter", "first"])]


# Django


def test_there_are_no_signals() -> None:
    names = ((path, name) for path, tree in MODULES.items() for name in imported(tree))
    found = [f"{path.relative_to(SOURCE)}: {name}" for path, name in names if re.search(r"\bsignals\b|dispatch", name)]
    assert not found


def test_no_save_or_delete_is_overridden() -> None:
    found = [
        place(path, method)
        for path, tree in OWN.items()
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
        if isinstance(method, Function) and method.name in {"save", "delete", "bulk_create"}
    ]
    assert not found


def test_there_is_no_admin_site() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    found = [path for path, tree in MODULES.items() for name in imported(tree) if "contrib.admin" in name]
    assert not found


def test_migrations_import_nothing_of_ours_but_sql_and_each_other() -> None:
    found = [
        f"{path.name}: {name}"
        for path in MIGRATIONS.glob("*.py")
        for name in imported(MODULES[path])
        if name.startswith("muniment") and not name.startswith("muniment.store.sql") and name != "muniment.store.sql"
    ]
    assert not found


def test_migrations_match_the_models() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert not detector.changes(graph=loader.graph)


def test_views_are_short() -> None:
    """Fetch an allowed row, validate a form, call one action, render: that fits into 25 lines."""
    found = [
        f"{place(path, view)} {view.name}"
        for path, tree in OWN.items()
        if path.parent == SOURCE / "web"
        for view in functions(tree)
        if any("door" in ast.unparse(mark) for mark in view.decorator_list)
        and (view.end_lineno or 0) - view.body[0].lineno >= 25
    ]
    assert not found


# Layers, sizes, reasons


def test_import_contracts_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_and_functions_are_short() -> None:
    long = {path.name: n for path in OWN if (n := len(path.read_text(encoding="utf-8").splitlines())) > 420}
    assert not long
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for tree in OWN.values() for node in functions(tree)]
    assert statistics.median(lengths) < 10


def test_every_exception_to_a_check_says_why() -> None:
    silent = re.compile(r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?)\s*(#.*)?$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in (SOURCE, ROOT / "tests")
        for path in sorted(folder.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := silent.search(line)) and not (match[4] or "").lstrip("# ")
    ]
    assert not found


def test_locks_name_no_registry() -> None:
    locks = [
        *(ROOT / "requirements").glob("*.txt"),
        ROOT / "bench" / "peers" / "requirements.txt",
        SOURCE / "web" / "npm" / "package-lock.json",
    ]
    assert len(locks) > 2
    assert not [lock.name for lock in locks if "://" in lock.read_text(encoding="utf-8")]


# The ledger


def test_every_event_is_written_somewhere() -> None:
    outside = [tree for path, tree in OWN.items() if path.parent != SOURCE / "core"]
    used = {
        node.attr
        for tree in outside
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Event"
    }
    assert {event.name for event in Event} - used == set()


# Tests


def mirrored(test: Path) -> bool:
    """Whether the test is named after a source file of its layer, or after one and what is tested of it."""
    below = test.relative_to(ROOT / "tests").parent
    name = test.stem.removeprefix("test_")
    folder = SOURCE / below
    sources = folder.rglob("*") if below.parts else folder.glob("*")
    names = {path.stem for path in sources if path.suffix in {".py", ".sql", ".toml"} or path.is_dir()} | {folder.name}
    return folder.is_dir() and any(name == each or name.startswith(f"{each}_") for each in names)


def test_tests_mirror_the_source() -> None:
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "journeys"]
    whole = {"test_cases", "test_deploy", "test_docs", "test_house", "test_invariants", "test_vectors"}  # of more
    whole |= {"test_broken", "test_many"}
    assert not [str(path.relative_to(ROOT)) for path in tests if path.stem not in whole and not mirrored(path)]


# What the program never does (docs/explanation/limits.md)


def words(name: str) -> set[str]:
    """The words of a name in any spelling."""
    return set(re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))


SURVEILLANCE = words(
    "location latitude longitude gps geofence vehicle plate tracking tracker face facial selfie social facebook "
    "instagram twitter broker risk threat dangerousness suspicion"
)
SELECTION = words("nationality ethnicity ethnic race religion religious language neighbourhood neighborhood")
ADDRESS = words("address street zip postcode telephone")


def columns() -> Iterator[str]:
    """Every column of every table."""
    for model in apps.get_app_config("store").get_models():
        yield from (f"{model.__name__}.{field.name}" for field in model._meta.get_fields())


def form_fields() -> Iterator[str]:
    """Every name that is set in a class of a form."""
    for node in ast.walk(MODULES[SOURCE / "web" / "forms.py"]):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def commands() -> Iterator[str]:
    """Every command and option, as the reference has them (tests/test_docs.py keeps it true)."""
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    yield from re.findall(r"(?<=^## ).+|--[\w-]+", reference, re.MULTILINE)


@pytest.mark.parametrize("names", [columns, form_fields], ids=["columns", "forms"])
def test_nothing_is_kept_or_asked_that_the_limits_forbid(names) -> None:
    forbidden = SURVEILLANCE | SELECTION | ADDRESS
    assert not [name for name in names() if words(name) & forbidden]


def test_no_command_setting_right_or_event_serves_what_the_limits_forbid() -> None:
    names = [*commands(), *(setting.name for setting in SETTINGS), *Permission, *Event]
    assert not [name for name in names if words(name) & (SURVEILLANCE | SELECTION)]


def test_no_function_or_class_is_named_after_surveillance() -> None:
    named = [
        (place(path, node), node.name)
        for path, tree in OWN.items()
        for node in ast.walk(tree)
        if isinstance(node, Function | ast.ClassDef)
    ]
    assert not [f"{where} {name}" for where, name in named if words(name) & SURVEILLANCE]


def test_scores_are_of_candidates_only() -> None:
    """A probability that two descriptions are one person is no score of the person."""
    assert [name for name in columns() if words(name) & {"score", "rank", "priority"}] == ["Candidate.score"]
