"""Token files: templates of the tokenizers, words and their tokens, windows, and the file itself."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.nn.encoders import MARKUP, load_tokenizer
from reckon.nn.template import Template, template_of
from reckon.qa.features import TokenPages, tokenise, write_tokens
from reckon.qa.pages import LONG, NONE, SHORT, YES

TEXT = "<P> the capital of france is paris , </P> <Table> <Tr> paris xyz </Tr> <Tr> dog </Tr> </Table> <Dl>"
CANDIDATES = [(0, 9), (9, 17), (10, 14), (14, 17), (9, 10)]


@pytest.fixture
def written(tmp_path, encoder, make_page):
    """A token file of pages, made by a tokenizer: `written(pages, kind="bert", markup="drop", …)`."""

    def write(pages, kind="bert", markup="drop", question_tokens=8):
        tokenizer = load_tokenizer(encoder(kind), markup)
        path = tmp_path / f"{kind}.{markup}.arrow"
        rows = tokenise(pages, tokenizer, markup=markup, question_tokens=question_tokens)
        assert write_tokens(path, rows, template_of(tokenizer)) == len(pages)
        return TokenPages(path), tokenizer

    return write


@pytest.mark.parametrize(
    ("kind", "prefix", "middle", "suffix", "passage_type"),
    [
        ("bert", ["[CLS]"], ["[SEP]"], ["[SEP]"], 1),
        ("albert", ["[CLS]"], ["[SEP]"], ["[SEP]"], 1),
        ("mpnet", ["<s>"], ["</s>", "</s>"], ["</s>"], 0),
    ],
)
def test_the_template_is_the_tokenizers_own(encoder, kind, prefix, middle, suffix, passage_type):
    tokenizer = load_tokenizer(encoder(kind), "drop")
    ids = (tuple(tokenizer.convert_tokens_to_ids(part)) for part in (prefix, middle, suffix))
    template = template_of(tokenizer)
    assert template == Template(*ids, passage_type)
    assert template.special == len(prefix) + len(middle) + len(suffix)


def test_a_template_does_not_need_its_words_to_be_known():
    """Both texts may be the same unknown word, as "one" and "two" are to a Chinese tokenizer."""
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast(vocab={"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4})
    assert template_of(tokenizer) == Template((2,), (3,), (3,), 1)


@pytest.mark.parametrize("kind", ["bert", "mpnet", "albert"])
def test_a_sequence_is_what_the_tokenizer_makes_of_the_pair(written, make_page, kind):
    question, passage = "who is the dog", "the capital of france is paris ,"
    tokens, tokenizer = written([make_page("a", passage, [(0, 7)], question=question)], kind)
    sequence = tokens.sequence(0, 0, 64)
    whole = tokenizer(question, passage, return_token_type_ids=True)
    assert sequence.ids.tolist() == whole["input_ids"]
    assert sequence.types.tolist() == whole["token_type_ids"]
    assert sequence.passage_start == whole.sequence_ids().index(1)
    assert sequence.words == 7


@pytest.mark.parametrize("kind", ["bert", "mpnet", "albert"])
def test_first_and_last_tokens_of_a_word_spell_it(written, make_page, kind):
    tokens, tokenizer = written([make_page("a", TEXT, CANDIDATES)], kind)
    sequence = tokens.sequence(0, 1, 64)
    words = TEXT.split(" ")[9:17]
    assert sequence.words == len(words)
    for word, first, last in zip(words, sequence.first_token, sequence.last_token, strict=True):
        if word.startswith("<"):
            assert (first, last) == (-1, -1)
        else:
            assert tokenizer.decode(sequence.ids[first : last + 1]).replace(" ", "") == word
    assert (sequence.last_token - sequence.first_token).max() >= 2  # "xyz" has a token a letter


def test_a_nested_candidate_is_a_slice_of_the_same_tokens(written, make_page):
    tokens, _ = written([make_page("a", TEXT, CANDIDATES)])
    table, row = tokens.sequence(0, 1, 64), tokens.sequence(0, 2, 64)
    inner = row.ids[row.passage_start : -1].tolist()
    outer = table.ids[table.passage_start : -1].tolist()
    assert len(inner) < len(outer)
    assert outer[: len(inner)] == inner
    assert len(tokens.row("word_offsets", 0)) == len(TEXT.split(" ")) + 1
    stored = tokens.row("tokens", 0)
    assert np.shares_memory(tokens.row("tokens", 0), stored)  # a view of the mapped file, not a copy


def test_tags_are_dropped_or_the_nine_block_tags_are_tokens(written, make_page):
    page = make_page("a", TEXT, CANDIDATES)
    dropped, _ = written([page], markup="drop")
    kept, tokenizer = written([page], markup="tokens")
    own = tokenizer.convert_tokens_to_ids(list(MARKUP))
    base = len(tokenizer) - 9
    assert own == list(range(base, base + 9))
    assert not set(own) & set(dropped.row("tokens", 0).tolist())
    tags = [token for token in kept.row("tokens", 0).tolist() if token in own]
    assert tokenizer.convert_ids_to_tokens(tags) == ["<P>", "<Table>", "<Tr>", "<Tr>", "<Dl>"]
    rest = [token for token in kept.row("tokens", 0).tolist() if token not in own]
    assert rest == dropped.row("tokens", 0).tolist()  # closing tags have no token in either


def test_a_candidate_of_tags_alone_has_an_empty_passage(written, make_page):
    tokens, _ = written([make_page("a", TEXT, CANDIDATES)])
    sequence = tokens.sequence(0, 4, 64)
    assert (sequence.words, sequence.first_token.tolist(), sequence.last_token.tolist()) == (1, [-1], [-1])
    assert len(sequence.ids) == tokens.template.special + len(tokens.row("question", 0))


def test_words_are_cut_at_single_blanks_only(written, make_page):
    """U+180E, a no-break space or a double blank must not move the offsets of what follows."""
    page = make_page("a", "dog\u180epark \u180e one\u00a0two  paris", [(0, 5)])
    assert len(page.words) == 5
    tokens, tokenizer = written([page])
    sequence = tokens.sequence(0, 0, 64)
    assert sequence.words == 5
    empty = (sequence.first_token < 0).tolist()
    assert empty == [False, True, False, True, False]
    assert tokenizer.decode(sequence.ids[sequence.first_token[4] : sequence.last_token[4] + 1]) == "paris"


def test_a_text_cannot_write_special_tokens(written, make_page):
    """A page about tokenizers says [SEP]; for the encoder the passage must not end there."""
    for markup in ("drop", "tokens"):
        tokens, tokenizer = written(
            [make_page("a", "the [SEP] dog", [(0, 3)], question="who [MASK]")], markup=markup
        )
        ids = tokens.sequence(0, 0, 64).ids.tolist()
        assert ids.count(tokenizer.sep_token_id) == 2
        assert tokenizer.mask_token_id not in ids


def test_labels_are_the_pages(written, make_page):
    pages = [
        make_page("none", TEXT, CANDIDATES),
        make_page("long", TEXT, CANDIDATES, gold=1),
        make_page("short", TEXT, CANDIDATES, gold=2, short=[(11, 12), (12, 13)]),
        make_page("yes", TEXT, CANDIDATES, gold=0, yes_no="YES"),
    ]
    tokens, _ = written(pages)
    assert tokens.example_id == ["none", "long", "short", "yes"]
    assert tokens.answer_class.tolist() == [NONE, LONG, SHORT, YES]
    assert tokens.gold_candidate.tolist() == [-1, 1, 2, 0]
    assert tokens.answer.tolist() == [[-1, -1], [-1, -1], [11, 12], [-1, -1]]
    assert tokens.candidate_counts.tolist() == [5] * 4
    assert [tokens.span(2, c) for c in range(5)] == CANDIDATES
    assert tokens.pairs().tolist() == [[page, c] for page in range(4) for c in range(5)]


def test_a_long_question_is_cut(written, make_page):
    tokens, _ = written([make_page("a", "dog", [(0, 1)], question="the dog " * 20)], question_tokens=5)
    assert len(tokens.row("question", 0)) == 5


def test_a_window_ends_before_the_first_word_that_does_not_fit_whole(token_pages, make_row):
    """Tokens a word: 1, 3, 0, 2, 1; beside the special ones and the question there is room for `room`."""
    words = [[10], [11, 12, 13], [], [14, 15], [16]]
    tokens = token_pages([make_row("a", [(0, 5)], words=words)])
    fixed = tokens.template.special + 2
    for room, whole in [(1, 1), (2, 1), (3, 1), (4, 3), (5, 3), (6, 4), (7, 5), (99, 5)]:
        sequence = tokens.sequence(0, 0, fixed + room)
        assert sequence.words == len(sequence.first_token) == whole, room
        text = [token for word in words[:whole] for token in word]
        assert sequence.ids.tolist() == [2, 7, 8, 3, *text, 3]
        assert sequence.types.tolist() == [0] * 4 + [1] * (len(text) + 1)


def test_a_question_that_fills_the_window_is_an_error_not_a_cut_template(token_pages, make_row):
    tokens = token_pages([make_row("a", [(0, 2)], question=range(20))])
    with pytest.raises(
        InputError, match=r"max_tokens: 16 leaves no room beside a question of 20 tokens .*page a"
    ):
        tokens.sequence(0, 0, 16)


WORD = st.lists(st.integers(10, 90), max_size=3)


@given(st.lists(WORD, min_size=1, max_size=12), st.integers(6, 40), st.data())
def test_lengths_bound_the_sequences_and_are_exact_where_nothing_is_cut(tmp_path_factory, words, room, data):
    ends = st.integers(0, len(words) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(words)))
    )
    spans = data.draw(st.lists(ends, min_size=1, max_size=4))
    row = {"example_id": "a", "question": [7, 8], "tokens": [t for word in words for t in word]}
    row |= {
        "word_offsets": np.cumsum([0, *map(len, words)]).tolist(),
        "answer_class": 0,
        "gold_candidate": -1,
    }
    row |= {"candidate_start": [s for s, _ in spans], "candidate_end": [e for _, e in spans]}
    row |= {"other_start": [], "other_end": [], "other_gold": []}
    path = tmp_path_factory.mktemp("lengths") / "t.arrow"
    write_tokens(path, [row | {"answer_start": -1, "answer_end": -1}] * 2, Template((2,), (3,), (3,), 1))
    tokens = TokenPages(path)
    pairs = tokens.pairs()[::-1]
    lengths = tokens.lengths(pairs, room)
    for (page, candidate), length in zip(pairs.tolist(), lengths, strict=True):
        sequence = tokens.sequence(page, candidate, room)
        start, end = spans[candidate]
        assert len(sequence.ids) == len(sequence.types) <= length <= room
        if sequence.words == end - start:
            assert len(sequence.ids) == length
        assert sequence.first_token.max(initial=-1) < len(sequence.ids) - 1


def test_lengths_of_nothing(token_pages, make_row):
    tokens = token_pages([make_row("a", [(0, 2)])])
    assert tokens.lengths(np.empty((0, 2), dtype=np.int64), 20).tolist() == []


def test_many_pages_come_back_as_they_were_written(token_pages, make_row):
    """More pages than one record batch holds, pages of different sizes."""
    rng = np.random.default_rng(0)
    rows = [
        make_row(
            str(i),
            [(0, n), (0, 1)],
            words=[rng.integers(10, 99, rng.integers(0, 3)).tolist() for _ in range(n)],
        )
        for i, n in enumerate(rng.integers(1, 30, 150).tolist())
    ]
    tokens = token_pages(rows)
    assert len(tokens) == 150
    for i, row in enumerate(rows):
        assert tokens.example_id[i] == row["example_id"]
        for column in ("question", "tokens", "word_offsets", "candidate_start", "candidate_end"):
            assert tokens.row(column, i).tolist() == row[column]


def test_a_file_without_pages_is_a_file(token_pages):
    tokens = token_pages([])
    assert len(tokens) == 0
    assert tokens.pairs().shape == (0, 2)
    assert tokens.candidate_counts.tolist() == []


def test_the_same_pages_give_the_same_bytes(tmp_path, make_row):
    rows = [make_row(str(i), [(0, 3)]) for i in range(70)]
    for name in ("a", "b"):
        write_tokens(tmp_path / name, rows, Template((2,), (3,), (3,), 1))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_damaged_or_foreign_file_is_named(tmp_path, make_row):
    path = tmp_path / "t.arrow"
    write_tokens(path, [make_row("a", [(0, 3)])], Template((2,), (3,), (3,), 1))
    whole = path.read_bytes()
    foreign = pa.table({"x": [1]})
    with pa.OSFile(str(tmp_path / "foreign"), "wb") as sink, pa.ipc.new_file(sink, foreign.schema) as out:
        out.write_table(foreign)
    contents = {"cut": whole[:-20], "empty": b"", "text": b"example_id,question\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    for name in (*contents, "foreign", "folder", "missing"):
        with pytest.raises(InputError, match=f"{name}: not a file of tokenised pages .* run its rule again"):
            TokenPages(tmp_path / name)


def annotated(make_page, *notes):
    """TEXT with one annotation an annotator: (candidate or None, short answers, YES or NO or NONE)."""
    chosen = [make_page("a", TEXT, CANDIDATES, gold=g, short=s, yes_no=y).annotations[0] for g, s, y in notes]
    return replace(make_page("a", TEXT, CANDIDATES), annotations=tuple(chosen))


@pytest.mark.parametrize(
    ("notes", "spans", "candidates"),
    [
        ([(2, [(11, 12), (12, 13)], "NONE"), (1, [(12, 13), (15, 16)], "NONE")], [(12, 13), (15, 16)], [1]),
        ([(None, [], "NONE"), (1, [(10, 12)], "NONE"), (0, [], "NONE")], [(10, 12)], [1, 0]),
        ([(1, [], "NONE"), (1, [], "NONE"), (3, [], "NONE")], [], [1, 3]),
        ([(0, [], "YES"), (0, [(1, 2)], "NO")], [], [0]),  # who says NO gives no span
    ],
)
def test_what_further_annotators_answered_is_kept(written, make_page, notes, spans, candidates):
    tokens, _ = written([annotated(make_page, *notes)])
    found = zip(tokens.row("other_start", 0).tolist(), tokens.row("other_end", 0).tolist(), strict=True)
    assert list(found) == spans
    assert tokens.row("other_gold", 0).tolist() == candidates


@pytest.mark.parametrize("token", [-1, -(2**31), 2**24, 2**31 - 1])
@pytest.mark.parametrize("where", ["passage", "question"])
def test_a_number_of_no_token_is_refused_where_it_is_read(token_pages, make_row, token, where):
    words = [[10], [token if where == "passage" else 11]]
    tokens = token_pages(
        [make_row("a", [(0, 2)], words=words, question=[7, token if where == "question" else 8])]
    )
    with pytest.raises(InputError, match=r"not a file of tokenised pages \(page 0: a number of no token\)"):
        tokens.sequence(0, 0, 64)


@pytest.mark.parametrize(
    "label",
    [
        {"answer_class": NONE, "gold": 1},
        {"answer_class": LONG},
        {"answer_class": YES},
        {"answer_class": SHORT, "gold": 1},
        {"answer_class": SHORT, "gold": 1, "answer": (0, 1)},  # outside its candidate
        {"answer_class": SHORT, "gold": 0, "answer": (3, 5)},
        {"answer_class": LONG, "gold": 1, "answer": (3, 4)},
        {"answer_class": NONE, "answer": (3, 4)},
    ],
)
def test_labels_that_contradict_each_other_are_refused(token_pages, make_row, label):
    right = make_row("a", [(0, 3), (3, 6)], answer_class=SHORT, gold=1, answer=(4, 6))
    token_pages([right])
    with pytest.raises(InputError, match=r"\(page 1: its class, candidate and short answer contradict\)"):
        token_pages([right, make_row("b", [(0, 3), (3, 6)], **label)])


@pytest.mark.parametrize("candidate", [-1, 2])
def test_a_candidate_of_no_page_is_refused(token_pages, make_row, candidate):
    with pytest.raises(InputError, match=r"\(other_gold: no candidate of its page\)"):
        token_pages([make_row("a", [(0, 3), (3, 6)], other_gold=[candidate])])
