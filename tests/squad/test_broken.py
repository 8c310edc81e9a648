"""What a network without numbers answers in the original's program."""

import numpy as np
import pytest

from reckon.squad.broken import answers_without_numbers


def best_of_the_original(logits, head, kept=20):
    """Its search, told again: positions sorted by a logit that is NaN, the first pair inside the context."""
    order = sorted(range(len(logits)), key=lambda i: logits[i], reverse=True)[:kept]
    pairs = [(s, e) for s in order for e in order if head <= s <= e]
    return pairs[0] if pairs else None


@pytest.mark.parametrize("question_tokens", [1, 17, 18, 30])
def test_a_sort_by_nan_leaves_the_first_positions_in_their_order(question_tokens):
    head = question_tokens + 2
    found = best_of_the_original(np.full(80, np.nan), head)
    assert found == ((head, head) if question_tokens < 18 else None)


def test_a_short_question_gets_the_first_word_and_a_long_one_nothing(tokens_of):
    tokens = tokens_of(("the dog is in paris", [("who", "dog"), ("who " * 8, None)]))
    assert answers_without_numbers(tokens) == {"0.0": "the", "0.1": "the"}
    tokens.template.__dict__["prefix"] = (2,) * 11  # as if the question were ten tokens longer
    assert answers_without_numbers(tokens) == {"0.0": "the", "0.1": ""}
