"""Gradient tracking and word-pair second derivatives on e-SNLI."""

from typing import Annotated, Literal

from pydantic import Field

from reckon.config.settings import LARGEST, Positive, Section, Share, Training

Epoch = Annotated[float, Field(ge=0, le=LARGEST)]
Epochs = Annotated[tuple[Epoch, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=2, le=LARGEST)]


class PairClassifier(Section):
    """The classifier of sentence pairs."""

    encoder: str = Field(description="A key of `encoders`.")
    layers: Positive | None = Field(None, description="Keep this many lower layers; none: all.")
    features: Literal["cls", "pooled"] = Field(description="What the head reads.")
    dropout: Share = Field(description="Dropout in the encoder.")
    freeze_word_embeddings: bool = Field(description="Leave the word embeddings as they were pretrained.")


class Track(Section):
    """What is measured at each snapshot."""

    epochs: Epochs = Field(description="Places of the snapshots in the run; 0 is before the first step.")
    training_pairs: Count = Field(description="Measure so many training pairs.")
    evaluation_pairs: Count = Field(description="Measure so many evaluation pairs.")
    published: bool = Field(description="Also the original's type-level, batch-averaged variant.")


class PairScoring(Section):
    """How scores of word pairs are computed; see `reckon.gradients.pairs`."""

    target: Literal["ce", "logit", "argmax"] = Field(description="The scalar that is differentiated.")
    at: Literal["word", "embeddings"] = Field(description="The embeddings that it is differentiated by.")
    score: Literal["frobenius", "meanabs"] = Field(description="Size of a block.")
    method: Literal["exact", "probes", "adaptive", "columns"] = Field(description="How it is computed.")
    draws: Positive = Field(description="Random vectors or columns a word.")


class WordPairs(Section):
    """Second derivatives between words."""

    epochs: Epochs = Field(description="Places in the run at which pairs of words are scored.")
    evaluation_pairs: Count = Field(description="Score so many evaluation pairs.")
    scoring: PairScoring = Field(description="Of the evaluation pairs.")
    deck_scoring: PairScoring = Field(description="Of the deck's sentence.")


class Gradients(Section):
    """Gradient tracking and word-pair second derivatives on e-SNLI."""

    data: Literal["miniature", "esnli"] = Field(description="Generated pairs, or e-SNLI.")
    training_files: tuple[str, ...] = Field(("esnli_dev",), description="Files of e-SNLI, without ending.")
    evaluation_files: tuple[str, ...] = Field(("esnli_test",), description="Files of e-SNLI, without ending.")
    training_pairs: Positive | None = Field(None, description="Train on so many pairs; none: on all.")
    evaluation_pairs: Positive | None = Field(None, description="Keep so many for evaluation; none: all.")
    data_seed: int = Field(
        0, ge=0, le=LARGEST, description="Of the generated pairs, or of the choice among all."
    )
    essential: Literal["union", "majority", "first"] = Field(description="Which annotators decide.")
    seeds: tuple[Annotated[int, Field(ge=0, le=LARGEST)], ...] = Field(
        min_length=1, description="Training seeds."
    )
    shuffled_labels: bool = Field(description="Also train on labels dealt out anew, as a control.")
    classifier: PairClassifier
    training: Training
    track: Track
    word_pairs: WordPairs
