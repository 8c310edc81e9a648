"""Generated complaints: all classes, a Zipf tail, one distribution for all seeds."""

from collections import Counter

import pytest

from reckon.data.miniature.complaints import CLASSES, complaints


def test_every_class_has_a_name_of_its_own_and_one_text_at_least():
    sizes = Counter(one.label for one in complaints(1000, 0))
    assert len(sizes) == CLASSES == 200


def test_sizes_fall_as_one_over_the_rank_and_most_classes_are_rare():
    sizes = sorted(Counter(one.label for one in complaints(3000, 1)).values(), reverse=True)
    assert sizes[0] / sizes[9] == pytest.approx(10, rel=0.02)
    assert sum(n < 20 for n in sizes) > 150


def test_seeds_draw_other_texts_of_the_same_sizes():
    one, again, other = (list(complaints(500, seed)) for seed in (2, 2, 3))
    assert one == again != other
    assert Counter(c.label for c in one) == Counter(c.label for c in other)
