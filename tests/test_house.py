"""The house keeps its shape: who imports whom, what the web process loads, what the README promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("library", "retrieval", "ingest", "chat")
MAY_IMPORT = {
    "library": set(),
    "retrieval": {"library"},
    "ingest": {"library", "retrieval"},
    "chat": {"library", "retrieval"},
}
PLAIN = [
    "library/tables.py", "library/locators.py", "library/figures.py", "library/periods.py", "ingest/segments.py",
    "ingest/chunking.py", "ingest/child.py", "retrieval/question.py", "retrieval/tables.py", "retrieval/understood.py",
    "retrieval/query.py", "retrieval/marking.py", "retrieval/excerpts.py", "chat/verify.py", "chat/events.py",
]  # fmt: skip
"""Files that work on plain data, beside every parser."""
DOORS: dict[str, tuple[str, ...]] = {
    "qdrant_client": ("retrieval/store",),
    "qdrant_edge": ("retrieval/store",),
    "openai": ("chat/llm", "retrieval/embedding", "ingest/parsers/speech"),
    "faster_whisper": ("ingest/parsers/speech",),
}
HEAVY = (
    "pypdfium2", "pdfplumber", "openpyxl", "pptx", "docx", "lxml", "magika", "rapidocr", "cv2", "faster_whisper",
    "ctranslate2", "av", "llama_index", "onnx", "torch", "qdrant_edge",
)  # fmt: skip


def sources() -> dict[str, ast.Module]:
    """Every module of the rooms, by path from the root, without migrations."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}


def imported(tree: ast.AST) -> set[str]:
    """Dotted names of the modules (and of what is taken from them) that a file imports, lazily or not."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_rooms_import_only_along_the_arrows() -> None:
    wrong = []
    for path, tree in sources().items():
        room = path.split("/")[0]
        met = {name.split(".")[0] for name in imported(tree)} & set(ROOMS)
        wrong += [f"{path} imports {other}" for other in met - {room} - MAY_IMPORT[room]]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    trees = {
        path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): tree for path, tree in sources().items()
    }
    graph = {name: imported(tree) & trees.keys() - {name} for name, tree in trees.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"imports in a circle: {' → '.join(circle.args[1])}")


def test_plain_modules_know_no_django() -> None:
    trees = sources()
    parsers = [path for path in trees if path.startswith("ingest/parsers/")]
    wrong = [
        path
        for path in [*PLAIN, *parsers]
        if any(name.split(".")[0] in ("django", "config") for name in imported(trees[path]))
    ]
    assert wrong == []


def test_each_outside_service_has_one_door() -> None:
    wrong = []
    for path, tree in sources().items():
        for name in imported(tree):
            door = DOORS.get(name.split(".")[0])
            if door and not path.startswith(door):
                wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_a_broad_except_stands_at_the_borders_alone() -> None:
    allowed = {"ingest/tasks.py", "chat/running.py", "retrieval/owner.py", "retrieval/engine.py"}
    broad = {
        path
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    }
    assert broad <= allowed


def test_the_web_process_loads_no_parser_ocr_speech_or_llama_index() -> None:
    code = f"""
import sys, django
django.setup()
import config.asgi, config.urls
from django.urls import get_resolver
get_resolver().url_patterns
print(*(set({HEAVY!r}) & set(sys.modules)), *(m for m in sys.modules if m.startswith("ingest.parsers.")))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}


def variables() -> set[str]:
    """Names of the environment variables that the settings read."""
    calls = (
        node for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text())) if isinstance(node, ast.Call)
    )
    return {
        str(call.args[0].value)
        for call in calls
        if re.fullmatch(r"env\.\w+", ast.unparse(call.func)) and isinstance(call.args[0], ast.Constant)
    }


def test_the_readme_names_every_environment_variable() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert variables() - table == set(), "missing in the README"
    assert table - variables() == set(), "in the README, but read nowhere"


def test_the_environment_is_read_in_one_place() -> None:
    wrong = [
        path
        for path, tree in sources().items()
        if any(
            ast.unparse(node) in ("os.environ", "os.getenv")
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
        )
        and path not in ("ingest/child.py", "ingest/parsers/ocr.py")
    ]
    assert wrong == []


def test_lock_files_name_no_index() -> None:
    for file in ROOT.glob("requirements*"):
        text = file.read_text()
        assert "://" not in text and "--index" not in text and "--find-links" not in text, file.name
        if file.suffix == ".txt":
            assert text.count("==") <= text.count("--hash="), f"{file.name} has a package without a hash"


def test_a_bad_setting_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from config import environment as env

    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ImproperlyConfigured, match=r"PORT must be a whole number of at least 1, not 'eighty'\."):
        env.number("PORT", 8000, least=1)
    monkeypatch.setenv("HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"HTTPS must be 1 or 0"):
        env.flag("HTTPS", False)


def test_no_model_change_lacks_a_migration(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
