"""Which article a page is of: questions on one article are not independent."""

from typing import Any


def article_of(record: dict[str, Any]) -> str:
    """The title of a page's record, or its address without the revision; empty where neither is told.

    Kaggle's files have no title, and addresses such as `…?title=Title&amp;oldid=1`.
    """
    title, address = (record.get(name) for name in ("document_title", "document_url"))
    if isinstance(title, str) and title.strip():
        return _plain(title)
    return _plain(address.partition("&")[0]) if isinstance(address, str) else ""


def _plain(text: str) -> str:
    """White space as single blanks, and nothing that cannot be written."""
    return " ".join(text.encode(errors="replace").decode().split())
