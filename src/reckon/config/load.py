"""The configuration, typed: every key with a sentence, unknown keys refused with the nearest known one."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from reckon.config.encoders import Encoder
from reckon.config.fem import Fem
from reckon.config.gradients import Gradients
from reckon.config.names import Name, known, nearest
from reckon.config.qa import QA
from reckon.config.settings import Section
from reckon.errors import InputError
from reckon.files.hashes import fingerprint

MOST_FAULTS = 20  # that one message names


class Config(Section):
    """All of it."""

    scale: Literal["demo", "laptop", "full"] = Field(description="Written into every result.")
    results: str = Field(
        "results", description="Folder of the results; a relative one is beside the Snakefile."
    )
    mirror: Path | None = Field(None, description="A folder laid out like the datasets' mirror paths.")
    cache: Path | None = Field(None, description="Downloads; none: RECKON_CACHE, or ~/.cache/reckon.")
    device: Literal["auto", "cpu", "cuda"] = Field(description="Where networks run.")
    experiments: tuple[Name, ...] = Field(
        min_length=1, description="What the final table is made of; the cells of others say not_run."
    )
    encoders: dict[Name, Encoder]
    qa: QA
    fem: Fem
    gradients: Gradients

    @model_validator(mode="after")
    def _encoders_exist(self) -> "Config":
        for role, reader in self.qa.readers.items():
            known(f"qa.readers.{role}.encoder", (reader.encoder,), self.encoders, "encoders")
        known("gradients.classifier.encoder", (self.gradients.classifier.encoder,), self.encoders, "encoders")
        for name, encoder in self.encoders.items():
            if encoder.tokenizer:
                known(f"encoders.{name}.tokenizer", (encoder.tokenizer,), self.encoders, "encoders")
        return self

    def fingerprint(self) -> str:
        """SHA-256 of everything that can change a result: not of folders and devices."""
        return fingerprint(self.model_dump(mode="json", exclude={"mirror", "cache", "device", "results"}))


def load_config(values: dict[str, Any]) -> Config:
    """Check `values` (as read from yaml and the command line) and return them typed.

    Raises `InputError` with one line a fault: the key's path, what is wrong with it, the nearest
    known key for an unknown one.
    """
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        faults = [_fault(fault) for fault in error.errors()]
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise InputError("configuration: " + "; ".join(faults[:MOST_FAULTS] + more)) from None


def default_cache() -> Path:
    """Where downloads go: RECKON_CACHE, or `reckon` in the user's folder of caches."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("RECKON_CACHE") or Path(home) / "reckon")


def _fault(fault: Any) -> str:
    path = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        *parents, name = fault["loc"]
        return f"unknown key {path!r}{nearest(str(name), _keys(parents))}"
    if fault["type"] == "missing":
        return f"{path}: this key is missing"
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error":
        return f"{path}: {message}" if path else message
    return f"{path}: {message}, found {fault['input']!r:.80}"


def _keys(parents: list[Any]) -> list[str]:
    """Known keys of the section at `parents`, by walking the models' annotations."""
    section, is_name = Config, False
    for part in parents:
        if isinstance(part, int):  # a place in a list, such as fem.runs.0
            continue
        if is_name:  # such as `minilm` in encoders.minilm: chosen by the user, not a field
            is_name = False
            continue
        annotation = section.model_fields[str(part)].annotation
        section, is_name = _section(annotation), getattr(annotation, "__origin__", None) is dict
    return list(section.model_fields)


def _section(annotation: Any) -> Any:
    """The model class inside an annotation such as `dict[Name, Encoder]`; `Config` if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _section(inner)
        if found is not Config:
            return found
    return Config
