"""What is left of a message when the secrets are taken out."""

import logging

import pytest

from reckon.steps.redaction import RedactingFormatter, redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from https://me:s3cret@host/a.bin", "from https://***@host/a.bin"),
        ("from https://s3cret@host:8000/a", "from https://***@host:8000/a"),
        ("https://me:se/cret@host/a", "https://***@host/a"),
        ("https://me:s3@cret@host/a", "https://***@host/a"),
        ("https://host/a?token=s3cret&x=1 (404)", "https://host/a?*** (404)"),
        ("Max retries exceeded with url: /a.bin?sig=s3%2Fcret (Caused", "with url: /a.bin?*** (Caused"),
        ("'https://host/a?X-Amz-Signature=s3cret'", "'https://host/a?***'"),
        ("https://host/cb#access_token=s3cret", "https://host/cb#***"),
        ("Authorization: Bearer s3cret", "Authorization: Bearer ***"),
        ("{'authorization': 'Basic s3cret=='}", "{'authorization': 'Basic ***'}"),
        ("https:/me:s3cret@host does not", "https:/***@host does not"),
        ("ftp://me:s3cret@host", "ftp://***@host"),
    ],
)
def test_no_secret_of_an_address_is_left(text, shown):
    assert redacted(text, {}).endswith(shown)
    assert "s3" not in redacted(text, {}).replace("s3://", "")


@pytest.mark.parametrize(
    "text",
    [
        "https://host/npm/package@1.2.3/file.json: SHA-256 is 00; try again",
        "results/it's?/a.csv:3: which is better? x=1",
        "encoder 'a/b@main' cannot be fetched",
        "me@host.org",
        "toy/a.bin: from http://127.0.0.1:8000/a.bin",
    ],
)
def test_what_is_no_secret_stays(text):
    assert redacted(text, {}) == text


@pytest.mark.parametrize(
    "name", ["HF_TOKEN", "KAGGLE_KEY", "AWS_SECRET_ACCESS_KEY", "MY_API_KEY", "DB_PASSWORD"]
)
def test_secrets_of_the_environment_are_masked_wherever_they_stand(name):
    assert redacted("answer: hf_abcdef.", {name: "hf_abcdef"}) == "answer: ***."
    assert redacted("answer: 1", {name: "1"}) == "answer: 1"
    assert redacted("answer: hf_abcdef.", {"FOLDER": "hf_abcdef"}) == "answer: hf_abcdef."


def test_a_server_that_quotes_what_it_was_asked_gives_nothing_away():
    address = "https://me:p%40ssword@host/data/file.json?token=abcdef&x=1"
    assert redacted("no p@ssword, p%40ssword, abcdef for file.json", {}, of=address) == (
        "no ***, ***, *** for file.json"
    )
    plain = "https://host/package@1.2.3/file.json"
    assert redacted("host/package@1.2.3", {}, of=plain) == "host/package@1.2.3"
    assert redacted("no address", {}, of="http://[") == "no address"


def test_a_secret_that_is_part_of_another_does_not_leave_its_rest():
    assert redacted("x abcdefgh x", {"A_TOKEN": "abcdef", "B_TOKEN": "abcdefgh"}) == "x *** x"


def test_records_and_their_tracebacks_are_redacted():
    try:
        raise OSError("https://me:s3cret@host/a")
    except OSError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.INFO, "", 1, "at %s", ("https://me:s3cret@host",), trace)
    shown = RedactingFormatter("%(message)s").format(record)
    assert "at https://***@host" in shown
    assert "OSError" in shown
    assert "s3cret" not in shown
