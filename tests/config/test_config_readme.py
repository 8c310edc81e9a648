"""config/README.md is what the settings' descriptions make, and names every key."""

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import Field

from reckon.config.load import Config, _section
from reckon.config.names import Name
from reckon.config.settings import Positive, Section
from reckon.errors import InputError

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "tools/config_readme.py"
README = (ROOT / "config/README.md").read_text("utf-8")
readme = runpy.run_path(str(PROGRAM))["readme"]


class Cup(Section):
    """What one drinks from."""

    size: float = Field(gt=0, lt=1, description="In litres; a | b.")
    sugar: tuple[Positive, ...] = Field((1,), description="Lumps.")


class Table(Section):
    """Laid for tea."""

    cloth: Name | None = Field(None, description="Its colour.")
    cups: dict[Name, Cup] = Field(description="By guest.")
    spare: Cup


def test_a_page_is_made_of_the_descriptions():
    page = readme(Table)
    assert "\n\nLaid for tea.\n\n" in page
    assert page[page.index("| key") :] == (
        "| key | meaning | values | default |\n|---|---|---|---|\n"
        "| `cloth` | Its colour. | name | `null` |\n\n"
        "## `cups.NAME`\n\nWhat one drinks from. By guest.\n\n"
        "| key | meaning | values | default |\n|---|---|---|---|\n"
        "| `size` | In litres; a \\| b. | number > 0, < 1 |  |\n"
        "| `sugar` | Lumps. | list of whole numbers ≥ 1 | `[1]` |\n\n"
        "## `spare`\n\nWhat one drinks from. Its keys are those of `cups.NAME`.\n"
    )


def test_what_nothing_describes_is_refused_by_its_key():
    class Bare(Section):
        """A section."""

        cup: Cup
        tea: str
        milk: str

    with pytest.raises(InputError, match=r"nothing describes tea, milk;"):
        readme(Bare)


def described(section: type[Section] = Config, path: str = "") -> Iterator[tuple[str, str]]:
    """(heading, key) of every plain key, by walking the classes."""
    for name, field in section.model_fields.items():
        inner = _section(field.annotation)
        is_named = getattr(field.annotation, "__origin__", None) is dict
        if inner is Config:
            yield path, name
        else:
            yield from described(inner, f"{path}.{name}".strip(".") + (".NAME" if is_named else ""))


def test_every_key_stands_under_the_heading_of_its_section():
    blocks = dict(re.findall(r"^##+ `([\w.]+)`\n(.*?)(?=^##|\Z)", README, re.M | re.S))
    blocks[""] = README.partition("\n## ")[0]
    keys = list(described())
    assert ("qa.readers.NAME", "layers") in keys
    missing = []
    for heading, key in keys:
        same = re.search(r"Its keys are those of `([\w.]+)`", blocks[heading])
        if f"\n| `{key}` | " not in blocks[same[1] if same else heading]:
            missing.append((heading, key))
    assert missing == []


def check(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_page_is_up_to_date(tmp_path):
    done = check("--check")
    assert done.returncode == 0, done.stderr
    assert check("--write", "--out", str(tmp_path / "a.md")).returncode == 0
    assert (tmp_path / "a.md").read_text("utf-8") == README
    (tmp_path / "a.md").write_text(README.replace("layers", "layer"), "utf-8")
    done = check("--check", "--out", str(tmp_path / "a.md"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "python tools/config_readme.py --write makes it anew" in done.stderr
