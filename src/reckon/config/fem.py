"""The Morley method for the fourth-order singular perturbation problem."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reckon.config.settings import Positive, Section

Level = Annotated[int, Field(ge=1, le=13)]
Epsilon = Annotated[float, Field(gt=0, allow_inf_nan=False)]
FemPreset = Literal["published", "robust", "direct"]


class FemRun(Section):
    """Levels of the decoupled method that one solver preset computes: steps and seconds.

    Every combination of `epsilons` and `levels` is a job of its own: add one, and only that one is computed.
    """

    preset: FemPreset = Field(
        description="`published`: the authors' solvers; `robust`: ours; `direct`: MUMPS."
    )
    epsilons: tuple[Epsilon, ...] = Field(min_length=1, description="Values of the perturbation parameter.")
    levels: tuple[Level, ...] = Field(min_length=1, description="Mesh levels k, h = 2^-k.")
    ranks: Positive = Field(1, description="MPI processes of a job; only `robust` runs on more than one.")

    @model_validator(mode="after")
    def _serial(self) -> "FemRun":
        if self.ranks > 1 and self.preset != "robust":
            raise ValueError(f"ranks: preset {self.preset!r} runs on one process")
        return self


class FemExample(Section):
    """Errors and rates of the coupled scheme for one example: every combination of the lists is measured."""

    levels: tuple[Level, ...] = Field(min_length=1, description="Mesh levels k, h = 2^-k.")
    epsilons: tuple[Epsilon, ...] = Field(min_length=1, description="Values of the perturbation parameter.")
    w_elements: tuple[Literal["P1", "P2", "none"], ...] = Field(
        ("P1", "P2"),
        description="Element of equation (5.1); `none`: the standard right-hand side (f, v).",
    )
    boundaries: tuple[Literal["strong", "nitsche"], ...] = Field(
        ("strong",), description="Conditions on ∂u/∂n."
    )


class Fem(Section):
    """The Morley method for the fourth-order singular perturbation problem."""

    tolerance: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Relative residual at which every iterative solver stops (original: 1e-8)."
    )
    deck_preset: FemPreset = Field(
        description="The preset whose steps stand beside the deck's, at ε = 1; those of the others are shown "
        "in `iterations.csv`."
    )
    runs: tuple[FemRun, ...] = Field(min_length=1)
    examples: dict[Literal["smooth", "layer_exact", "layer_reduced", "lshape"], FemExample] = Field({})

    def solves(self) -> dict[tuple[str, str, int], int]:
        """(preset, epsilon as text, level) -> MPI processes, of every level that is to be solved."""
        return {
            (run.preset, f"{epsilon:g}", level): run.ranks
            for run in self.runs
            for epsilon in run.epsilons
            for level in run.levels
        }
