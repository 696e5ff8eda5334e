"""The pages of docs/reference about messages, from the profile: fields in every form, codes, tables, limits, marks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, Final

from muniment.cli.markdown import code, table
from muniment.core.places import birth_places
from muniment.formats.profile import DEFAULT, Field
from muniment.formats.schemas import json_schema, schema_file, xsd

MARKS: Final = {"S": "seen in a public source", "L": "likely, second hand", "P": "this project's own choice"}
JSON_SCHEMA: Final = "niem-json.schema.json"
_SECTION: Final = re.compile(r"\[+([\w.]+)\]+ *(?:# ([SLP])\b)?")
_VALUE: Final = re.compile(r'"?([\w.]+)"? = ([^#]*)(?:# *([SLP])\b)?')


def legend(marks: dict[str, str]) -> str:
    """What marks mean, as a sentence."""
    return ", ".join(f"{mark} {meaning}" for mark, meaning in marks.items()) + "."


def text() -> str:
    """The profile as it stands in its file."""
    return (files("muniment.formats") / "profile.toml").read_text(encoding="utf-8")


def marks() -> list[tuple[str, str, str]]:
    """Section, name and mark of each value of the profile, in the order of the file.

    The mark stands behind the value, behind the name of its section, or in the comment right above.
    """
    found, section, own, above = [], "", "", ""
    for line in text().splitlines():
        if match := _SECTION.match(line):
            section, own = match[1], match[2] or ""
        elif match := _VALUE.match(line):
            found.append((section, match[1], match[3] or own or above))
        above = match[1] if (match := re.match(r"# ?([SLP])\b", line)) else ""
    return found


def schemas() -> dict[str, str]:
    """The schemas of messages in XML and JSON, by file name."""
    return xsd(DEFAULT) | {JSON_SCHEMA: json_schema(DEFAULT)}


def messages_page() -> list[str]:
    """The kinds of messages and their fields, in every form."""
    profile = tomllib.loads(text())
    prefixes = (mark for section, name, mark in marks() if section.startswith("fields.") and name == "prefix")
    blocks = [
        "# Messages",
        f"What is read and written here, from the profile “{DEFAULT.version}”. A real deployment changes the profile, "
        "not the code. Codes and their words stand in [the tables](message-codes.md). [How to write and try "
        "messages](../how-to/messages.md). Marks: " + legend(MARKS),
        table(("kind", "body"), profile["kinds"].items()),
    ]
    for kind, fields in profile["fields"].items():
        rows = [_field(each, next(prefixes)) for each in fields]
        blocks += [f"## Fields of {kind}", table(("prefix", "meaning", "needed", "longest", "rule", "mark"), rows)]
    return [*blocks, *_xml(), *_json(), *_ebts(), *_limits(profile)]


def _field(each: dict[str, Any], mark: str) -> tuple[object, ...]:
    needed = "yes" if each.get("needed") else ""
    return code(each["prefix"]), each["label"], needed, each.get("most", ""), each["rule"], mark


def _xml() -> list[str]:
    form = DEFAULT.xml
    rows = ((code(about.prefix), code(about.xml.replace("//", "/"))) for about in DEFAULT.fields["IAQ"])
    header = ((code(getattr(form.parts, name)), name.replace("_", " ")) for name in form.parts.__slots__)
    others = ", ".join(f"[{prefix}]({schema_file(prefix)})" for prefix in form.namespaces)
    return [
        "## XML",
        f"An IAQ stands in `{form.root}`, with `{form.header}` and `{form.inquiry}`; an answer "
        f"({', '.join(form.answers)}) with `{form.text}` in `{form.response}`. Schemas (XSD 1.1), by namespace: "
        f"{others}. Other prefixes and any order of elements are read too, and so is a field whose path only ends like "
        "that of the table.",
        table(("prefix", "namespace"), ((code(prefix), code(uri)) for prefix, uri in form.namespaces.items())),
        table(("element of the header", "what"), header),
        table(("field", "element below the inquiry"), rows),
    ]


def _json() -> list[str]:
    form = DEFAULT.json
    rows = ((code(about.prefix), code(about.json)) for about in DEFAULT.fields["IAQ"])
    header = ((code(getattr(form.parts, name)), name) for name in form.parts.__slots__)
    names = ((code(getattr(form.name, name)), name) for name in form.name.__slots__)
    return [
        "## JSON",
        f"An IAQ is an object with `{form.inquiry}`; an answer ({', '.join(form.answers)}) one with `{form.response}`, "
        f"whose `{form.text}` is its text. [The schema]({JSON_SCHEMA}) (2020-12).",
        table(("member of the header", "what"), header),
        table(("field", "path below the inquiry"), rows),
        table(("member of a name", "part"), names),
    ]


def _ebts() -> list[str]:
    kept = ", ".join(map(code, DEFAULT.ebts.extra))
    return [
        "## Files with fingerprints (EBTS)",
        "Records are cut by their length. Types 1 and 2 are read, all others hashed whole and never interpreted. Tags "
        f"that are kept as they are, without a warning: {kept}.",
        table(("tag", "meaning", "needed", "longest", "times", "rule"), map(_tag, DEFAULT.ebts.fields)),
    ]


def _tag(about: Field) -> tuple[object, ...]:
    return code(about.prefix), about.label, "yes" if about.needed else "", about.most or "", about.count, about.rule


def _limits(profile: dict[str, Any]) -> list[str]:
    found = {name: mark for section, name, mark in marks() if section == "limits"}
    limits = ((name, value, found[name]) for name, value in profile["limits"].items())
    codes = ((number, ", ".join(map(code, group))) for number, group in sorted(profile["codes"].items()))
    return [
        "## Limits",
        table(("limit", "value", "mark"), limits),
        "## Codes of a rejected message",
        "A reject names each fault by its number, its field and its code.",
        table(("number", "codes"), codes),
    ]


def codes_page() -> list[str]:
    """Every code that a value may be, with its words."""
    profile = tomllib.loads(text())
    found = {name: mark for section, name, mark in marks() if section == "values"}
    values = ((name, ", ".join(map(code, _listed(value))), found[name]) for name, value in profile["values"].items())
    words = (
        (name.replace("_", " "), code(each), said)
        for name, codes in profile["words"].items()
        for each, said in codes.items()
    )
    types = (
        (code(name), each.label, each.purpose, "yes" if each.custody else "")
        for name, each in DEFAULT.ebts.transactions.items()
    )
    return [
        "# Codes of messages",
        "What the codes in messages mean, and lists of what fields may hold. Marks: " + legend(MARKS),
        table(("what", "code", "meaning"), words),
        "## Lists",
        table(("list", "values", "mark"), values),
        "## Types of transactions (EBTS)",
        table(("type", "meaning", "purpose", "in custody"), types),
        "## Offenses",
        "Groups of NCIC codes by their first two digits (L), and single codes. Any four digits are taken.",
        table(("begins with", "group"), ((code(group), said) for group, said in DEFAULT.offenses.items())),
        "## Places of birth",
        "NCIC codes, from a public list of the 1990s (S) and the territories (L). A code for reference only is "
        "refused; a state founded later is sent as `YY` until a profile adds it.",
        table(("code", "place", "kind", "country (ISO)"), _places()),
    ]


def _places() -> Iterable[tuple[object, ...]]:
    for place in birth_places().values():
        yield code(place.code), place.name, place.kind.replace("_", " "), place.iso_country or ""


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (f"{name} = {each}" for name, each in value.items())
    else:
        yield from value if isinstance(value, list) else [value]
