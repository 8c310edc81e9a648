from typing import Annotated

from reckon.audit.figures import read_library
from reckon.audit.findings import counts, read_checks, write_findings
from reckon.audit.findings import findings as found
from reckon.audit.markdown import markdown as as_markdown
from reckon.files.writing import writing
from reckon.steps.program import Read, Write, step


def audit_reported(
    *,
    reported: Annotated[list[Read], "the whole transcription"],
    texts: Annotated[list[Read], "of the papers, by the names that decks.csv gives them"] = [],  # noqa: B006  never changed
    findings: Write,
    markdown: Write,
) -> None:
    """Check the reported numbers against each other, public records and the papers' own texts."""
    folder = reported[0].parent
    checks = read_checks(folder / "checks.csv")
    rows = found(checks, read_library(folder), texts)
    with writing(markdown) as out:
        out.write(as_markdown(rows))
    write_findings(findings, rows)
    for outcome, number in counts(rows).items():
        print(f"{number:6} {outcome}")
    print(f"{len(rows):6} findings of {len(checks)} checks: {findings}")


if __name__ == "__main__":
    step(audit_reported)
