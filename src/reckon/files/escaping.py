"""Text of the data as text: what would act on the page around it is written so that it stands on it."""

import re

# Marks that turn the direction of what follows: a file name could show another ending than it has.
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r")
_NAMES = {code: f"⟨U+{code:04X}⟩" for code in (*_TURNING, *_CONTROLS)}
# What means something to Markdown; an underscore inside a word does not.
_MARKDOWN = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
# Where a comment keeps pages from making a link or a message to somebody: bare addresses, mentions, numbers
# of issues. No backslash does.
_LINKS = re.compile(
    r"(?<=\w)(?=://)|(?<=www)(?=\.)|(?<=@)(?=\w[\w-]*\.\w)|(?<=(?<!\w)@)(?=\w)|(?<=(?<!\w)#)(?=\d)", re.I
)
_NOTHING = "<!-- -->"


def visible(text: str) -> str:
    """`text` with marks of direction and control characters as their numbers, such as ⟨U+202E⟩."""
    return text.translate(_NAMES)


def in_markdown(text: str) -> str:
    """Text in one line of Markdown: no tags, links, code, formulas, or ends of a cell; `snake_case` stays."""
    line = _MARKDOWN.sub(r"\\\g<0>", " ".join(visible(text).split()))
    return _LINKS.sub(_NOTHING, line.replace("&", "&amp;").replace("<", "&lt;"))


def as_code(text: str) -> str:
    """Text as code in Markdown, where nothing can be escaped: a backtick is left out."""
    return f"`{' '.join(visible(text).replace('`', '').split())}`"
