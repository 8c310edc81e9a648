"""Question answering on Natural Questions."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reckon.config.names import Name, Seeds, known
from reckon.config.settings import LARGEST, Negatives, Positive, Precision, Section, Share, Training

# Tokens that a tokenizer puts around a question and a passage: at most `<s> q </s></s> p </s>`.
_SPECIAL_TOKENS = 4


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
        known("data", (*self.data, self.reported_data), self.pages)
        known("strong_sampler", (self.strong_sampler,), self.samplers)
        if self.reported_data not in self.data:
            raise ValueError(f"reported_data: {self.reported_data!r} is not among data")
        if self.samplers.get("uniform") is None or self.samplers["uniform"].exponent != 0:
            raise ValueError("samplers: needs `uniform` with exponent 0, which makes the distribution")
        if "fast" not in self.readers:
            raise ValueError("readers: needs `fast`, which sifts for the others")
        for name, weights in self.ensembles.items():
            known(f"ensembles.{name}", weights, self.readers)
        for name, pages in self.pages.items():
            known(f"pages.{name}.roles", pages.roles or (), self.readers)
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


def training_of(qa: QA, role: str, data: str | None = None) -> Training:
    """The settings that `role` trains with: `qa.training` with the role's own changes.

    On the pages `data`, as many times the epochs as these ask for.
    """
    change = qa.readers[role].training.model_dump(exclude_none=True, exclude={"pages"})  # type: ignore[index]
    training = qa.training.model_copy(update=change)
    passes = qa.pages[data].passes if data else 1
    return training.model_copy(update={"epochs": training.epochs * passes})
