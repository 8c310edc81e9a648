"""Write one stretch of the miniature Natural Questions corpus as pages.jsonl.gz."""

import argparse
from pathlib import Path

from reckon.data.miniature.pages import pages
from reckon.files import write_jsonl
from reckon.program import run


def main() -> None:
    """Parse the arguments, generate, write atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first page (default 0)")
    parser.add_argument("--count", type=int, required=True, help="number of pages")
    parser.add_argument("--annotators", type=int, default=1, help="annotations a page: 1 or 5 (default 1)")
    parser.add_argument("--least", type=int, default=10, help="fewest candidates a page (default 10)")
    parser.add_argument("--most", type=int, default=16, help="most candidates a page (default 16)")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    generated = pages(a.count, a.seed, first=a.first, annotators=a.annotators, candidates=(a.least, a.most))
    write_jsonl(a.out, generated)


if __name__ == "__main__":
    run(main)
