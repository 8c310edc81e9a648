"""A miniature Natural Questions: generated pages whose truth is known, in the simplified NQ schema.

Every page is about one made-up thing. Among 10-16 candidates stand the answer (in 48 % of the pages), one
to three near-duplicates (the same statement about a rival, sometimes with the right name in the next
sentence), a few other facts about the same thing, and mostly paragraphs about quite other matters. So a
negative drawn uniformly is usually trivial, and one drawn by a model's own doubt is not: the premise of
hard negatives holds here by construction.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reckon.data.miniature.kinds import KINDS, Choice, Fact, Kind, Reason
from reckon.data.miniature.prose import COMPARISONS, FILLERS, trivia
from reckon.data.miniature.values import VALUES, names
from reckon.errors import InputError

# Classes of 25 pages in a row, shuffled: 36 % short answers, so 64 % without, as in NQ; 48 % no answer.
_BLOCK = ("short",) * 9 + ("long",) * 3 + ("yes_no",) + ("none",) * 12
_NAMES_A_PAGE = 4  # the thing itself and three rivals
_DISAGREEMENT = 0.2  # share of pages on which some of several annotators differ
_RUN_IN_HEADS = 0.7  # share of facts introduced by their label, a word that questions share
_WORDS = (15, 35)  # a paragraph without its tags

Asked = Fact | Choice | Reason


@dataclass
class _Block:
    """One top-level element: its words with tags, the rows or items nested in it, the answer's words."""

    words: list[str]
    nested: list[tuple[int, int]] = field(default_factory=list)
    answer: tuple[int, int] | None = None
    role: str = "trivial"  # gold, rival, same or trivial


class _World:
    """What one page may use: its names and the values drawn so far, none of which comes twice."""

    def __init__(self, rng: random.Random, kind: Kind, entities: list[str]) -> None:
        self.rng, self.kind, self.name, self.rivals = rng, kind, entities[0], entities[1:]
        self._used: list[str] = []

    def value(self, key: str) -> str:
        while True:
            value = VALUES[key](self.rng)
            if not any(value in other or other in value for other in self._used):
                self._used.append(value)
                return value


def pages(
    count: int, seed: int, *, first: int = 0, annotators: int = 1, candidates: tuple[int, int] = (10, 16)
) -> Iterator[dict[str, Any]]:
    """Yield pages `first` to `first + count` of the corpus with this seed, as records of the NQ schema.

    Pages with different numbers share no name, so the training and the evaluation stretch of one seed are
    disjoint. `annotators` is 1 as in NQ's training data or 5 as in its evaluation data; with several,
    some differ on a fifth of the pages, never so many that the official rule (two of five) changes.
    `candidates` are the least and the most entries of the candidate list, nested ones included.
    Raises `InputError` if the names do not suffice or the bounds cannot be met.
    """
    every = names(seed)
    if (first + count) * _NAMES_A_PAGE > len(every):
        raise InputError(f"miniature pages: at most {len(every) // _NAMES_A_PAGE} pages, not {first + count}")
    if candidates[0] < 10 or candidates[1] < candidates[0]:
        raise InputError(
            f"miniature pages: candidates {candidates}: the least must be 10 or more, then the most"
        )
    for index in range(first, first + count):
        entities = every[index * _NAMES_A_PAGE : (index + 1) * _NAMES_A_PAGE]
        yield _page(index, seed, entities, annotators, candidates)


def split_pages(
    split: str,
    *,
    training_pages: int = 300,
    evaluation_pages: int = 120,
    least_candidates: int = 10,
    most_candidates: int = 16,
    seed: int = 0,
) -> Iterator[dict[str, Any]]:
    """Yield the pages of the split `training`, annotated once each, or `evaluation`, annotated five times."""
    training = split == "training"
    return pages(
        training_pages if training else evaluation_pages,
        seed,
        first=0 if training else training_pages,
        annotators=1 if training else 5,
        candidates=(least_candidates, most_candidates),
    )


def _page(
    index: int, seed: int, entities: list[str], annotators: int, bounds: tuple[int, int]
) -> dict[str, Any]:
    rng = random.Random(f"page {seed} {index}")
    world = _World(rng, rng.choice(KINDS), entities)
    answer_class = _answer_class(index, seed)
    asked = _asked(world, answer_class)
    yes_no = rng.choice(("YES", "NO"))
    question = rng.choice(asked.questions) if isinstance(asked, Fact) else asked.question
    blocks = _blocks(world, asked, answer_class, yes_no, rng.randint(*bounds))
    title = f"{world.name} ( {world.kind.noun} )"
    head = f"{title} - wikipedia <H1> {world.name} </H1> Jump to : navigation , search".split(" ")
    words, listed, chosen = _layout(head, blocks)
    truth = _annotation(chosen, yes_no if answer_class == "yes_no" else "NONE")
    notes = [truth] * annotators
    if annotators > 1 and rng.random() < _DISAGREEMENT:
        notes = _disagreement(rng, notes, listed, blocks)
    digest = hashlib.sha256(f"miniature {seed} {index}".encode()).digest()
    return {
        "example_id": int.from_bytes(digest[:8], "big", signed=True),
        "document_title": title,
        "question_text": question.format(name=world.name.lower()),
        "document_text": " ".join([*words, *f"Categories : {world.kind.noun} | All articles".split(" ")]),
        "long_answer_candidates": [{"start_token": s, "end_token": e, "top_level": t} for s, e, t in listed],
        "annotations": [
            note | {"annotation_id": int.from_bytes(digest[8:16], "big") + i} for i, note in enumerate(notes)
        ],
    }


def _answer_class(index: int, seed: int) -> str:
    block, place = divmod(index, len(_BLOCK))
    return random.Random(f"classes {seed} {block}").sample(_BLOCK, len(_BLOCK))[place]


def _asked(world: _World, answer_class: str) -> Asked:
    """Return what the question is about; without an answer, of any sort in the proportions of the others."""
    if answer_class == "none":
        answer_class = world.rng.choice([name for name in _BLOCK if name != "none"])
    if answer_class == "yes_no":
        return world.kind.choice
    return world.kind.reason if answer_class == "long" else world.rng.choice(world.kind.facts)


def _blocks(world: _World, asked: Asked, answer_class: str, yes_no: str, count: int) -> list[_Block]:
    """Return the page's top-level elements in page order, `count` candidates with the nested ones."""
    rng = world.rng
    others = [fact for fact in world.kind.facts if fact is not asked]
    rng.shuffle(others)
    blocks = []
    if answer_class != "none":
        in_table = isinstance(asked, Fact) and rng.random() < 0.15
        gold = (
            _table(world, asked, others.pop()) if in_table else _statement(world, asked, world.name, yes_no)
        )
        gold.role = "gold"
        blocks.append(gold)
    rivals = rng.sample(world.rivals, rng.randint(2 if answer_class == "none" else 1, 3))
    blocks += [_statement(world, asked, rival, rng.choice(("YES", "NO"))) for rival in rivals]
    blocks += [_statement(world, others.pop(), world.name, "") for _ in range(rng.choice((0, 1, 1, 2)))]
    if rng.random() < 0.4:
        blocks.append(_list(rng))
    if rng.random() < 0.4 and len(others) > 1:
        blocks.append(_table(world, others.pop(), others.pop()))
    missing = count - sum(1 + len(block.nested) for block in blocks)
    blocks += [_paragraph(trivia(rng, *_WORDS)) for _ in range(missing)]
    rng.shuffle(blocks)
    return blocks


def _paragraph(words: list[str], answer: tuple[int, int] | None = None, role: str = "trivial") -> _Block:
    moved = (answer[0] + 1, answer[1] + 1) if answer else None
    return _Block(["<P>", *words, "</P>"], answer=moved, role=role)


def _statement(world: _World, asked: Asked, name: str, yes_no: str) -> _Block:
    """Return a paragraph that states `asked` about `name`, the page's own thing or a rival."""
    rng, own = world.rng, name == world.name
    words, answer = _sentence(world, asked, name, yes_no)
    fillers = rng.sample(FILLERS, len(FILLERS))
    if not own and rng.random() < 0.35:
        fillers.insert(0, rng.choice(COMPARISONS).format(other=world.name))
    elif own and rng.random() < 0.2:
        fillers.insert(0, rng.choice(COMPARISONS).format(other=rng.choice(world.rivals)))
    before = rng.random() < 0.4
    for filler in fillers:
        more = filler.format(name=name).split(" ")
        if len(words) + len(more) > _WORDS[1]:
            continue
        if before and answer is not None:
            answer = (answer[0] + len(more), answer[1] + len(more))
        words = more + words if before else words + more
        before = False
        if len(words) >= _WORDS[0] + 3:
            break
    return _paragraph(words, answer, "same" if own else "rival")


def _sentence(
    world: _World, asked: Asked, name: str, yes_no: str
) -> tuple[list[str], tuple[int, int] | None]:
    """Return the words of the statement, and the words of the answer if it has a short one."""
    if isinstance(asked, Choice):
        return (asked.yes if yes_no == "YES" else asked.no).format(name=name).split(" "), None
    template = world.rng.choice(asked.statements).format(name=name, value="{value}").split(" ")
    if isinstance(asked, Reason):
        return template, None
    if world.rng.random() < _RUN_IN_HEADS:
        template = [*asked.label.split(" "), ":", *template]
    value = world.value(asked.value).split(" ")
    at = template.index("{value}")
    return template[:at] + value + template[at + 1 :], (at, at + len(value))


def _table(world: _World, asked: Asked, other: Fact) -> _Block:
    """Return a table of two facts about the page's own thing; the answer is the value of the first."""
    assert isinstance(asked, Fact)  # noqa: S101
    rows = [(asked, True), (other, False)]
    world.rng.shuffle(rows)
    block = _Block(["<Table>"], role="same")
    for fact, is_answer in rows:
        value = world.value(fact.value).split(" ")
        start = len(block.words)
        block.words += ["<Tr>", "<Th>", *fact.label.split(" "), "</Th>", "<Td>"]
        if is_answer:
            block.answer = (len(block.words), len(block.words) + len(value))
        block.words += [*value, "</Td>", "</Tr>"]
        block.nested.append((start, len(block.words)))
    block.words.append("</Table>")
    return block


def _list(rng: random.Random) -> _Block:
    block = _Block(["<Ul>"])
    for _ in range(2):
        start = len(block.words)
        block.words += ["<Li>", *trivia(rng, 5, 15), "</Li>"]
        block.nested.append((start, len(block.words)))
    block.words.append("</Ul>")
    return block


def _layout(
    head: list[str], blocks: list[_Block]
) -> tuple[list[str], list[tuple[int, int, bool]], tuple[int, int, int, tuple[int, int] | None] | None]:
    """Put the blocks after the head: words, candidates (start, end, top level) and the chosen one.

    The chosen one is (index, start, end, words of the short answer); None if no block is the gold one.
    Moves the blocks' answers to words of the document.
    """
    words, listed, chosen = list(head), list[tuple[int, int, bool]](), None
    for block in blocks:
        start = len(words)
        if block.answer:
            block.answer = (block.answer[0] + start, block.answer[1] + start)
        if block.role == "gold":
            chosen = (len(listed), start, start + len(block.words), block.answer)
        listed.append((start, start + len(block.words), True))
        listed += [(start + s, start + e, False) for s, e in block.nested]
        words += block.words
    return words, listed, chosen


def _annotation(
    chosen: tuple[int, int, int, tuple[int, int] | None] | None, yes_no: str = "NONE"
) -> dict[str, Any]:
    index, start, end, answer = chosen or (-1, -1, -1, None)
    return {
        "long_answer": {"candidate_index": index, "start_token": start, "end_token": end},
        "short_answers": [{"start_token": answer[0], "end_token": answer[1]}] if answer else [],
        "yes_no_answer": yes_no,
    }


def _disagreement(
    rng: random.Random, notes: list[dict[str, Any]], listed: list[tuple[int, int, bool]], blocks: list[_Block]
) -> list[dict[str, Any]]:
    """Let the last annotator, or the last two, differ: overlook the answer, shorten it, or see one.

    Only one sees an answer where there is none, and at most two overlook one, so that two of five decide
    as before.
    """
    truth = notes[0]
    if truth["long_answer"]["candidate_index"] < 0:
        rival = next(block for block in blocks if block.role == "rival")
        top = [(i, s, e) for i, (s, e, top_level) in enumerate(listed) if top_level]
        return [*notes[:-1], _annotation((*top[blocks.index(rival)], rival.answer))]
    choices = [_annotation(None), truth | {"short_answers": [], "yes_no_answer": "NONE"}]
    if truth["short_answers"] and len(span := range(*truth["short_answers"][0].values())) > 1:
        choices.append(truth | {"short_answers": [{"start_token": span[-1], "end_token": span[-1] + 1}]})
    changed = rng.randint(1, min(2, len(notes) - 1))
    return notes[:-changed] + [rng.choice(choices) for _ in range(changed)]
