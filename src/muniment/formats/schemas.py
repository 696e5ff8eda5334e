"""The schemas of our XML and JSON, made of the same table as their readers: what they accept in form is read here.

They say where values stand and how they look. What only a reader can know, such as days of the calendar, codes of
birth places or the parts of a name, they leave to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from muniment.formats.profile import Field, Profile

KIND: Final = "IAQ"
LATIN: Final = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_DIGITS: Final = r"[ \-]*([0-9][ \-]*)"
_ORI: Final = "[A-Za-z0-9]{9}"
_CONTROL: Final = r"[!-\-/-~]{1,10}"


def _cases(values: Iterable[str]) -> str:
    """Any of these words, in capitals or not."""
    either = [[f"[{sign}{sign.lower()}]" if sign.isalpha() else sign for sign in value] for value in values]
    return "|".join(map("".join, either))


#: How the text of a value looks, by its rule.
LOOKS: Final[Mapping[str, Callable[[Field, Profile], str]]] = {
    "text": lambda about, _: f"[ -~]{{1,{about.most}}}",
    "purpose": lambda _, profile: _cases(profile.values.purpose),
    "name": lambda _about, _: rf"[A-Za-z{LATIN}' \-]+(,[A-Za-z{LATIN}' \-]*){{0,2}}",
    "birth_date": lambda _about, _: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "sex": lambda _, profile: _cases(profile.values.sex),
    "birth_place": lambda _about, _: "[A-Za-z]{2}",
    "custody": lambda _about, _: "[YyNn]",
    "offense": lambda _about, _: "[0-9]{4}",
    "a_number": lambda _about, _: f"[Aa]?{_DIGITS}{{8,9}}",
    "alphanumeric": lambda about, _: f"[A-Za-z0-9]{{1,{about.most}}}",
    "state_number": lambda about, _: f"[A-Za-z0-9]{{3,{about.most}}}",
    "license": lambda about, _: rf"[A-Za-z0-9* \-]{{1,{about.most}}}",
    "ssn": lambda _about, _: f"{_DIGITS}{{9}}",
}


def look(about: Field, profile: Profile) -> str:
    """The pattern of a value's text, white space at its ends left out."""
    return f"({LOOKS[about.rule](about, profile)})"


# XML


@dataclass(slots=True)
class Node:
    """An element of the inquiry: the elements in it, or the fields that its text is."""

    name: str
    inside: dict[str, Node] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether something that must be there is in it."""
        own = any(about.needed and not about.free_in_xml for about in self.fields)
        return own or any(node.needed for node in self.inside.values())

    @property
    def again(self) -> bool:
        """Whether it is one field where it stands first and another where it stands again."""
        return any(about.repeats for about in self.fields)

    @property
    def repeats(self) -> bool:
        """Whether it may stand again: only what holds a field that may."""
        return any(node.again for node in self.inside.values())


def tree(profile: Profile) -> Node:
    """The elements of an inquiry as they are written."""
    top = Node(profile.xml.inquiry)
    for about in profile.fields[KIND]:
        node = top
        for name in about.xml.replace("//", "/").split("/"):
            node = node.inside.setdefault(name, Node(name))
        node.fields.append(about)
    return top


def _every(node: Node) -> Iterator[Node]:
    yield node
    for each in node.inside.values():
        yield from _every(each)


def xsd(profile: Profile) -> dict[str, str]:
    """The XML schemas (XSD 1.1), one of each namespace, by file name; that of the root comes first."""
    form = profile.xml
    elements: dict[str, list[str]] = {prefix: [] for prefix in form.namespaces}
    done: dict[str, str] = {}
    for name, text in _declarations(profile):
        if done.setdefault(name, text) == text and text not in elements[name.partition(":")[0]]:
            elements[name.partition(":")[0]].append(text)
    return {schema_file(prefix): _schema(prefix, texts, profile) for prefix, texts in elements.items()}


def schema_file(prefix: str) -> str:
    """The file of a namespace."""
    return f"nlets-xml-{prefix}.xsd"


def _schema(prefix: str, elements: Iterable[str], profile: Profile) -> str:
    spaces = profile.xml.namespaces
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Written by `make docs` from the profile. XSD 1.1. Synthetic: the official schemas are not public. -->",
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {_spaces(spaces)}',
        f'    targetNamespace="{spaces[prefix]}" elementFormDefault="qualified" version="{profile.version}">',
    ]
    lines += [
        f'  <xs:import namespace="{uri}" schemaLocation="{schema_file(other)}"/>'
        for other, uri in spaces.items()
        if other != prefix
    ]
    return "\n".join([*lines, *elements, "</xs:schema>", ""])


def _spaces(spaces: Mapping[str, str]) -> str:
    return " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())


def _declarations(profile: Profile) -> Iterator[tuple[str, str]]:
    form = profile.xml
    body = [_ref(form.header), _ref(form.inquiry, least=0), _ref(form.response, least=0)]
    yield form.root, _complex(form.root, body, [f"{form.inquiry} or {form.response}"])
    yield from _header(profile)
    yield form.response, _complex(form.response, [_ref(form.text)])
    yield form.text, f'  <xs:element name="{_local(form.text)}" type="xs:string"/>'
    shared: dict[str, set[str]] = {}
    for node in _every(tree(profile)):
        if node.fields:
            shared.setdefault(node.name, set()).add(look(node.fields[0], profile))
    for node in _every(tree(profile)):
        if node.inside:
            most = 1 + profile.limits.repeats
            inside = [
                _ref(each.name, int(each.needed and not each.again), most if each.repeats else 1)
                for each in node.inside.values()
            ]
            yield node.name, _complex(node.name, inside, _asserts(node, shared, profile))
        else:
            alone = len(shared[node.name]) == 1
            looks = look(node.fields[0], profile) if alone else "([ -~]*)"
            optional = "" if node.needed and alone and not node.again else "?"
            yield node.name, _simple(node.name, looks + optional, node.fields[0].most if alone else None)


def _asserts(node: Node, shared: Mapping[str, set[str]], profile: Profile) -> list[str]:
    """How the text of an element looks that holds one thing here and another elsewhere; that the first name is one."""
    first = [
        f"normalize-space({each.name}[1]/{inner.name}) != ''"
        for each in node.inside.values()
        for inner in each.inside.values()
        if inner.again and inner.needed
    ]
    return first + [
        f"matches(normalize-space({each.name}), '^({look(each.fields[0], profile)})?$')"
        for each in node.inside.values()
        if each.fields and len(shared[each.name]) > 1
    ]


def _header(profile: Profile) -> Iterator[tuple[str, str]]:
    form, parts, limits = profile.xml, profile.xml.parts, profile.limits
    often = {parts.kind: (1, 1), parts.sender: (1, 1), parts.destination: (1, limits.destinations)}
    inside = [_ref(getattr(parts, name), *often.get(getattr(parts, name), (0, 1))) for name in parts.__slots__]
    region = profile.center.inquiry_destination
    rule = f"not(upper-case(normalize-space({parts.kind})) = '{KIND}')"
    rule += f" or (some $d in {parts.destination} satisfies upper-case(normalize-space($d)) = '{region}')"
    yield form.header, _complex(form.header, inside, [rule])
    looks = {
        parts.kind: f"({_cases([KIND, *form.answers])})",
        parts.sender: _ORI,
        parts.destination: f"([A-Za-z]{{2}}|{_ORI})",
        parts.control: f"({_CONTROL})?",
    }
    for name in parts.__slots__:
        element = getattr(parts, name)
        kind = name.rpartition("_")[2]
        when = {"date": "([0-9]{2}/[0-9]{2}/[0-9]{4})?", "time": "([0-9]{2}:[0-9]{2})?", "number": "([0-9]{5})?"}
        yield element, _simple(element, looks.get(element) or when[kind])


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _ref(name: str, least: int = 1, most: int = 1) -> str:
    return f'        <xs:element ref="{name}" minOccurs="{least}" maxOccurs="{most}"/>'


def _simple(name: str, pattern: str, most: int | None = None) -> str:
    facets = f'<xs:pattern value="{escape(pattern)}"/>' + (f'<xs:maxLength value="{most}"/>' if most else "")
    return "\n".join(
        [
            f'  <xs:element name="{_local(name)}">',
            '    <xs:complexType><xs:simpleContent><xs:restriction base="xs:anyType"><xs:simpleType>',
            f'      <xs:restriction base="xs:token">{facets}</xs:restriction>',
            "    </xs:simpleType></xs:restriction></xs:simpleContent></xs:complexType>",
            "  </xs:element>",
        ]
    )


def _complex(name: str, inside: Iterable[str], asserts: Iterable[str] = ()) -> str:
    """An element with others in it, in any order; foreign ones are kept by the reader."""
    lines = [
        f'  <xs:element name="{_local(name)}">',
        '    <xs:complexType mixed="true">',
        "      <xs:all>",
        *inside,
        '        <xs:any minOccurs="0" maxOccurs="unbounded" notQName="##definedSibling" processContents="skip"/>',
        "      </xs:all>",
        '      <xs:anyAttribute processContents="skip"/>',
        *(f'      <xs:assert test="{escape(test)}"/>' for test in asserts),
        "    </xs:complexType>",
        "  </xs:element>",
    ]
    return "\n".join(lines)


# JSON


def json_schema(profile: Profile) -> str:
    """The JSON schema (2020-12) of an inquiry or an answer."""
    form = profile.json
    inquiry = _json_header(profile, [KIND], profile.center.inquiry_destination)
    for about in (each for each in profile.fields[KIND] if not each.repeats):
        _json_put(inquiry, about.json.split("/"), _json_value(about, profile), needed=about.needed)
    answer = _json_header(profile, form.answers, None)
    _json_put(answer, [form.text], {"type": "string", "pattern": r"^[ -~\r\n]*$"}, needed=True)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Written by `make docs` from the profile. Synthetic: no official form in JSON is public.",
        "title": f"Messages in JSON, profile {profile.version}",
        "type": "object",
        "properties": {"@context": True},
        "if": {"properties": {form.inquiry: {"type": "object"}}, "required": [form.inquiry]},
        "then": {"properties": {form.inquiry: inquiry}},
        "else": {"properties": {form.response: answer}, "required": [form.response]},
    }
    return json.dumps(schema, indent=1) + "\n"


def _json_header(profile: Profile, kinds: Iterable[str], region: str | None) -> dict[str, Any]:
    parts = profile.json.parts
    top: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    one = {"type": "string", "pattern": f"^([A-Za-z]{{2}}|{_ORI})$"}
    many: dict[str, Any] = {"type": "array", "minItems": 1, "maxItems": profile.limits.destinations, "items": one}
    if region is not None:
        named = {"type": "string", "pattern": f"^({_cases([region])})$"}
        one, many = named, {**many, "contains": named}
    _json_put(top, parts.kind.split("/"), {"type": "string", "pattern": f"^({_cases(kinds)})$"}, needed=True)
    _json_put(top, parts.sender.split("/"), {"type": "string", "pattern": f"^{_ORI}$"}, needed=True)
    _json_put(top, parts.destination.split("/"), {"anyOf": [one, many]}, needed=True)
    _json_put(top, parts.control.split("/"), _or_absent({"type": "string", "pattern": f"^({_CONTROL})$"}), needed=False)
    return top


def _or_absent(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"enum": [None, ""]}]}


def _json_put(top: dict[str, Any], path: list[str], schema: dict[str, Any], *, needed: bool) -> None:
    """Add a member at a path; what is on the way to something needed is needed."""
    inside = top
    for name in path[:-1]:
        there = inside["properties"].setdefault(name, _or_absent({"type": "object", "properties": {}, "required": []}))
        if needed:
            there = inside["properties"][name] = there["anyOf"][0] if "anyOf" in there else there
            _require(inside, name)
        inside = there["anyOf"][0] if "anyOf" in there else there
    inside["properties"][path[-1]] = schema
    if needed:
        _require(inside, path[-1])


def _require(inside: dict[str, Any], name: str) -> None:
    if name not in inside["required"]:
        inside["required"].append(name)


def _json_value(about: Field, profile: Profile) -> dict[str, Any]:
    if about.rule == "custody":
        return {"type": "boolean"}
    if about.rule == "name":
        return _json_names(profile)
    value = {"type": "string", "pattern": f"^ *{look(about, profile)} *$"}
    return value if about.needed else _or_absent(value)


def _json_names(profile: Profile) -> dict[str, Any]:
    """A name, or a list of the name and up to as many others as may be given."""
    parts, most = profile.json.name, profile.limits.name_part
    text = {"type": "string", "pattern": rf"^[A-Za-z{LATIN}' \-]{{1,{most}}}$"}
    others = {getattr(parts, name): _or_absent(text) for name in ("given", "middle", "suffix")}
    name = {"type": "object", "properties": {parts.family: text, **others}, "required": [parts.family]}
    listed = {
        "type": "array",
        "minItems": 1,
        "maxItems": 1 + profile.limits.repeats,
        "prefixItems": [name],
        "items": _or_absent(name),
    }
    return {"anyOf": [name, listed]}
