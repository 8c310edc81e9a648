"""No secret in what a program says: one function through which every message goes."""

import logging
import os
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from reckon.files.escaping import visible

MASK = "***"
# User and password of an address. With a colon the password may hold a slash that should have been escaped.
# One slash is what a path makes of two.
_USER = re.compile(r"(:/{1,2})(?:[^\s/@'\"]*:[^\s'\"]*|[^\s/'\"]*)@")
# What stands behind an address: `?token=…`, `#access_token=…`; signed addresses keep their signature there.
_QUERY = re.compile(r"(?<=[?#])[\w.~%+\[\]-]+=[^\s'\"<>()]*")
_HEADER = re.compile(r"(?i)\b((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?(?:basic|bearer)?\s*)[^\s'\"]+")
_SECRET_NAME = re.compile(r"(?i)(^|_)(token|secret|password|passwd|credentials?)(_|$)|api_?key|_key$")
_SHORTEST = 6  # characters; shorter values are flags and numbers


def redacted(text: str, environment: Mapping[str, str] = os.environ, *, of: str = "") -> str:
    """`text` without user names, passwords and queries of addresses, and without secrets of the environment.

    A secret of the environment is the value of a variable that is called so: HF_TOKEN, KAGGLE_KEY.
    Secrets of the address `of` are masked wherever they stand: a server may quote what it was asked.
    """
    text = _USER.sub(rf"\g<1>{MASK}@", text)
    text = _QUERY.sub(MASK, text)
    text = _HEADER.sub(rf"\g<1>{MASK}", text)
    for secret in _secrets(environment, of):
        text = text.replace(secret, MASK)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats records, tracebacks included, without secrets, and without commands to the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return visible(redacted(super().format(record)))


def _secrets(environment: Mapping[str, str], address: str) -> list[str]:
    """Values of variables that are called secret, and what is secret of an address; the longest first."""
    found = {value for name, value in environment.items() if _SECRET_NAME.search(name)}
    found |= _parts(address)
    return sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True)


def _parts(address: str) -> set[str]:
    """User, password and the values of the query of an address, as written and as meant."""
    try:
        parts = urlsplit(address)
    except ValueError:  # no address at all
        return set()
    values = [part.partition("=")[2] for part in re.split("&", f"{parts.query}&{parts.fragment}")]
    written = {parts.username or "", parts.password or "", *values}
    return written | {unquote(value) for value in written}
