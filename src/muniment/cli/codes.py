"""Finds every coded refusal in the source, for docs/reference/errors.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Calls, beside raised errors, that tell somebody a code; the sentence follows the code.
TOLD: Final[Mapping[str, int]] = {"Fault": 1, "TextFault": 0, "_nak": 0, "NotTaken": 0, "Problem": 1}
_KINDS: Final[Mapping[str, str]] = {
    "Fault": "rejected message",
    "TextFault": "unsignable text",
    "_nak": "not taken",
    "NotTaken": "not taken",
    "Problem": "problem over HTTPS",
}


@dataclass(frozen=True, slots=True, order=True)
class Coded:
    """One refusal: its code, the name of its error, and its sentence (what varies is shown as {…})."""

    code: str
    kind: str
    text: str


def coded(source: Path) -> list[Coded]:
    """Every `raise Kind(text, rule="code")` and told fault below `source`, by code."""
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(source.rglob("*.py"))]
    own = {name: text for module in modules for name, text in _own_sentences(module)}
    return sorted({found for module in modules for found in _in_module(module, own)})


def _own_sentences(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The sentence of an error that is raised without a text: its docstring."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield node.name, ast.get_docstring(node) or ""


def _in_module(module: ast.Module, own: Mapping[str, str]) -> Iterator[Coded]:
    for scope in [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]:
        for node in ast.walk(scope):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                yield from _raised(node.exc, scope, own)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in TOLD:
                yield from _told(node, scope)


def _raised(call: ast.Call, scope: ast.FunctionDef, own: Mapping[str, str]) -> Iterator[Coded]:
    rule = next((word.value for word in call.keywords if word.arg == "rule"), None)
    if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
        name = ast.unparse(call.func).split(".")[-1]
        yield Coded(rule.value, name, _sentence(call.args[0], scope) if call.args else own.get(name, ""))


def _told(call: ast.Call, scope: ast.FunctionDef) -> Iterator[Coded]:
    name = ast.unparse(call.func).split(".")[-1]
    code, text = [*call.args[TOLD[name] : TOLD[name] + 2], None, None][:2]
    if isinstance(code, ast.Constant) and isinstance(code.value, str) and text is not None:
        yield Coded(code.value, _KINDS[name], _sentence(text, scope))


def _sentence(node: ast.expr, scope: ast.FunctionDef) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(part) for part in node.values)
    if isinstance(node, ast.Name):
        return next((_sentence(value, scope) for value in _assigned(node.id, scope)), "")
    return ""


def _piece(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{…}"


def _assigned(name: str, scope: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            yield node.value
