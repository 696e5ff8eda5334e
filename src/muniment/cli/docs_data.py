"""The pages of docs/reference that come from data files: messages, matching, answer classes, facts, rules."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any

from muniment.cli.markdown import code, fence, table
from muniment.formats.profile import DEFAULT
from muniment.formats.schemas import json_schema, xsd
from muniment.identity.model import MODEL
from muniment.status.answer_classes import ANSWER_CLASSES, AnswerClass, texts
from muniment.status.classes import classes
from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.facts import KINDS
from muniment.status.rules import Rule, rule_book

JSON_SCHEMA = "niem-json.schema.json"
MARKS = {"S": "seen in a public source", "L": "likely, second hand", "P": "this project's own choice"}
CONFIDENCE = {"V": "source text seen", "S": "seen in a secondary source", "K": "known", "D": "design of this center"}


def messages_page() -> list[str]:
    """The kinds of messages and their fields, from the profile."""
    text = (files("muniment.formats") / "profile.toml").read_text(encoding="utf-8")
    profile = tomllib.loads(text)
    marks = iter(re.findall(r'^prefix = "\w+" *(?:# ([SLP]))?', text, re.MULTILINE))
    blocks = [
        "# Messages",
        f"The Nlets text messages that are read and written here, from the profile “{profile['version']}”. A real "
        "deployment changes the profile, not the code. Marks: " + _legend(MARKS),
        table(("kind", "body"), profile["kinds"].items()),
    ]
    for kind, fields in profile["fields"].items():
        rows = [_field(each, next(marks)) for each in fields]
        blocks += [f"## Fields of {kind}", table(("prefix", "meaning", "needed", "longest", "rule", "mark"), rows)]
    return [*blocks, *_limits(profile)]


def schemas() -> dict[str, str]:
    """The schemas of messages in XML and JSON."""
    return xsd(DEFAULT) | {JSON_SCHEMA: json_schema(DEFAULT)}


def _legend(marks: dict[str, str]) -> str:
    return ", ".join(f"{mark} {meaning}" for mark, meaning in marks.items()) + "."


def _field(each: dict[str, Any], mark: str) -> tuple[object, ...]:
    return (
        code(each["prefix"]),
        each["label"],
        "yes" if each.get("needed") else "",
        each.get("most", ""),
        each["rule"],
        mark,
    )


def _limits(profile: dict[str, Any]) -> list[str]:
    codes = ((number, ", ".join(code(each) for each in group)) for number, group in sorted(profile["codes"].items()))
    values = ((name, ", ".join(code(each) for each in _listed(value))) for name, value in profile["values"].items())
    return [
        "## Values",
        "Codes that fields may hold, and words that count as no name.",
        table(("what", "values"), values),
        "## Limits",
        table(("limit", "value"), profile["limits"].items()),
        "## Codes of a rejected message",
        "A reject names each fault by its number, its field and its code.",
        table(("number", "codes"), codes),
    ]


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [f"{name} = {each}" for name, each in value.items()]
    return value if isinstance(value, list) else [value]


def matching_page() -> list[str]:
    """What each piece of evidence weighs when two descriptions are compared."""
    blocks = [
        "# Matching",
        f"The model by which two descriptions of a person are compared, version {MODEL.version}, from "
        "`identity/data/model.toml`. Weights are in bits and are added; one bit doubles the odds. A level of a name "
        "counts the rarity of the name times its share, plus its bits. The last column is how many of 1,000 pairs of "
        "records of one person show the level; `muniment match train` counts it on other tables. "
        "[How it works](../explanation/matching.md), and "
        "[why people see it only after their verdict](../explanation/verdict.md).",
        f"{MODEL.prior.sentence} That is {MODEL.prior.bits:+g} bits.",
    ]
    for feature in MODEL.features.values():
        rows = (
            (level.sentence, level.share or "", f"{level.bits:+g}", f"{1000 * level.same:g}" if level.same else "")
            for level in feature.levels.values()
        )
        head = ("what is said", "share of rarity", "bits", "of 1,000 pairs of one person")
        blocks += [f"## {feature.label}", feature.why, table(head, rows)]
    return blocks


def answers_page() -> list[str]:
    """The answer classes and the lines that their texts start from."""
    every = texts()
    rows = ((each.code, each.title, _second(each)) for each in ANSWER_CLASSES.values())
    drafts = ((each.code, " ".join(each.lines)) for each in ANSWER_CLASSES.values())
    return [
        "# Answer classes",
        "What an answer to a status inquiry says, from `status/answers.toml`. A determination proposes one class; a "
        "specialist may choose a more careful one, never one that says more. A stop, a hold or a conflict asks for a "
        "second person whatever the class.",
        table(("class", "says", "second person"), rows),
        "## Texts",
        "A draft starts from these lines; what is in braces is filled in from the determination.",
        table(("class", "lines"), drafts),
        "Every answer ends with:",
        fence("\n".join(every["foot"])),
        "These lines may not be left out:",
        fence("\n".join(every["needed"])),
    ]


def _second(each: AnswerClass) -> str:
    return "always" if each.code in ADVERSE_CLASSES else "where the records ask, and one in twenty"


def facts_page() -> list[str]:
    """Every kind of fact with its fields."""
    rows = ((code(kind), ", ".join(code(each) for each in fields.split())) for kind, fields in KINDS.items())
    return [
        "# Facts",
        "The kinds of facts that records state, with the fields of each as `name:form`; `!` marks a field that must be "
        "there, bars stand between the words it may hold. Each fact also has `id`, `kind`, `record`, `date`, and where "
        "known `pulled` and `supersedes`. `muniment status` reads them from a file.",
        table(("kind", "fields"), rows),
    ]


def rules_page() -> list[str]:
    """Every rule of the status engine with its cite and dates."""
    return [
        "# Rules of status",
        "What the status engine goes by, from `status/rules.toml`. A status that rests on a rule that is not in force, "
        "or that a court holds, is undetermined. Confidence: " + _legend(CONFIDENCE),
        table(("rule", "says", "cite", "in force", "confidence"), (_rule(rule) for rule in rule_book())),
        "## Classes of admission",
        "How many codes of each group are known (`status/classes.csv`). A code is matched whole.",
        table(("group", "codes"), sorted(Counter(each.group for each in classes().values()).items())),
    ]


def _rule(rule: Rule) -> tuple[object, ...]:
    until = f"to {rule.effective_to}" if rule.effective_to else ""
    held = "held by a court" if rule.court_hold else ""
    dates = " ".join(part for part in (f"from {rule.effective_from}", until, held) if part)
    says = rule.says if rule.value is None else f"{rule.says} ({rule.value})"
    return code(rule.id), says, rule.cite, dates, rule.confidence
