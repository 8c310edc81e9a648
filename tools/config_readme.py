"""config/README.md, made of the descriptions that the settings have in src/reckon/config.

    python tools/config_readme.py --write
    python tools/config_readme.py --check     # fails if the file is out of date

A section is a heading, its docstring and a table of its keys. A key that nothing describes is refused.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from reckon.config.load import Config
from reckon.config.names import Name
from reckon.config.settings import LARGEST, Section
from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.steps.program import run

PAGE = Path(__file__).parents[1] / "config/README.md"
HEAD = """# Configuration

<!-- Made by tools/config_readme.py from src/reckon/config: change the descriptions there. -->"""
FORM = (
    "In the tables a key with a default may be absent. A list is written `[a, b]`; a name has lower-case "
    f"letters, digits and `_`; no whole number is above {LARGEST:,}."
)
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
Schema = dict[str, Any]  # a part of a JSON schema


def readme(settings: type[Section]) -> str:
    """The page for the whole configuration; raises `InputError` with every key that has no description."""
    whole = settings.model_json_schema()
    if bare := list(undescribed(whole, whole["$defs"])):
        raise InputError(f"src/reckon/config: nothing describes {', '.join(bare)}; give each a description")
    parts = [HEAD, whole["description"], FORM, *section(whole, whole["$defs"], "", {})]
    return "\n\n".join(parts) + "\n"


def undescribed(section: Schema, classes: Schema, path: str = "") -> Iterator[str]:
    """Plain keys without a description, and sections without a docstring."""
    for name, field in section["properties"].items():
        below = class_of(field)
        if below:
            yield from undescribed(classes[below], classes, f"{path}{name}.")
        if not (classes[below] if below else field).get("description"):
            yield path + name


def section(schema: Schema, classes: Schema, path: str, shown: dict[str, str]) -> Iterator[str]:
    """The table of a section's plain keys, then the sections below it; a class is `shown` in full once."""
    fields = schema["properties"]
    plain = {name: field for name, field in fields.items() if not class_of(field)}
    if plain:
        yield "\n".join(
            ["| key | meaning | values | default |", "|---|---|---|---|"]
            + [row(name, field) for name, field in plain.items()]
        )
    for name, field in fields.items():
        if below := class_of(field):
            place = path + name + ("" if "$ref" in field or "items" in field else ".NAME")
            yield f"{'###' if path else '##'} `{place}`"
            yield introduction(field, classes[below]["description"], shown.get(below))
            if below not in shown:
                shown[below] = place
                yield from section(classes[below], classes, f"{place}.", shown)


def class_of(field: Schema) -> str:
    """The class of the section, or of each of the sections, that a key holds; empty for a plain key."""
    inner = (field, field.get("items"), field.get("additionalProperties"), *named(field))
    found = (part["$ref"] for part in inner if isinstance(part, dict) and "$ref" in part)
    return next(found, "").rpartition("/")[2]


def named(field: Schema) -> list[Schema]:
    """What a mapping holds by names that the user chooses."""
    return list(field.get("patternProperties", {}).values())


def introduction(field: Schema, docstring: str, same: str | None) -> str:
    """What stands under a section's heading."""
    names = field.get("propertyNames", {}).get("enum")
    parts = (
        docstring,
        field.get("description"),
        f"NAME is one of {codes(names)}." if names else None,
        "A list of such." if "items" in field else None,
        "May be absent." if "default" in field else None,
        f"Its keys are those of `{same}`." if same else None,
    )
    return " ".join(part for part in parts if part)


def row(name: str, field: Schema) -> str:
    """A line of a table."""
    default = f"`{json.dumps(field['default'], ensure_ascii=False)}`" if "default" in field else ""
    cells = (f"`{name}`", field["description"], values(field), default)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def values(field: Schema, many: str = "") -> str:
    """What a key may hold, in words; `many` is the ending of the plural."""
    if "anyOf" in field:
        return " or ".join(values(part) for part in field["anyOf"] if part["type"] != "null")
    if "enum" in field:
        return codes(field["enum"])
    if field["type"] == "array":
        return "list of " + values(field["items"], "s") + (", not empty" if field.get("minItems") else "")
    if field["type"] == "object":
        (inner,) = named(field) or [field["additionalProperties"]]
        return f"NAME: {values(inner)}"
    limits = [f"{sign} {field[key]:g}" for key, sign in LIMITS.items() if field.get(key, LARGEST) != LARGEST]
    return f"{kind(field)}{many} {', '.join(limits)}".strip()


def kind(field: Schema) -> str:
    """The type of a single value."""
    if field["type"] == "string":
        is_name = field.get("pattern") == TypeAdapter(Name).json_schema()["pattern"]
        return "name" if is_name else field.get("format", "text")
    return {"integer": "whole number", "number": "number", "boolean": codes(["true", "false"])}[field["type"]]


def codes(words: list[str]) -> str:
    """Words as code."""
    return ", ".join(f"`{word}`" for word in words)


def main() -> None:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the file")
    what.add_argument("--check", action="store_true", help="exit with 1 if it would change")
    parser.add_argument("--out", type=Path, default=PAGE)
    args = parser.parse_args()
    text = readme(Config)
    if args.write:
        with writing(args.out) as out:
            out.write(text)
    elif not args.out.is_file() or args.out.read_text("utf-8") != text:
        raise InputError(f"{args.out}: out of date; python tools/config_readme.py --write makes it anew")


if __name__ == "__main__":
    run(main)
