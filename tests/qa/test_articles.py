import pytest

from reckon.qa.articles import article_of


@pytest.mark.parametrize(
    ("record", "article"),
    [
        ({"document_title": " The  Rhine "}, "The Rhine"),
        (
            {"document_title": "", "document_url": "w/index.php?title=Rhine&amp;oldid=814071202"},
            "w/index.php?title=Rhine",
        ),
        ({"document_url": "w/index.php?title=Rhine&amp;oldid=1"}, "w/index.php?title=Rhine"),
        ({"document_title": "Rhine", "document_url": "elsewhere"}, "Rhine"),
        ({"document_title": 7}, ""),
        ({}, ""),
        ({"document_title": "half \ud800 a pair"}, "half ? a pair"),
    ],
)
def test_the_article_is_the_title_or_the_address_without_its_revision(record, article):
    assert article_of(record) == article
