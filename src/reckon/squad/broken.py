"""What the original's program answers when every logit is not a number: the first word of the context.

It sorts positions by their logit and keeps the first 20. No comparison with NaN holds, so they stay in their
order, and the best span that lies in the context is its first token, where that is among the 20 positions
(a question of fewer than 18 tokens). The null score, which is never smaller than a NaN, withholds nothing; a
longer question gets the empty answer. The deck's row "FP16 Only" (EM 16.75, F1 17.35; line 96) is within 0.2
points of this on the official development set, in all four parts of its log.
"""

from reckon.squad.tokens import TokenParagraphs

_KEPT = 20  # positions of highest logit that the original's program looks at


def answers_without_numbers(tokens: TokenParagraphs) -> dict[str, str]:
    """The answer to every question by id: the text of the context's first token, or nothing."""
    before = len(tokens.template.prefix) + len(tokens.template.middle)
    found = {}
    for i, (name, question) in enumerate(zip(tokens.question_id, tokens.questions, strict=True)):
        reached = before + len(question) < _KEPT and tokens.token_counts[tokens.owner[i]] > 0
        found[name] = tokens.text(i, 0, 0) if reached else ""
    return found
