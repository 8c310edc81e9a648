"""Sections of the configuration that belong to one experiment and that only the configuration reads."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reckon.settings import LARGEST, Positive, Section, Share, Training

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


Level = Annotated[int, Field(ge=1, le=13)]
Epsilon = Annotated[float, Field(gt=0, allow_inf_nan=False)]
FemPreset = Literal["published", "robust", "direct"]


class FemRun(Section):
    """Levels of the decoupled method that one solver preset computes."""

    preset: FemPreset = Field(description="published: the authors' solvers; robust: ours; direct: MUMPS.")
    epsilons: tuple[Epsilon, ...] = Field(min_length=1, description="Values of the perturbation parameter.")
    levels: tuple[Level, ...] = Field(min_length=1, description="Mesh levels k, h = 2^-k.")
    ranks: Positive = Field(1, description="MPI processes of each level; only robust runs on more than one.")

    @model_validator(mode="after")
    def _serial(self) -> "FemRun":
        if self.ranks > 1 and self.preset != "robust":
            raise ValueError(f"ranks: preset {self.preset!r} runs on one process")
        return self


class FemExample(Section):
    """Errors of the coupled scheme for one example: every combination of the lists."""

    levels: tuple[Level, ...] = Field(min_length=1, description="Mesh levels k, h = 2^-k.")
    epsilons: tuple[Epsilon, ...] = Field(min_length=1, description="Values of the perturbation parameter.")
    w_elements: tuple[Literal["P1", "P2", "none"], ...] = Field(
        ("P1", "P2"), description="Element of (5.1); none: the standard right-hand side (f, v)."
    )
    boundaries: tuple[Literal["strong", "nitsche"], ...] = Field(
        ("strong",), description="Conditions on ∂u/∂n."
    )


class Fem(Section):
    """The Morley method for the fourth-order singular perturbation problem."""

    tolerance: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Relative residual at which solvers stop."
    )
    deck_preset: FemPreset = Field(description="Whose steps stand beside the deck's, at epsilon 1.")
    runs: tuple[FemRun, ...] = Field(min_length=1, description="The decoupled method: steps and seconds.")
    examples: dict[Literal["smooth", "layer_exact", "layer_reduced", "lshape"], FemExample] = Field(
        {}, description="The coupled scheme: errors and rates."
    )

    def solves(self) -> dict[tuple[str, str, int], int]:
        """(preset, epsilon as text, level) -> MPI processes, of every level that is to be solved."""
        return {
            (run.preset, f"{epsilon:g}", level): run.ranks
            for run in self.runs
            for epsilon in run.epsilons
            for level in run.levels
        }
