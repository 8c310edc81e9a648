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
    layers: Positive | None = Field(None, description="Keep this many lower layers; absent: all.")
    features: Literal["cls", "pooled"] = Field(
        description="What the head reads: `cls` (original), or `pooled`, the mean of the last states, for "
        "encoders tuned as sentence embedders."
    )
    dropout: Share = Field(description="Dropout in the encoder (original: 0).")
    freeze_word_embeddings: bool = Field(description="Leave the word embeddings as they were pretrained.")


class Track(Section):
    """What is measured at each snapshot."""

    epochs: Epochs = Field(
        description="Places in the run at which weights are kept and measured, in epochs; 0 is before the "
        "first step."
    )
    training_pairs: Count = Field(description="Measure so many training pairs.")
    evaluation_pairs: Count = Field(description="Measure so many evaluation pairs.")
    published: bool = Field(
        description="Also the original's type-level, batch-averaged gradient with its mask."
    )


class PairScoring(Section):
    """How scores of word pairs are computed; docs/gradients.md says which method estimates which score."""

    target: Literal["ce", "logit", "argmax"] = Field(
        description="The scalar that is differentiated: the cross-entropy, the gold label's logit, or the "
        "largest one."
    )
    at: Literal["word", "embeddings"] = Field(
        description="What it is differentiated by: the word embeddings, or the output of the embedding layer "
        "(original)."
    )
    score: Literal["frobenius", "meanabs"] = Field(
        description="Size of a block: its Frobenius norm, or the mean of its absolute entries (original)."
    )
    method: Literal["exact", "probes", "adaptive", "columns"] = Field(description="How it is computed.")
    draws: Positive = Field(description="Random vectors or columns a word.")


class WordPairs(Section):
    """Second derivatives between words."""

    epochs: Epochs = Field(
        description="Places in the run at which pairs of words are scored; the deck's tables are those of 0, "
        "0.5 and 1."
    )
    evaluation_pairs: Count = Field(
        description="Score the words of so many evaluation pairs, besides the deck's sentence."
    )
    scoring: PairScoring = Field(description="For the evaluation pairs.")
    deck_scoring: PairScoring = Field(description="For the deck's sentence.")


class Gradients(Section):
    """Gradient tracking and word-pair second derivatives on e-SNLI."""

    data: Literal["miniature", "esnli"] = Field(
        description="Generated pairs whose essential words are known, or e-SNLI."
    )
    training_files: tuple[str, ...] = Field(
        ("esnli_dev",),
        description="Files of e-SNLI without their ending: `esnli_train_1`, `esnli_train_2`, `esnli_dev`, "
        "`esnli_test`.",
    )
    evaluation_files: tuple[str, ...] = Field(("esnli_test",), description="The same, for evaluation.")
    training_pairs: Positive | None = Field(None, description="Generate, or draw, so many; absent: all.")
    evaluation_pairs: Positive | None = Field(None, description="The same, for evaluation.")
    data_seed: int = Field(0, ge=0, le=LARGEST, description="Of the generated pairs, or of the draw.")
    essential: Literal["union", "majority", "first"] = Field(
        description="A word is essential if any annotator marked it (`union`), more than half of them "
        "(`majority`), or the first (`first`, as the original)."
    )
    seeds: tuple[Annotated[int, Field(ge=0, le=LARGEST)], ...] = Field(
        min_length=1, description="Training seeds."
    )
    shuffled_labels: bool = Field(
        description="Each seed also trains on labels dealt out anew, the control of the ratio."
    )
    classifier: PairClassifier
    training: Training
    track: Track
    word_pairs: WordPairs
