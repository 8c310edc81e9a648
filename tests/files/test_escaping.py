"""Hostile texts in the three forms for reading: they stand there, and do nothing."""

import re
from html.parser import HTMLParser

import pytest

from reckon.files.escaping import as_code, in_markdown, visible

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil/x.png)",
    "<javascript:alert(1)>",
    "`code` ``` ~~struck~~",
    "a | b || c",
    "\\| \\[x](y)",
    "**bold** *it* _it_ __bold__",
    "$x^2$ $$y$$",
    "&lt;b&gt; &#60;b&#62;",
    "two\nlines\r\n\r\n# and a heading",
    "<!-- a comment",
    "</td></tr></table>",
    "[x]: javascript:alert(1)",
    "https://evil.example/x http://evil.example www.evil.example ftp://evil.example",
    "mail somebody@evil.example, tell @somebody and @org/team of #17",
]


@pytest.mark.parametrize(
    "text",
    [
        "\u202efdp.exe",
        "a\u2066b\u2069",
        "\x1b[2Jx",
        "a\x00b",
        "\x9b",
        "91.9 \u200f– 89.2",
        "\u200e",
        "\u061c",
    ],
)
def test_what_turns_or_moves_the_text_around_it_is_shown_as_its_number(text):
    shown = visible(text)
    assert all(f"⟨U+{ord(c):04X}⟩" in shown for c in text if not c.isprintable())
    assert shown.isprintable()


def test_other_scripts_stay_as_they_are():
    text = "שלום, 結果, ünï, ε → 0\tx\n"
    assert visible(text) == text


class Text(HTMLParser):
    """Text of a page, and the tags that hold it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_shows_a_text_as_it_is(attack):
    """By a reader that takes raw HTML, tables and strikes, as those of repositories do."""
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark", {"html": True})
    markdown.enable(["table", "strikethrough"])
    page = f"| a | b |\n|---|---|\n| {in_markdown(attack)} | end |\n\n{in_markdown('x ' + attack)}\n"
    seen = Text(markdown.render(page))
    assert seen.tags <= {"table", "thead", "tbody", "tr", "th", "td", "p"}
    plain = " ".join(attack.split())
    shown = [line.strip() for line in seen.text.split("\n") if line.strip()]
    assert shown == ["a", "b", plain, "end", f"x {plain}"]


def test_dollars_are_escaped_for_readers_that_set_formulas():
    assert in_markdown("$x$") == r"\$x\$"


def test_names_stay_legible():
    assert in_markdown("qa_training_accuracy of natural_questions, 95 %") == (
        "qa_training_accuracy of natural_questions, 95 %"
    )
    assert as_code("a_b") == "`a_b`"
    assert not re.search("`.+`.", as_code("a` <b> `c"))


@pytest.mark.parametrize(
    "text", ["https://a.example", "www.a.example", "@somebody", "a (@org/team)", "#17", "x@a.example"]
)
def test_no_bare_address_mention_or_number_becomes_a_link(text):
    """Readers of repositories make links of them in text; a comment parts what makes one."""
    shown = in_markdown(text)
    assert shown.replace("<!-- -->", "") == text
    assert not re.search(r"\w://|www\.|(?<!\w)(@\w|#\d)|@\w[\w-]*\.\w", shown)


@pytest.mark.parametrize("text", ["Recall@1", "F1 @ 5", "C# 7", "a: b // c", "C#", "#dofs", "epoch 1 / 2"])
def test_names_of_measures_stay_as_they_are(text):
    assert in_markdown(text) == text
