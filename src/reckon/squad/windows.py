"""Windows: a context that is longer than the encoder reads is read in overlapping pieces.

With room for r tokens of context beside the question, windows start at the tokens 0, s, 2s, ... (s is the
stride) until one reaches the end; the recipe has windows of 384 tokens in all and s = 128. An answer may lie
in several windows. A token counts in the one in which it has the most context (its least distance to the
window's ends, plus a hundredth of the window's length), so that no span is scored twice.
"""

from dataclasses import dataclass

import numpy as np

from reckon.errors import InputError
from reckon.squad.tokens import IMPOSSIBLE, UNPLACED, TokenParagraphs

NULL = 0  # the position of [CLS], which stands for "no answer"


@dataclass(frozen=True)
class Windows:
    """Windows of all questions, in the order of questions and starts; the arrays are (windows,)."""

    question: np.ndarray
    start: np.ndarray  # first token of the context in the window
    size: np.ndarray  # tokens of the context in the window
    length: np.ndarray  # tokens in all: template, question and context

    def __len__(self) -> int:
        return len(self.question)

    def chosen(self, rows: np.ndarray) -> "Windows":
        """Those of a mask or of indices."""
        return Windows(self.question[rows], self.start[rows], self.size[rows], self.length[rows])


def windows_of(tokens: TokenParagraphs, *, max_tokens: int, stride: int) -> Windows:
    """Every window of every question; an empty context has one, of the question alone.

    Raises `InputError` if a question leaves no room for a context.
    """
    question_tokens = np.array([len(ids) for ids in tokens.questions], dtype=np.int64)
    room = max_tokens - tokens.template.special - question_tokens
    if len(room) and room.min() < 1:
        i = int(room.argmin())
        raise InputError(
            f"max_tokens: {max_tokens} leaves no room beside a question of {question_tokens[i]} tokens "
            f"({tokens.path}, question {tokens.question_id[i]}); raise it or lower question_tokens"
        )
    size = tokens.token_counts[tokens.owner].astype(np.int64)
    count = 1 + np.maximum(0, -(-(size - room) // stride))
    question = np.repeat(np.arange(len(tokens)), count)
    first = np.cumsum(count) - count
    start = (np.arange(len(question)) - first[question]) * stride
    inside = np.minimum(room[question], size[question] - start)
    length = inside + tokens.template.special + question_tokens[question]
    return Windows(question, start, inside, length)


def labels(tokens: TokenParagraphs, windows: Windows) -> np.ndarray:
    """(windows, 2) positions of the answer's first and last token; NULL twice where it is not whole inside.

    NULL is also the label of an impossible question. UNPLACED twice: not to be trained on.
    """
    answer = tokens.answers[windows.question]
    head = positions(tokens, windows)
    end = windows.start + windows.size
    whole = (answer[:, 0] >= windows.start) & (answer[:, 1] < end) & (answer[:, 0] > IMPOSSIBLE)
    moved = answer + (head - windows.start)[:, None]
    out = np.where(whole[:, None], moved, NULL)
    return np.where(answer == UNPLACED, UNPLACED, out)


def positions(tokens: TokenParagraphs, windows: Windows) -> np.ndarray:
    """(windows,) position of the first token of the context."""
    return windows.length - windows.size - len(tokens.template.suffix)


def sequence(tokens: TokenParagraphs, windows: Windows, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and token types (length,) of one window: `[CLS] question [SEP] context [SEP]`."""
    question, start = int(windows.question[row]), int(windows.start[row])
    context = tokens.row("tokens", int(tokens.owner[question]))[start : start + int(windows.size[row])]
    template = tokens.template
    parts = (template.prefix, tokens.questions[question], template.middle, context, template.suffix)
    ids = np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])
    head = len(ids) - len(context) - len(template.suffix)
    return ids, np.where(np.arange(len(ids)) < head, 0, template.passage_type)


def most_context(windows: Windows) -> list[np.ndarray]:
    """For each window (size,) whether this is the window in which a token has the most context.

    Of windows in which a token has the same, the first.
    """
    out = []
    edges = np.flatnonzero(np.diff(windows.question, prepend=-1, append=-1))
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        starts, sizes = windows.start[low:high], windows.size[low:high]
        token = np.arange(int((starts + sizes).max()))
        left, right = token - starts[:, None], starts[:, None] + sizes[:, None] - 1 - token
        context = np.minimum(left, right) + 0.01 * sizes[:, None]
        context[(left < 0) | (right < 0)] = -np.inf
        best = context.argmax(axis=0)
        out += [
            best[start : start + size] == i for i, (start, size) in enumerate(zip(starts, sizes, strict=True))
        ]
    return out
