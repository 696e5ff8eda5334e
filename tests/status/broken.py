"""Rules broken on purpose: the engine with one change of its source or its data, and whether a worked case notices."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import re
import signal
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import muniment
import muniment.status
from muniment.status.determination import ADVERSE_CLASSES, STATUSES
from tests.status.cases import StatusCase, status_cases, unmet

SOURCE: Final = Path(muniment.status.__file__).parent
LISTED: Final = Path(__file__).parents[1] / "cases" / "broken-rules.toml"
#: Statuses that a rule which is not in force makes undetermined.
HELD: Final = frozenset(STATUSES) - {"UND"}
#: The modules that decide; the others read files, hold values or write words.
DECIDING: Final = (
    "age",
    "citizenship",
    "conflicts",
    "engine",
    "masking",
    "orders",
    "police",
    "protections",
    "residence",
    "sheet",
    "standing",
    "stay",
)


@dataclass(frozen=True, slots=True)
class Broken:
    """One change: in which file, what it breaks in words, and the whole text of the file after it."""

    file: str
    breaks: str
    text: str


# The changes


def listed() -> list[Broken]:
    """The changes that somebody wrote down because each would be a wrong answer about a person."""
    return [_listed(row) for row in tomllib.loads(LISTED.read_text())["broken"]]


def _listed(row: Mapping[str, str]) -> Broken:
    text = (SOURCE / row["file"]).read_text()
    assert text.count(row["was"]) == 1, f"{row['file']} says “{row['was']}” {text.count(row['was'])} times"
    return Broken(row["file"], row["breaks"], text.replace(row["was"], row["now"]))


_RULE: Final = re.compile(r'^\[\[rule\."(.+)"\]\]$')


def numbers_and_holds() -> Iterator[Broken]:
    """Every number that a rule sets, one more and one less; every status whose rule a court would hold."""
    lines = (SOURCE / "rules.toml").read_text().split("\n")
    name = ""
    for place, line in enumerate(lines):
        if found := _RULE.match(line):
            name = found[1]
        if line.startswith("value = "):
            number = int(line.removeprefix("value = "))
            for other in (number - 1, number + 1):
                yield _line(lines, place, f"value = {other}", f"{name} is {other}")
        if name.removeprefix("status.") in HELD and line.startswith("says = "):
            yield _line(lines, place, f"{line}\ncourt_hold = true", f"{name} is held by a court")


def _line(lines: Sequence[str], place: int, now: str, breaks: str) -> Broken:
    return Broken("rules.toml", breaks, "\n".join([*lines[:place], now, *lines[place + 1 :]]))


_TURNED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def generated() -> Iterator[Broken]:
    """Every comparison turned or moved by one, every `and` and `or` changed, every `not` dropped, every yes a no, every
    member of a list left out, in the modules that decide."""
    for module in DECIDING:
        tree = ast.parse((SOURCE / f"{module}.py").read_text())
        _mark_decorators(tree)
        for node in ast.walk(tree):
            for what in _changed(node):
                yield Broken(f"{module}.py", f"line {getattr(node, 'lineno', 0)}: {what}", ast.unparse(tree))


def _mark_decorators(tree: ast.Module) -> None:
    """How a class is made (`frozen`, `slots`) decides nothing about a person."""
    for made in [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]:
        for part in [part for decorator in made.decorator_list for part in ast.walk(decorator)]:
            part.decorates = True  # type: ignore[attr-defined]  # a mark on the node, read below


def _changed(node: ast.AST) -> Iterator[str]:
    """Change the node, say how, and change it back when asked for the next."""
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            node.ops[place] = _TURNED[type(sign)]()
            yield f"{type(sign).__name__} turned"
            node.ops[place] = sign
    elif isinstance(node, ast.BoolOp):
        sign = node.op
        node.op = ast.And() if isinstance(sign, ast.Or) else ast.Or()
        yield f"{type(sign).__name__} changed"
        node.op = sign
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op = ast.UAdd()
        node.operand, kept = ast.Call(ast.Name("bool", ast.Load()), [node.operand], []), node.operand
        yield "not dropped"
        node.op, node.operand = ast.Not(), kept
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool) and not hasattr(node, "decorates"):
        node.value = not node.value
        yield f"{not node.value} changed"
        node.value = not node.value
    elif isinstance(node, ast.Tuple | ast.Set | ast.List) and len(node.elts) > 1:
        yield from _left_out(node.elts)


def _left_out(members: list[ast.expr]) -> Iterator[str]:
    for place, member in enumerate(list(members)):
        if isinstance(member, ast.Constant) and isinstance(member.value, str):
            del members[place]
            yield f"“{member.value}” left out"
            members.insert(place, member)


# The engine with a change


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module of the engine, with another source."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, f"<broken {self.name}>", "exec"), module.__dict__)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The data of the engine, one file with another text."""

    file: str
    text: str

    def __truediv__(self, name: str) -> Any:
        return self if name == self.file else SOURCE / name

    def read_text(self, _: str) -> str:
        return self.text


@contextmanager
def engine(change: Broken) -> Iterator[Mapping[str, ModuleType]]:
    """The modules of the engine, made anew with the change; afterwards the true ones are back."""
    kept = {name: module for name, module in sys.modules.items() if name.startswith("muniment.status")}
    finder = _Finder(f"muniment.status.{change.file.removesuffix('.py')}", change.text)
    try:
        for name in kept:
            del sys.modules[name]
        sys.meta_path.insert(0, finder)
        for name in ("rules", "classes") if not change.file.endswith(".py") else ():
            module: Any = importlib.import_module(f"muniment.status.{name}")
            module.files = lambda _: _Folder(change.file, change.text)
        yield {name: importlib.import_module(f"muniment.status.{name}") for name in ("engine", "facts", "police")}
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith("muniment.status")]:
            del sys.modules[name]
        sys.modules.update(kept)
        muniment.status = kept["muniment.status"]


CASES: Final = status_cases()


#: Seconds of work after which a changed engine counts as one that never ends; the true one needs a tenth of one.
PATIENCE: Final = 5.0


class _Endless(Exception):
    """The changed engine does not come to an end."""


@contextmanager
def _ended() -> Iterator[None]:
    """Break off what works for longer than `PATIENCE`."""

    def break_off(*_: object) -> None:
        raise _Endless

    before = signal.signal(signal.SIGVTALRM, break_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def noticed(change: Broken) -> str | None:
    """The first case that does not hold with the change, or None where none notices it."""
    try:
        with _ended(), engine(change) as modules:
            return next((case.id for case in CASES if not _holds(case, modules)), None)
    except Exception:  # noqa: BLE001  an engine that cannot be made at all is noticed too
        return "no engine"


def _holds(case: StatusCase, modules: Mapping[str, ModuleType]) -> bool:
    try:
        return _as_expected(case, modules)
    except Exception:  # noqa: BLE001  whatever breaks is noticed
        return False


def _as_expected(case: StatusCase, modules: Mapping[str, ModuleType]) -> bool:
    facts = modules["facts"]
    try:
        file = facts.read(case.input) if isinstance(case.input, str) else facts.parse(case.input)
    except facts.FactFileFault as fault:
        return bool(fault.pointer == case.fault)
    found = modules["engine"].determine(file).as_json()
    if case.fault is not None or next(unmet(case.expect, found), None) or not _sound(found, case):
        return False
    wanted = case.expect.get("police_masked")
    if wanted is None:
        return True
    police = modules["police"].police_form(file).as_json()
    return police["answer_class"] in (["R5"] if wanted is True else wanted) and _constant(police, file)


def _constant(police: Mapping[str, Any], file: Any) -> bool:
    """Whether the form for police says nothing where it must say nothing."""
    told = [police[name] for name in ("used", "ignored", "reasons", "conflicts", "stop", "hold")]
    until = f"{file.as_of + timedelta(days=1)}T00:00:00Z"
    return police["answer_class"] not in ("R4L", "R5") or (not any(told) and police["expires"] == until)


def _sound(found: Mapping[str, Any], case: StatusCase) -> bool:
    """What holds for every determination, whatever the case."""
    told = [row["fact"] for row in (*found["used"], *found["ignored"])]
    adverse = (found["stop"] or found["hold"]) and found["answer_class"] in ADVERSE_CLASSES
    lacking = any("None" in row["as"] for row in found["used"])
    return not adverse and not lacking and sorted(told) == sorted(fact["id"] for fact in case.input["facts"])
