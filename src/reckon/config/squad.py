"""Fine-tuning on SQuAD 2.0, and what precision costs it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reckon.config.names import Name, Seeds, known
from reckon.config.settings import LARGEST, Positive, Precision, Section, Share, Training

REFERENCE = "fp32"  # the arm that all others are held against
# Tokens that a tokenizer puts around a question and a context: at most `<s> q </s></s> c </s>`.
_SPECIAL_TOKENS = 4


class Change(Section):
    """What a role or an arm trains differently; absent keys are taken from `squad.training`."""

    epochs: Positive | None = Field(None, description="As in `squad.training`.")
    learning_rate: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None, description="As in `squad.training`."
    )
    warmup_share: Share | None = Field(None, description="As in `squad.training`.")
    tokens_per_batch: Positive | None = Field(None, description="As in `squad.training`.")
    precision: Precision | None = Field(None, description="As in `squad.training`.")
    epsilon: Annotated[float, Field(gt=0, lt=1)] | None = Field(None, description="As in `squad.training`.")


class SpanReader(Section):
    """A span reader: an encoder in a role."""

    encoder: Name = Field(description="A key of `encoders`.")
    layers: Positive | None = Field(None, description="Keep this many lower layers; none: all.")
    dropout: Share = Field(description="In the encoder.")
    freeze_word_embeddings: bool = Field(description="Leave the word embeddings as they were pretrained.")
    seeds: Seeds | None = Field(None, description="Seeds of this role; none: `squad.seeds`.")
    questions: Positive | None = Field(None, description="Train on this many questions; none: on all.")
    training: Change = Change()


class Arms(Section):
    """The comparison of precisions: one reader trained in each, on the same seeds and questions."""

    reader: Name = Field(description="The role that is trained in every arm.")
    seeds: Seeds = Field(description="Training seeds, the same in every arm.")
    questions: Positive | None = Field(None, description="Train on this many questions; none: on all.")
    arms: dict[Name, Change] = Field(description="What each arm changes; `fp32` must be among them.")
    mixed: Name = Field(description="The arm that stands for the deck's mixed precision.")
    repeats: Annotated[int, Field(ge=3, le=LARGEST)] = Field(
        description="Times that every arm is timed, in turns, besides one that warms up; what the hardware "
        "emulates is not timed."
    )
    timed_steps: Positive = Field(description="Training steps of one turn.")

    @model_validator(mode="after")
    def _arms_are_known(self) -> "Arms":
        known("arms", (REFERENCE,), self.arms)
        known("mixed", (self.mixed,), self.arms)
        return self


class SpanAnswers(Section):
    """How an answer is read off the logits."""

    max_answer_tokens: Positive = Field(description="Longest answer (original: 30).")
    n_best: Positive = Field(description="So many texts of a question are kept (original: 20).")
    null_threshold: Annotated[float, Field(ge=-LARGEST, le=LARGEST)] = Field(
        description="No answer if its score exceeds that of the best span by more (original: 0)."
    )


class Squad(Section):
    """Fine-tuning on SQuAD 2.0, and what precision costs it."""

    data: Literal["miniature", "articles", "squad2"] = Field(
        description="`miniature`: generated; `articles`: 16 articles of the official development set, the 13 "
        "that version 2.0 dropped and one of the training set, evaluated on the other 19; `squad2`: the "
        "official training and development set."
    )
    options: dict[Name, int] = Field(
        {}, description="Of the generated questions: `training_pages`, `evaluation_pages`, `seed`."
    )
    seeds: Seeds = Field(description="Training seeds of a role that has none of its own.")
    question_tokens: Positive = Field(description="Longest question in tokens (original: 64).")
    stride: Positive = Field(
        description="Tokens between the starts of two windows of a context (original: 128)."
    )
    readers: dict[Name, SpanReader] = Field(min_length=1, description="Span readers by role.")
    training: Training
    tokens_per_batch: Positive = Field(description="Size of a batch of inference, padding included, at most.")
    answers: SpanAnswers
    precision: Arms

    @model_validator(mode="after")
    def _names_exist(self) -> "Squad":
        known("precision.reader", (self.precision.reader,), self.readers)
        if both := sorted(self.readers.keys() & self.precision.arms.keys()):
            raise ValueError(f"readers: {both[0]!r} is also an arm of precision; give the role another name")
        return self

    @model_validator(mode="after")
    def _questions_leave_room(self) -> "Squad":
        if self.training.max_tokens <= self.question_tokens + _SPECIAL_TOKENS:
            raise ValueError(
                f"question_tokens: {self.question_tokens} leave no room for a context in the max_tokens "
                f"{self.training.max_tokens} of training"
            )
        return self


def role_of(squad: Squad, system: str) -> str:
    """The role of a system: a role is itself, an arm is the role that all arms train."""
    return squad.precision.reader if system in squad.precision.arms else system


def seeds_of(squad: Squad, system: str) -> tuple[int, ...]:
    """The seeds that a system is trained with."""
    if system in squad.precision.arms:
        return squad.precision.seeds
    return squad.readers[system].seeds or squad.seeds


def questions_of(squad: Squad, system: str) -> int | None:
    """How many questions a system is trained on; none: all."""
    return (squad.precision if system in squad.precision.arms else squad.readers[system]).questions


def training_of(squad: Squad, system: str) -> Training:
    """The settings that a system trains with: those of `squad.training`, its role's changes, its arm's."""
    changes = [squad.readers[role_of(squad, system)].training]
    if system in squad.precision.arms:
        changes.append(squad.precision.arms[system])
    change = {name: value for one in changes for name, value in one.model_dump(exclude_none=True).items()}
    return squad.training.model_copy(update=change)
