"""A word in its contexts: a corpus of two texts by hand, what counts as the same, and what is refused."""

import zipfile
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.lecture.concordance import Context, bare, contexts, held, read_brown, read_lines

REPORTED = Path(__file__).parents[2] / "reported/passages.csv"
TEXTS = {
    "ca02": "The/at hen/nn ,/, or/cc ``/`` Chicken/nn ''/'' ,/, of/in 1/2/cd pound/nn\n",
    "ca01": "\n\tcold/jj chicken/nn and/cc eggs/nns ./.\n\n\tNo/at chickens/nns ,/, a/at chicken/nn\n",
}


@pytest.fixture
def brown(tmp_path):
    path = tmp_path / "brown.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("brown/README", "no text")
        for name, text in TEXTS.items():
            archive.writestr(f"brown/{name}", text)
    return path


def test_words_are_compared_by_letters_and_digits():
    assert bare('"Chicken", can\'t -- 0.5 one-half  #CADILLAC# _') == [
        "chicken",
        "cant",
        "05",
        "onehalf",
        "cadillac",
    ]


def test_the_corpus_is_read_text_by_text_without_its_tags(brown):
    assert read_brown(brown) == {
        "ca01": ["cold", "chicken", "and", "eggs", "no", "chickens", "a", "chicken"],
        "ca02": ["the", "hen", "or", "chicken", "of", "12", "pound"],
    }


def test_a_place_is_the_word_itself_and_no_context_leaves_its_text(brown):
    found = contexts(read_brown(brown), "chicken", width=2)
    assert found == [
        Context("ca01:2", ("cold",), ("and", "eggs")),
        Context("ca01:8", ("chickens", "a"), ()),
        Context("ca02:4", ("hen", "or"), ("of", "12")),
    ]


HITS = [
    Context("x:1", ("wire", "storage", "life", "of"), ("at", "05", "cents", "per", "pound")),
    Context("y:1", ("a", "life", "of"), ("coops",)),
]


@pytest.mark.parametrize(
    ("before", "after", "place", "differences"),
    [
        ("rage life of", "at 05 ce", "x:1", ()),
        ("storage life of", "at 05 cent per", "x:1", ("slide 'cent', Brown 'cents'",)),
        ("short life of", "at 05", "x:1", ("slide 'short', Brown 'storage'",)),
        ("life of", "coops and", "y:1", ("slide 'and', Brown ends its text",)),
        ("ts a life of", "coop", "y:1", ("slide 'ts', Brown ends its text",)),
    ],
)
def test_a_line_is_held_against_its_place(before, after, place, differences):
    found = held(Context("1", tuple(before.split()), tuple(after.split())), HITS)
    assert (found.hit.place, found.differences) == (place, differences)


def test_the_slides_lines_are_read_about_the_word_in_their_middle():
    lines = read_lines(REPORTED, "concordance of chicken", "chicken")
    assert [line.place for line in lines] == [str(number) for number in range(1, 27)]
    assert lines[7].before[:2] == ("chicken", "cadillac")  # the second of two in its line
    assert lines[10].after == ("cadillac", "use", "one", "6ounce", "chicken")  # the first
    following = [line.after[0] for line in lines]
    assert following == sorted(following), "a concordance is sorted by the word that follows"


def test_what_is_no_corpus_or_no_line_is_refused(tmp_path):
    path = tmp_path / "brown.zip"
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"brown\.zip: not the Brown corpus"):
        read_brown(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("brown/README", "")
    with pytest.raises(InputError, match="no text of the Brown corpus"):
        read_brown(path)
    with pytest.raises(InputError, match="no passage 'concordance of hen'"):
        read_lines(REPORTED, "concordance of hen", "hen")
    with pytest.raises(InputError, match=r"passages\.csv:\d+: no 'hen' in this line"):
        read_lines(REPORTED, "concordance of chicken", "hen")
