"""What people are told: each refusal that a page can show has its sentence in Russian."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sdmx_dsm.web.app
from sdmx_dsm.errors import DsmError

ROOT = Path(sdmx_dsm.__path__[0])
# Whose refusals no page shows -> who reads them
READ_BY_OTHERS = {
    "cli": "who types commands",
    "settings.py": "who starts the service",
    "service/demo.py": "who types commands",
    "service/fetching.py": "who types commands",
    "service/pulling.py": "who types commands",
    "service/remote.py": "who types commands",
    "service/content.py": "who types commands",
    "service/packages.py": "who types commands",
    "service/conversion.py": "who types commands",
    "store/backup.py": "who types commands",
    "store/tokens.py": "who types commands",
    "excel/documents.py": "who writes mappings; `Hub.mapping` has a sentence around it for others",
    "formats/__init__.py": "who types commands, and programs",
    "formats/csv_data/writing.py": "programs",
    "formats/json_data": "programs",
    "formats/markup.py": "programs",
    "formats/metadata": "who maintains structures",
    "formats/ml_data/text.py": "programs",
    "formats/ml_data/write.py": "programs",
    "formats/official.py": "who maintains structures",
    "formats/registry_messages": "programs",
    "formats/structures": "who maintains structures",
    "formats/xsd": "programs",
    "model/queries.py": "programs",
    "service/related.py": "programs",
    "service/resources.py": "programs",
    "service/structures.py": "programs",
    "store/entries.py": "programs",
    "store/registry.py": "programs",
    "mapping": "who maintains structure maps",
    "web/api.py": "programs",
    "web/app.py": "programs",
    "web/callers.py": "programs",
    "web/catalogue.py": "programs",
    "web/changes.py": "programs",
    "web/conversion.py": "programs",
    "web/parameters.py": "programs",
    "web/releases.py": "programs",
    "web/rest": "programs",
}


def kinds(kind: type[DsmError] = DsmError) -> Iterator[str]:
    yield kind.__name__
    for below in kind.__subclasses__():
        yield from kinds(below)


def english_alone(path: Path) -> Iterator[int]:
    """Lines on which an error is made with a sentence, and not in Russian."""
    names = set(kinds())
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
            sentence = node.args[0]
            # Where the page has words of its own, it carries the status alone.
            is_blank = isinstance(sentence, ast.Constant) and not sentence.value
            russian = next((keyword.value for keyword in node.keywords if keyword.arg == "ru"), None)
            is_russian = russian is not None and (
                not isinstance(russian, ast.Constant | ast.JoinedStr) or re.search("[а-яё]", ast.unparse(russian))
            )
            if not is_blank and not is_russian:
                yield node.lineno


def test_each_refusal_that_a_page_can_show_has_its_russian_sentence() -> None:
    """Those before a file is read were in English on Russian pages."""
    others = [ROOT / path for path in READ_BY_OTHERS]
    shown = [path for path in ROOT.rglob("*.py") if not any(path.is_relative_to(other) for other in others)]
    assert {f"{path.relative_to(ROOT)}:{line}" for path in shown for line in english_alone(path)} == set()


@pytest.mark.parametrize("path", READ_BY_OTHERS)
def test_only_those_modules_are_left_out_that_have_refusals_in_english(path: str) -> None:
    modules = [ROOT / path] if path.endswith(".py") else (ROOT / path).rglob("*.py")
    assert any(line for module in modules for line in english_alone(module))
