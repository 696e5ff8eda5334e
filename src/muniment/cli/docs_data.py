"""The pages of docs/reference that come from data files: matching, answer classes, facts, rules."""

from __future__ import annotations

from collections import Counter

from muniment.cli.docs_messages import legend
from muniment.cli.markdown import code, fence, table
from muniment.identity.model import MODEL
from muniment.status.answer_classes import ANSWER_CLASSES, AnswerClass, texts
from muniment.status.classes import classes
from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.facts import KINDS
from muniment.status.rules import Rule, rule_book

CONFIDENCE = {"V": "source text seen", "S": "seen in a secondary source", "K": "known", "D": "design of this center"}


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
        "## From weight to probability",
        "The sum of all bits is read on this curve, straight between two points; the probability is 1 / (1 + 2^-odds).",
        table(("weight", "odds", "probability"), [_point(*point) for point in MODEL.curve]),
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
        "or that a court holds, is undetermined. Confidence: " + legend(CONFIDENCE),
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


def _point(weight: float, odds: float) -> tuple[str, str, str]:
    return f"{weight:+g}", f"{odds:+g}", f"{MODEL.probability(weight):.4g}"
