"""Office files as what they are: a zip of XML parts that point at each other.

Only one part at a time is held. A file is measured before it is opened: an archive of 800 KB can unfold to gigabytes.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.segments import Unreadable

MAX_UNZIPPED = 300_000_000
MAX_ENTRIES = 5_000
MAX_RATIO = 100
SMALL = 10_000_000
"""Below this size unzipped, the ratio says nothing: a sheet of zeros is small and packs well."""

BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    etree.LxmlError,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    ArithmeticError,
    EOFError,
    OSError,
    struct.error,
    RuntimeError,
    SyntaxError,
    AssertionError,
)
"""What readers of office files raise on files that are cut, flipped or forged."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Element = Any
_DTD = ("<!DOCTYPE", "<!ENTITY")
_TAG = re.compile(r"\{[^}]*\}")


@contextmanager
def damage_is_unreadable() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise Unreadable("damaged") from error


@dataclass(slots=True)
class Relation:
    kind: str
    """The last word of the relation's type: "slide", "image", "chart"."""
    target: str
    external: bool = False


@dataclass(slots=True)
class Package:
    """The parts of an office file, read on demand."""

    zip: zipfile.ZipFile
    names: dict[str, str] = field(default_factory=dict)
    """Lower case -> as stored: part names do not mind case."""

    def has(self, part: str) -> bool:
        return part.lower() in self.names

    def blob(self, part: str) -> bytes:
        return self.zip.read(self.names[part.lower()])

    def xml(self, part: str) -> Element:
        """The root of an XML part. Office files may hold no DTD, so no entity is ever unfolded."""
        data = self.blob(part)
        head = data[:4096]
        if any(word.encode(code) in head for word in _DTD for code in ("ascii", "utf-16-le", "utf-16-be")):
            raise Unreadable("damaged")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        return etree.fromstring(data, parser)

    def relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(rels):
            return {}
        found = {}
        for rel in self.xml(rels):
            target, external = rel.get("Target", ""), rel.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[rel.get("Id", "")] = Relation(rel.get("Type", "").rsplit("/", 1)[-1], target, external)
        return found

    def main_part(self, kind: str = "officeDocument") -> str:
        return next((r.target for r in self.relations("").values() if r.kind == kind), "")

    def title(self) -> str:
        """The title in the file's properties, "" if none."""
        part = self.main_part("core-properties")
        if not part or not self.has(part):
            return ""
        return next((e.text or "" for e in self.xml(part) if local(e) == "title"), "").strip()


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """The package; raises `Unreadable` for a bomb, a file with a password, and what is no package."""
    check(path)
    with damage_is_unreadable(), zipfile.ZipFile(path) as archive:
        yield Package(archive, {n.lower().replace("\\", "/").lstrip("/"): n for n in archive.namelist()})


def check(path: Path) -> None:
    """Measure the archive from its directory alone."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise Unreadable("empty")
    if head == OLE:
        raise Unreadable("encrypted" if _has_password(path) else "unsupported")
    with damage_is_unreadable(), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    unzipped = sum(e.file_size for e in entries)
    packed = max(sum(e.compress_size for e in entries), 1)
    if len(entries) > MAX_ENTRIES:
        raise Unreadable("too_complex", entries=len(entries), limit=MAX_ENTRIES)
    if unzipped > MAX_UNZIPPED:
        raise Unreadable("too_large", limit=MAX_UNZIPPED // 1_000_000)
    if unzipped > SMALL and unzipped / packed > MAX_RATIO:
        raise Unreadable("too_complex", ratio=round(unzipped / packed), limit=MAX_RATIO)
    if any(e.flag_bits & 1 for e in entries):
        raise Unreadable("encrypted")


def _has_password(path: Path) -> bool:
    """Office keeps a file with a password as an encrypted stream inside an OLE container; older formats are OLE too."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(2_000_000)


def local(element: Element) -> str:
    """The tag without its namespace; "" for comments and instructions."""
    tag = element.tag
    return _TAG.sub("", tag) if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [e for e in element if local(e) == name]


def child(element: Element | None, *path: str) -> Element | None:
    """The first child by local names, one level a name."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def find_all(element: Element, name: str) -> Iterator[Element]:
    return (e for e in element.iter() if local(e) == name)


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its local name, "" if it is not there."""
    if element is None:
        return ""
    return next((v for k, v in element.attrib.items() if _TAG.sub("", k) == name), "")


def pictured(element: Element) -> list[Element]:
    """The children, with the first reading of each mc:AlternateContent in its place."""
    found: list[Element] = []
    for e in element:
        if local(e) == "AlternateContent":
            choice = child(e, "Choice")
            found.extend(pictured(choice if choice is not None and len(choice) else child(e, "Fallback") or []))
        else:
            found.append(e)
    return found
