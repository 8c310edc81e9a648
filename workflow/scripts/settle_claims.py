from collections import Counter
from typing import Annotated

from reckon.files.folders import DEFAULT
from reckon.report.claims import effects_by_path, read_claims, settled, write_rows
from reckon.steps.program import Read, Write, step
from reckon.tables.transcription import read_transcription


def settle_claims(
    *,
    reported: Annotated[list[Read], "the transcription"],
    effects: Annotated[list[Read], "of the experiments that ran"] = [],  # noqa: B006  never changed
    results: Annotated[str, "folder of this run's results"] = DEFAULT,
    recorded: Annotated[bool, "every file of effects has a record"] = False,
    out: Write,
) -> None:
    """Judge the decks' claims by the effects that the experiments measured."""
    folder = reported[0].parent
    claims = read_claims(folder / "claims.csv", read_transcription(folder))
    by_path = effects_by_path([str(path) for path in effects])
    rows = settled(claims, by_path, results, recorded=recorded)
    write_rows(out, rows)
    for verdict, number in sorted(Counter(row["verdict"] for row in rows).items()):
        print(f"{number:6} {verdict}")


if __name__ == "__main__":
    step(settle_claims)
