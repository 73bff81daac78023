"""The order of the parts, read from the imports (docs/architecture.md)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "sdmx_dsm"

# part -> the parts and libraries it never imports; "third-party" is everything outside the standard library.
NEVER = {
    "errors": {"*", "third-party"},
    "settings": {
        "model", "batches", "formats", "excel", "mapping", "validation", "store", "service", "web", "cli", "third-party",
    },
    "model": {
        "settings", "batches", "formats", "excel", "mapping", "validation", "store", "service", "web", "cli", "third-party",
    },
    "batches": {"settings", "formats", "excel", "mapping", "validation", "store", "service", "web", "cli"},
    "formats": {"settings", "excel", "mapping", "validation", "store", "service", "web", "cli"},
    "excel": {"settings", "formats", "mapping", "validation", "store", "service", "web", "cli"},
    "mapping": {"settings", "formats", "excel", "validation", "store", "service", "web", "cli"},
    "validation": {"settings", "formats", "excel", "mapping", "store", "service", "web", "cli"},
    "store": {"settings", "formats", "excel", "mapping", "validation", "service", "web", "cli"},
    "service": {"web", "cli", "starlette", "lxml", "sqlalchemy"},
    "web": {"store", "cli", "lxml", "sqlalchemy"},
    "cli": {"store"},
}  # fmt: skip


def imports_of(path: Path) -> Iterator[str]:
    """Module names that a file imports, inside functions too; from the package without its name: `model.urns`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "sdmx_dsm":
                yield from (f"sdmx_dsm.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def violations(part: str) -> Iterator[str]:
    forbidden = NEVER[part]
    root = PACKAGE / part
    for path in sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]:
        for name in imports_of(path):
            first, _, rest = name.partition(".")
            if first == "sdmx_dsm":
                target = rest.partition(".")[0]
                wrong = target != part and ("*" in forbidden or target in forbidden)
            else:
                wrong = first in forbidden or ("third-party" in forbidden and first not in sys.stdlib_module_names)
            if wrong:
                yield f"{path.relative_to(PACKAGE)} imports {name}"


@pytest.mark.parametrize("part", NEVER)
def test_part_keeps_to_its_imports(part: str) -> None:
    assert list(violations(part)) == []


def test_every_part_is_in_the_table() -> None:
    present = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert present - {"__init__", "__main__"} <= set(NEVER)


def test_the_model_needs_the_standard_library_alone() -> None:
    code = (
        "import sys, sdmx_dsm.model; "
        "print({m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'sdmx_dsm', '__main__'})"
    )
    loaded = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert loaded.stdout.strip() == "set()", loaded.stderr
