"""Classification of texts into many labels with a long tail."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from reckon.config.names import Name, known
from reckon.config.settings import LARGEST, Positive, Section

MINIATURE = "miniature"
CATALOGUE = "catalogue:"  # before the name of a file of config/datasets.csv


class LabelledFiles(Section):
    """Files of labelled texts: csv with the columns `text` and `label`, or jsonl with these keys."""

    training: str = Field(
        description="The texts to train on: a path, or `catalogue:DATASET/FILE` for a file of `datasets.csv`."
    )
    evaluation: str = Field(description="The texts to be scored on, in the same forms.")
    names: Path | None = Field(
        None, description="Names of the labels in words, a csv `label,name`; none: a label is its name."
    )


class Linear(Section):
    """Linear models of character n-grams."""

    longest: Annotated[int, Field(ge=1, le=10)] = Field(description="Longest n-gram in characters.")
    fewest: Positive = Field(description="An n-gram counts if it stands in so many training texts.")
    regression_cost: float = Field(gt=0, description="C of the logistic regression: the inverse penalty.")
    svm_cost: float = Field(gt=0, description="C of the support vector machine.")
    iterations: Positive = Field(description="Most iterations of the logistic regression.")


class Classification(Section):
    """Classification of texts into many labels with a long tail."""

    data: Name = Field(description="`miniature`: generated complaints of 200 classes; or a key of `corpora`.")
    texts: Positive = Field(
        description="How many complaints are generated to train on, about; to score, half."
    )
    seed: Annotated[int, Field(ge=0, le=LARGEST)] = Field(
        description="Draws the generated complaints, and deals the folds."
    )
    corpora: dict[Name, LabelledFiles] = Field(
        {}, description="Files of labelled texts by name, your own too."
    )
    most_characters: Positive = Field(description="Longer texts are cut, and counted.")
    folds: Annotated[int, Field(ge=2, le=100)] = Field(
        description="Parts of the training texts, each judged by a model of the others (the slide's lack)."
    )
    linear: Linear
    tau: float = Field(
        ge=0, le=10, description="Weight τ of the log prior that logit adjustment takes out after training."
    )
    pairs: Annotated[int, Field(ge=2, le=100)] = Field(
        description="Pairs of a text and a label's name (original: 5)."
    )
    gammas: tuple[Annotated[float, Field(ge=0, le=100)], ...] = Field(
        min_length=1, description="γ of the focal losses that are drawn (Lin et al. 2017: 0 to 5)."
    )

    @model_validator(mode="after")
    def _data_are_known(self) -> "Classification":
        known("data", (self.data,), {MINIATURE, *self.corpora})
        if MINIATURE in self.corpora:
            raise ValueError(f"corpora: {MINIATURE!r} is the generated one; give yours another name")
        return self
