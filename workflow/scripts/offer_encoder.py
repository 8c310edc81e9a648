import shutil
from typing import Annotated

from reckon.errors import InputError
from reckon.files.writing import replaced
from reckon.nn.encoders import FILES, load_tokenizer, write_encoder
from reckon.nn.loaded import check_finite
from reckon.squad.model import load_reader
from reckon.steps.program import Read, ReadFolder, Write, step


def offer_encoder(
    *,
    encoder: ReadFolder,
    model: Read,
    record: Annotated[Read, "of the training, kept beside the weights"],
    out: Annotated[list[Write], f"{', '.join(FILES)}, complete and training.json, in one folder"],
) -> None:
    """The encoder of a tuned span reader, in the form of transformers, for others to start from."""
    place = out[0].parent
    if set(out) != {place / name for name in (*FILES, "complete", "training.json")}:
        raise InputError(f"--out: expected {', '.join(FILES)}, complete and training.json in one folder")
    with replaced(place / "training.json") as temporary:
        shutil.copyfile(record, temporary)
    network = load_reader(model, encoder).encoder
    check_finite(str(model), network.named_parameters())
    write_encoder(place, network, load_tokenizer(encoder, "drop"))


if __name__ == "__main__":
    step(offer_encoder)
