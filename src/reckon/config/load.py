"""The configuration, typed: every key with a sentence, unknown keys refused with the nearest known one."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from reckon.config.classification import Classification
from reckon.config.encoders import Encoder
from reckon.config.fem import Fem
from reckon.config.gradients import Gradients
from reckon.config.names import Name, known, nearest
from reckon.config.qa import QA
from reckon.config.settings import Section
from reckon.config.squad import Squad
from reckon.errors import InputError
from reckon.files.hashes import fingerprint

MOST_FAULTS = 20  # that one message names


class Config(Section):
    """`config.yaml` holds every key at the scale `demo`, `laptop.yaml` and `full.yaml` what differs.

        snakemake --cores 8 --configfile config/laptop.yaml -- results/final_table.csv

    Your own study is one more such file. A key that does not exist, a value of the wrong type and an
    impossible value are refused before any job, with the key's path and the nearest key that exists.
    On the command line `--config` changes keys of the first level only (`--config device=cuda`); deeper
    ones go into a file of your own.
    """

    scale: Literal["demo", "laptop", "full"] = Field(
        description="Written into every result, and never the reason for other code."
    )
    results: str = Field(
        "results",
        description="Folder of the results, relative to the Snakefile or absolute (a scratch disk, say; `~/` "
        "is your home folder); any name without { } < > and line breaks, but none of the checkout's own "
        "folders. Commands of the documents name `results/…`: for another folder name a rule instead "
        "(`final_table`, `report`, `verify`), or the file where it lies.",
    )
    mirror: Path | None = Field(
        None,
        description="Folder with the data files laid out as in the column `mirror_path` of `datasets.csv`; "
        "or set `RECKON_MIRROR`.",
    )
    texts: Path | None = Field(
        None,
        description="Folder with the papers' texts, by the names that `reported/decks.csv` gives them; the "
        "audit holds every print against them. Without it they are looked for in `reported`.",
    )
    cache: Path | None = Field(
        None, description="Folder of downloads; or set `RECKON_CACHE`; else `~/.cache/reckon`."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        description="Where networks run; `auto`: on a GPU where there is one."
    )
    experiments: tuple[Name, ...] = Field(
        min_length=1,
        description="Which experiments the final table is made of, by the names of their rule files: `qa`, "
        "`fem`, `gradients`, `squad`, `classification`, or your own; the cells of the others say `not_run`.",
    )
    encoders: dict[Name, Encoder]
    qa: QA
    fem: Fem
    gradients: Gradients
    squad: Squad
    classification: Classification

    @model_validator(mode="after")
    def _encoders_exist(self) -> "Config":
        for role, reader in self.qa.readers.items():
            known(f"qa.readers.{role}.encoder", (reader.encoder,), self.encoders, "encoders")
        known("gradients.classifier.encoder", (self.gradients.classifier.encoder,), self.encoders, "encoders")
        for name, tuned in self.squad.readers.items():
            known(f"squad.readers.{name}.encoder", (tuned.encoder,), self.encoders, "encoders")
        for name, encoder in self.encoders.items():
            if encoder.tokenizer:
                known(f"encoders.{name}.tokenizer", (encoder.tokenizer,), self.encoders, "encoders")
        return self

    @model_validator(mode="after")
    def _tuned_encoders_have_one_to_start_from(self) -> "Config":
        for name, encoder in self.encoders.items():
            if encoder.squad is None:
                continue
            known(f"encoders.{name}.squad", (encoder.squad,), self.squad.readers, "squad.readers")
            base = self.encoders[self.squad.readers[encoder.squad].encoder]
            if base.squad is not None:
                raise ValueError(
                    f"encoders.{name}.squad: {encoder.squad!r} starts from a tuned encoder itself"
                )
            if base.vocabulary != encoder.vocabulary:
                raise ValueError(
                    f"encoders.{name}.vocabulary: that of {encoder.squad!r} is {base.vocabulary!r}"
                )
        return self

    def fingerprint(self) -> str:
        """SHA-256 of everything that can change a result: not of folders and devices."""
        return fingerprint(
            self.model_dump(mode="json", exclude={"mirror", "texts", "cache", "device", "results"})
        )


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
