"""What is said of a device that is not there, and of an arithmetic that it has not."""

import logging

import pytest
import torch

from reckon.errors import InputError
from reckon.nn.devices import resolve, warn_of_slow_precision


@pytest.fixture
def processor(monkeypatch):
    """Let torch see a processor of a certain capability."""
    return lambda name: monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: name)


@pytest.mark.parametrize(
    ("capability", "precision", "device", "warned"),
    [
        ("AVX2", "bf16", "cpu", True),
        ("AVX2", "fp32", "cpu", False),
        ("AVX2", "bf16", "cuda", False),
        ("AVX512", "bf16", "cpu", False),
    ],
)
def test_bf16_without_its_instructions_is_said_to_be_slow(
    processor, caplog, capability, precision, device, warned
):
    processor(capability)
    with caplog.at_level(logging.WARNING):
        warn_of_slow_precision(precision, device)
    assert ("fp32 is many times faster here" in caplog.text) == warned


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve("auto") == resolve("cpu") == "cpu"
    with pytest.raises(InputError, match="torch sees no GPU"):
        resolve("cuda")
