"""Writes docs/reference out of the code (`make docs`), so that it cannot say what the program does not do."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.core import TyperGroup

from muniment.cli import codes, docs_data, docs_messages
from muniment.cli.markdown import code, fence, table
from muniment.core import errors, outgoing, workflow
from muniment.core.lanes import LANES, UNDO, URGENT
from muniment.core.ledger import MEANING, Entry, Event
from muniment.core.permissions import ROLES, Permission
from muniment.core.record import SYSTEMS
from muniment.core.workflow import DeliveryState, FindingState, InquiryState, MessageState, Table
from muniment.gateway import frames
from muniment.project.environment import SETTINGS

#: Pages beside them that `make bench` writes.
MEASURED: Final = {
    "benchmarks.md": "Benchmarks",
    "benchmarks-identity.md": "Identity matching beside its peers",
    "benchmarks-matching.md": "Calibration and fairness of matching",
    "agreement.md": "Agreement with the truth of a world",
}
SOURCE: Final = Path(__file__).resolve().parents[1]
NOTE: Final = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"


def docs(
    folder: Annotated[Path, typer.Argument(help="where the pages go", file_okay=False)] = Path("docs/reference"),
) -> None:
    """Write the reference anew from the code, for those who change it."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)


def pages() -> dict[str, str]:
    """Every page of the reference: file name to text."""
    written = {name: page() for name, page in PAGES.items()}
    links = "\n".join(f"- [{blocks[0].removeprefix('# ')}]({name})" for name, blocks in written.items())
    links += "".join(f"\n- [{title}]({name}), as measured" for name, title in MEASURED.items())
    written["README.md"] = ["# Reference", "What there is, taken from the code.", links]
    return {name: _joined(blocks) for name, blocks in written.items()} | descriptions() | docs_messages.schemas()


def descriptions() -> dict[str, str]:
    """The OpenAPI documents, as they stand beside the code that keeps them."""
    return {name: (SOURCE / path).read_text(encoding="utf-8") for name, path in DESCRIPTIONS.items()}


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join([NOTE, *(block for block in blocks if block)]) + "\n"


def write(folder: Path) -> None:
    """Write all pages into `folder` and remove pages that are written no more."""
    new = pages()
    for old in folder.glob("*.md"):
        if old.name not in {*new, *MEASURED}:
            old.unlink()
    for name, text in new.items():
        (folder / name).write_text(text, encoding="utf-8")


def beside(kind: type[StrEnum]) -> dict[str, str]:
    """The comment that stands beside each member of an enumeration, by value."""
    found = re.findall(r'^    \w+ = "([^"]+)"(?:  # (.+))?$', inspect.getsource(kind), re.MULTILINE)
    return dict(found)


# Pages: each is a list of blocks


def settings_page() -> list[str]:
    """Every environment variable."""
    rows = ((code(s.name), code(s.default) or "unset", s.meaning) for s in SETTINGS)
    return [
        "# Settings",
        "Everything that can be set, as environment variables. A variable that is empty counts as unset.",
        table(("name", "when unset", "meaning"), rows),
    ]


def commands_page() -> list[str]:
    """Every command with its options, as its `--help` has them."""
    from muniment.cli.main import app  # the commands load much that no other page needs

    root = typer.Context(typer.main.get_command(app), info_name="muniment")
    return [
        "# Commands",
        "Data go to standard output, what is said about them goes to standard error. Each command has `--help`.",
        *(block for context in _commands(root) for block in _command(context)),
    ]


def _commands(context: typer.Context) -> Iterator[typer.Context]:
    if not isinstance(context.command, TyperGroup):
        yield context
        return
    for name in context.command.list_commands(context):
        command = context.command.get_command(context, name)
        assert command is not None
        yield from _commands(typer.Context(command, parent=context, info_name=name))


def _command(context: typer.Context) -> list[str]:
    records = [record for each in context.command.params if (record := each.get_help_record(context))]
    return [
        f"## {context.command_path}",
        fence(context.command.get_usage(context).removeprefix("Usage: ")),
        inspect.cleandoc(context.command.help or ""),
        table(("option", "meaning"), ((code(name), text) for name, text in records)) if records else "",
    ]


def states_page() -> list[str]:
    """The transition tables as diagrams and tables, and the lanes."""
    undo = f"after {UNDO.total_seconds():g} s"
    told = {n: _time(outgoing.patience("response", n)) for n in LANES}
    lanes = (
        (n, each.label, _time(each.target), "at once" if n in URGENT else undo, told[n]) for n, each in LANES.items()
    )
    return [
        "# States, steps and lanes",
        "A step that is not in its table does not exist: asking for it is refused in every way in. The tables are "
        "those of `core/workflow.py`, which the actions read.",
        *_states("Messages", MessageState, workflow.MESSAGE),
        *_states("Inquiries", InquiryState, workflow.INQUIRY),
        *_states("Deliveries", DeliveryState, workflow.DELIVERY),
        *_states("Stops and holds", FindingState, workflow.FINDING),
        "## Lanes",
        "The queue is ordered by deadline. A deadline that passes never sends an answer.",
        table(
            (
                "lane",
                "what waits in it",
                "target",
                "a signed answer leaves",
                "a supervisor is told it has not arrived after",
            ),
            lanes,
        ),
    ]


def _time(target: timedelta) -> str:
    minutes = target.total_seconds() / 60
    return f"{minutes:g} min" if minutes < 60 else f"{minutes / 60:g} h"


def _states(title: str, kind: type[StrEnum], steps: Table) -> list[str]:
    return [
        f"## {title}",
        fence(_diagram(kind, steps), "mermaid"),
        table(("state", "meaning"), ((code(state), text) for state, text in beside(kind).items())),
        table(("from", "step", "to"), ((code(a), step, code(b)) for (a, step), b in steps.items())),
    ]


def _diagram(kind: type[StrEnum], steps: Table) -> str:
    def name(state: str) -> str:
        return state.replace(" ", "_")

    reached, left = set(steps.values()), {state for state, _ in steps}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state}" as {name(state)}' for state in kind if " " in state]
    lines += [f"    [*] --> {name(state)}" for state in kind if state not in reached]
    lines += [f"    {name(a)} --> {name(b)}: {step}" for (a, step), b in steps.items()]
    lines += [f"    {name(state)} --> [*]" for state in kind if state not in left]
    return "\n".join(lines)


def permissions_page() -> list[str]:
    """Every permission and which role holds it."""
    notes = beside(Permission)
    rows = (
        (code(each), notes[each], *("yes" if each in held else "" for held in ROLES.values())) for each in Permission
    )
    return [
        "# Permissions and roles",
        "Pages and actions deny by default; a person may have several roles. Each refusal is an entry of the ledger.",
        table(("permission", "allows to", *ROLES), rows),
    ]


def events_page() -> list[str]:
    """Every event of the ledger, and the shape of an entry."""
    return [
        "# Events of the ledger",
        "Everything the ledger can say.",
        table(("event", "meaning"), ((code(each), MEANING[each]) for each in Event)),
        "## An entry",
        "Fields: " + ", ".join(code(name) for name in Entry.__dataclass_fields__) + ".",
        inspect.cleandoc(Entry.__doc__ or ""),
        "Its bytes are JSON with sorted keys, without blanks, in ASCII; `sha256` is taken over them. `tree` is null "
        "until the entry stands in a signed tree.",
    ]


def line_page() -> list[str]:
    """The frames of the line, as its module describes them."""
    head, rest = inspect.cleandoc(frames.__doc__ or "").split("\n\n", 1)
    return [
        "# The TCP line",
        head,
        fence(rest),
        "The same over HTTPS, with a key or a client certificate: the [OpenAPI document](line-openapi.json), which the "
        "center also serves as `/v1/openapi.json`. [How to use it](../how-to/https.md).",
        f"What is not acknowledged is sent again under the same number after {outgoing.RESEND.seconds} s, then after "
        f"twice as long each time, at most every {_time(outgoing.CEILING)}; a line that comes back is given what is "
        "owed at once. "
        "[What happens when it does not arrive](../how-to/undelivered.md).",
        f"A frame holds at most {frames.LARGEST:,} bytes after its length. Why the line is as it is: "
        "[decision 0005](../decisions/0005-line.md).",
    ]


def errors_page() -> list[str]:
    """The tree of errors, and every coded refusal with its sentence."""
    kinds = [each for each in vars(errors).values() if inspect.isclass(each)]
    coded = ((code(each.code), code(each.kind), each.text) for each in codes.coded(SOURCE))
    return [
        "# Errors",
        "Each error says whose fault it is.",
        fence(inspect.cleandoc(errors.__doc__ or "").split("\n\n", 1)[1]),
        table(
            ("error", "what people read when nothing more exact is known"),
            ((code(each.__name__), inspect.cleandoc(each.__doc__ or "")) for each in kinds),
        ),
        "## Codes",
        "Codes are stable, sentences are not; what varies is shown as {…}.",
        table(("code", "error", "sentence"), coded),
    ]


def systems_page() -> list[str]:
    """The record systems that are asked."""
    return [
        "# Record systems",
        "Asked for each inquiry, all at once. A system that does not answer in time is named in the answer.",
        table(("code", "what it records"), ((code(name), text) for name, text in SYSTEMS.items())),
        "What the owner of a system serves so that it can be asked over HTTP: the "
        "[OpenAPI document](record-system-openapi.json). [How to attach it](../how-to/record-system.md).",
    ]


PAGES: Final[Mapping[str, Callable[[], list[str]]]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "states.md": states_page,
    "permissions.md": permissions_page,
    "events.md": events_page,
    "line.md": line_page,
    "messages.md": docs_messages.messages_page,
    "message-codes.md": docs_messages.codes_page,
    "matching.md": docs_data.matching_page,
    "answers.md": docs_data.answers_page,
    "facts.md": docs_data.facts_page,
    "rules.md": docs_data.rules_page,
    "errors.md": errors_page,
    "systems.md": systems_page,
}

#: OpenAPI documents: file name in the reference to where it stands in the source.
DESCRIPTIONS: Final[Mapping[str, str]] = {
    "line-openapi.json": "gateway/https.json",
    "record-system-openapi.json": "sources/http.json",
}
