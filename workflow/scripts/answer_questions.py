from reckon.files.writing import write_json, write_jsonl
from reckon.squad.answer import answers
from reckon.squad.model import load_reader
from reckon.squad.score import logits_of
from reckon.squad.tokens import TokenParagraphs
from reckon.squad.windows import windows_of
from reckon.steps.program import Device, Positive, Read, ReadFolder, Write, step


def answer_questions(
    *,
    tokens: Read,
    encoder: ReadFolder,
    model: Read,
    precision: str,
    tokens_per_batch: Positive,
    max_tokens: Positive,
    stride: Positive,
    n_best: Positive,
    max_answer_tokens: Positive,
    null_threshold: float,
    device: Device = "auto",
    predictions: Write,
    null_probabilities: Write,
    best: Write,
) -> None:
    """Answers by a span reader, in SQuAD's own form, with P(no answer) and the best texts of a question."""
    opened = TokenParagraphs(tokens)
    windows = windows_of(opened, max_tokens=max_tokens, stride=stride)
    logits = logits_of(
        load_reader(model, encoder),
        opened,
        windows,
        tokens_per_batch=tokens_per_batch,
        precision=precision,
        device=device,
    )
    found = list(answers(opened, windows, logits, count=n_best, max_tokens=max_answer_tokens))
    write_json(predictions, {answer.question_id: answer.text(null_threshold) for answer in found})
    write_json(null_probabilities, {answer.question_id: answer.null_probability() for answer in found})
    write_jsonl(best, (answer.row() for answer in found))


if __name__ == "__main__":
    step(answer_questions)
