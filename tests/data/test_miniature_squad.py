"""The miniature SQuAD: the form of the real one, answers in their place, questions that mislead."""

import json

from reckon.data.miniature.squad import articles
from reckon.data.squad import counts_of, read_paragraphs

SETTINGS = {"training_pages": 100, "evaluation_pages": 50, "seed": 7}


def read(tmp_path, split):
    path = tmp_path / f"{split}.json"
    path.write_text(json.dumps(articles(split, **SETTINGS)))
    return read_paragraphs([path])


def test_it_reads_as_squad_and_every_answer_stands_in_its_place(tmp_path):
    """Of 100 pages 36 have a short answer and 48 none at all."""
    counts = counts_of(read(tmp_path, "training"))
    assert (counts["questions"], counts["impossible"], counts["misplaced"]) == (84, 48, 0)


def test_no_context_holds_a_tag_and_the_halves_share_no_question(tmp_path):
    halves = [read(tmp_path, split) for split in ("training", "evaluation")]
    assert not any("<" in paragraph.context for half in halves for paragraph in half)
    first, second = ({q.question_id for p in half for q in p.questions} for half in halves)
    assert not first & second


def test_an_impossible_question_shares_words_with_its_context(tmp_path):
    impossible = [p for p in read(tmp_path, "training") if not p.questions[0].answers]
    shared = [set(p.context.lower().split()) & set(p.questions[0].text.split()) for p in impossible]
    assert sum(len(words) >= 2 for words in shared) > len(shared) / 2


def test_the_seed_fixes_it():
    assert articles("training", **SETTINGS) == articles("training", **SETTINGS)
    assert articles("training", **SETTINGS) != articles("training", **SETTINGS | {"seed": 8})
