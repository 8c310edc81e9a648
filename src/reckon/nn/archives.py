"""Unpacking a zip that a stranger made: every member is looked at before the first byte is written."""

import errno
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from reckon.errors import InputError

LARGEST_MEMBER = 8 << 30  # bytes, as all below
LARGEST_TOTAL = 32 << 30
MOST_MEMBERS = 10_000
# What is unpacked may be this many times the archive; text of one letter comes to 1000. Small ones may be so.
LARGEST_RATIO = 100
SMALL = 32 << 20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
# Without a part in the middle the places of the members lie before the file: an invalid seek. The other: a
# name that no disk takes.
_DAMAGE = (errno.EINVAL, errno.ENAMETOOLONG)


def unpack(archive: Path, place: Path) -> None:
    """Unpack a zip into `place`.

    Raises `InputError`, with nothing written, for a member that would leave `place`, is no plain file or
    folder, has the name of another or would where case does not count, is encrypted or packed in a way
    that wheels are not, and for an archive that would grow out of bounds; also for a damaged one.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            for member in members:
                if fault := member_fault(member):
                    raise InputError(f"{archive}: member {member.filename!r} is not safe to unpack: {fault}")
            if fault := names_fault([member.filename for member in members]) or _size_fault(archive, members):
                raise InputError(f"{archive}: not safe to unpack: {fault}")
            packed.extractall(place)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _DAMAGE:
            raise
        raise InputError(f"{archive}: damaged, or a part is missing ({error}); fetch it again") from error


def member_fault(member: zipfile.ZipInfo) -> str:
    """What is wrong with one member; empty if nothing is."""
    # The name as it is filed: zipfile cuts it at a NUL, and turns the separators of other systems.
    name, path = member.orig_filename, PurePosixPath(member.orig_filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        return "its path leaves the folder"
    if "\\" in name or ":" in path.parts[0] or any(ord(letter) < 32 for letter in name):
        return "its name means something else on another system"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device"
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if member.compress_type not in _METHODS:
        return "it is packed by a method that wheels do not use"
    return f"it is larger than {LARGEST_MEMBER} bytes" if member.file_size > LARGEST_MEMBER else ""


def names_fault(names: Sequence[str]) -> str:
    """Whether two names are one file, here or where case and the form of an accent do not count."""
    seen: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFC", str(PurePosixPath(name))).casefold()
        if plain in seen:
            return f"{seen[plain]!r} and {name!r} are one name"
        seen[plain] = name
    files = {plain for plain, name in seen.items() if not name.endswith("/")}
    for plain, name in seen.items():
        if below := files & {str(parent) for parent in PurePosixPath(plain).parents}:
            return f"{name!r} lies in {seen[below.pop()]!r}, which is a file"
    return ""


def _size_fault(archive: Path, members: Sequence[zipfile.ZipInfo]) -> str:
    total, packed = sum(member.file_size for member in members), archive.stat().st_size
    if len(members) > MOST_MEMBERS:
        return f"it holds more than {MOST_MEMBERS} files"
    if total > LARGEST_TOTAL:
        return f"it grows to {total} bytes, more than {LARGEST_TOTAL}"
    if total > max(SMALL, LARGEST_RATIO * packed):
        return f"it grows to {total} bytes, more than {LARGEST_RATIO} times its own {packed}"
    return ""
