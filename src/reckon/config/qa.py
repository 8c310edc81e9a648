"""Question answering on Natural Questions."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reckon.config.names import Name, Seeds, known
from reckon.config.settings import LARGEST, Negatives, Positive, Precision, Section, Share, Training

# Tokens that a tokenizer puts around a question and a passage: at most `<s> q </s></s> p </s>`.
_SPECIAL_TOKENS = 4
_AS_IN_TRAINING = "As in `qa.training`."


class TrainingChange(Section):
    """What a role trains differently; absent keys are taken from `qa.training`."""

    epochs: Positive | None = Field(None, description=_AS_IN_TRAINING)
    learning_rate: Annotated[float, Field(gt=0, lt=1)] | None = Field(None, description=_AS_IN_TRAINING)
    tokens_per_batch: Positive | None = Field(None, description=_AS_IN_TRAINING)
    max_tokens: Annotated[int, Field(ge=16, le=LARGEST)] | None = Field(None, description=_AS_IN_TRAINING)
    precision: Precision | None = Field(None, description=_AS_IN_TRAINING)
    pages: Positive | None = Field(None, description="Train on this many pages only; absent: on all.")


class Reader(Section):
    """A question-answering model: an encoder in one of its roles. `fast` sifts for the others."""

    encoder: Name = Field(description="A key of `encoders`.")
    layers: Positive | None = Field(None, description="Keep this many lower layers; absent: all.")
    features: Literal["cls", "pooled"] = Field(
        description="What the class head reads: `cls`, or `pooled` passage and question tokens as well, "
        "which encoders tuned as sentence embedders need."
    )
    dropout: Share = Field(description="Dropout in the encoder and before the class head.")
    freeze_word_embeddings: bool = Field(description="Leave the word embeddings as they were pretrained.")
    seeds: Seeds | None = Field(None, description="Seeds of this role; absent: those of the pages.")
    training: TrainingChange = TrainingChange()


class Pages(Section):
    """One construction of pages: which seeds run on it, and the options of its preparation."""

    seeds: Seeds = Field(description="Training seeds; adding one computes that one alone.")
    roles: tuple[Literal["fast", "strong", "strong_2"], ...] | None = Field(
        None, description="Roles that run on it, `fast` among them; absent: all."
    )
    passes: Positive = Field(1, description="Times the epochs of every role: few pages need more passes.")
    options: dict[Name, int | float | str] = Field(
        {}, description="Options of the construction, see docs/data.md."
    )


class Sift(Section):
    """Which candidates the fast model lets through to the strong ones."""

    keep: Positive = Field(description="At most this many candidates a page survive (original: 10, then 4).")
    min_probability: Share = Field(
        description="Only those above this answer probability (original: 0.2, then 0.35)."
    )


class Answers(Section):
    """How an answer is read off the probabilities."""

    span_search: Literal["joint", "independent"] = Field(
        description="`joint`: best pair of start and end; `independent`: two maxima, as in the original."
    )
    max_answer_words: Positive = Field(description="Longest short answer of the joint search.")
    yes_no: bool = Field(
        description="Write YES and NO answers; `false` drops them as the original's submission did."
    )
    development_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Share of the held-out pages on which thresholds are tuned; they are never scored."
    )


class Scoring(Section):
    """Inference."""

    tokens_per_batch: Positive = Field(description="Size of a batch in tokens, padding included, at most.")
    max_tokens: Annotated[int, Field(ge=16, le=LARGEST)] = Field(
        description="Longest sequence, special tokens included."
    )
    precision: Precision = Field(description="Arithmetic of the forward pass, as in `qa.training`.")


class QA(Section):
    """Question answering on Natural Questions."""

    data: tuple[Name, ...] = Field(
        min_length=1,
        description="Constructions of pages to run, keys of `qa.pages`: `miniature`, `nq_pages`, "
        "`squad_pages`, `wide_pages`, `natural_questions`, or your own.",
    )
    reported_data: Name = Field(description="The one that stands beside the deck's cells.")
    pages: dict[Name, Pages]
    question_tokens: Positive = Field(description="Longest question, in tokens (original: 64).")
    markup: Literal["drop", "tokens"] = Field(
        description="HTML tags: `drop` them, or make the nine block tags `tokens` of their own, as the "
        "original's final models did."
    )
    readers: dict[Literal["fast", "strong", "strong_2"], Reader]
    training: Training
    samplers: dict[Name, Negatives] = Field(
        description="`uniform`, with exponent 0, makes the distribution; the others use it."
    )
    strong_sampler: Name = Field(
        description="The sampler of the strong models, and of the fast model that sifts."
    )
    sift: Sift
    answers: Answers
    ensembles: dict[Name, Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]] = Field(
        description="Weight by role; probabilities, not logits, are averaged by word (original: 0.7 ALBERT, "
        "0.3 BERT base)."
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
