"""What is said of a device that is not there."""

import pytest
import torch

from reckon.errors import InputError
from reckon.nn.devices import resolve


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve("auto") == resolve("cpu") == "cpu"
    with pytest.raises(InputError, match="torch sees no GPU"):
        resolve("cuda")
