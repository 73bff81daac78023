"""The tables of the documentation that are made from the code. `python -m tests.docs.tables` writes them into the pages.

A page holds a table between `<!-- table: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from sdmx_dsm.cli.commands import app
from sdmx_dsm.formats import FORMATS
from sdmx_dsm.service.rules import RULES
from sdmx_dsm.settings import settings_table
from sdmx_dsm.web.responses import STATUSES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MARKED = re.compile(r"(<!-- table: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heading), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


KINDS = {
    "data": "data",
    "structure": "structures",
    "metadata": "reference metadata",
    "schema": "a schema",
    "registry": "registry messages",
}


def formats() -> str:
    return table(
        ("name", "for", "media type", "read", "written"),
        (
            (
                f"`{format.name}`",
                KINDS[format.kind],
                f"`{format.content_type}`",
                "yes"
                if format.read
                or format.read_structures
                or format.read_metadata
                or (format.kind == "registry" and "xml" in format.media_type)
                else "",
                "yes"
                if format.write
                or format.write_structures
                or format.write_metadata
                or format.write_schema
                or format.write_registry
                else "",
            )
            for format in FORMATS
        ),
    )


def errors() -> str:
    return table(
        ("error", "what happened", "`/sdmx/v2`", "`/sdmx/v1`", "`/api`, pages"),
        (
            (f"`{kind.__name__}`", _first_sentence(kind.__doc__ or ""), str(row.v2), str(row.v1), str(row.api))
            for kind, row in STATUSES.items()
        ),
    )


def rules() -> str:
    return table(("rule", "what breaking it means"), ((f"`{name}`", meaning) for name, meaning in RULES.items()))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text)[0]


def commands() -> Iterator[tuple[str, Any]]:
    """Each command with all its words: `dsm token create`."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner is None:
            yield f"dsm {name}", command
        else:
            yield from ((f"dsm {name} {second}", one) for second, one in inner.items())


def command_pages() -> str:
    return "\n".join(_command(name, command) for name, command in commands())


def _command(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts]
    usage = " ".join((name, *(_argument(argument) for argument in arguments), *(["[options]"] if options else [])))
    text = f"### {name}\n\n    {usage}\n\n{command.help}\n"
    described = [(f"`{_argument(a)}`", a.help) for a in arguments if a.help]
    described += [(", ".join(f"`{name}`" for name in sorted(o.opts, key=len)), o.help or "") for o in options]
    return text + (f"\n{table(('option', 'meaning'), described)}" if described else "")


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


TABLES: dict[str, Callable[[], str]] = {
    "settings": lambda: settings_table() + "\n",
    "formats": formats,
    "errors": errors,
    "rules": rules,
    "commands": command_pages,
}


def renewed(text: str) -> str:
    """A page with its tables as the code says now."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[4]}", text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
