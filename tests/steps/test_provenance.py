import json
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.steps.chain import tampered
from reckon.steps.provenance import (
    damaged,
    files_in,
    loaded_packages,
    read_sidecar,
    require_intact,
    sidecar,
    stamp,
    stamp_all,
    stamped_files,
)


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """A raw file, predictions made from it, metrics made from those; both stamped."""
    monkeypatch.chdir(tmp_path)
    for name in ("raw.txt", "code.py", "env.lock", "predictions.jsonl", "metrics.csv"):
        (tmp_path / name).write_text(name)
    stamp("predictions.jsonl", ["raw.txt"], ["code.py"], {"epochs": 3}, "env.lock")
    stamp("metrics.csv", ["predictions.jsonl"], ["code.py"], {}, "env.lock")
    return tmp_path


def test_a_sidecar_holds_the_hashes_of_everything_named(chain):
    record = json.loads((chain / "predictions.jsonl.prov.json").read_text())
    assert record["output"] == {"predictions.jsonl": sha256("predictions.jsonl")}
    assert record["inputs"] == {"raw.txt": sha256("raw.txt")}
    assert record["code"] == {"code.py": sha256("code.py")}
    assert record["lock"] == {"env.lock": sha256("env.lock")}
    assert record["params"] == {"epochs": 3}
    assert record["packages"] == loaded_packages()


def test_stamping_twice_gives_the_same_bytes(chain):
    first = sidecar("metrics.csv").read_bytes()
    stamp("metrics.csv", ["predictions.jsonl"], ["code.py"], {}, "env.lock")
    assert sidecar("metrics.csv").read_bytes() == first


def test_versions_are_those_of_loaded_packages():
    assert loaded_packages()["pytest"] == pytest.__version__


def test_an_untouched_chain_is_clean(chain):
    assert tampered("metrics.csv") == []


def test_an_edited_output_is_found(chain):
    (chain / "metrics.csv").write_text("0.99")
    assert tampered("metrics.csv") == ["metrics.csv changed after its rule wrote it"]


def test_an_edit_two_steps_before_is_found_even_after_the_last_step_ran_again(chain):
    (chain / "predictions.jsonl").write_text("faked")
    stamp("metrics.csv", ["predictions.jsonl"], ["code.py"], {}, "env.lock")
    assert tampered("metrics.csv") == ["predictions.jsonl changed after its rule wrote it"]


def test_an_input_made_again_without_its_consumer_is_found(chain):
    (chain / "predictions.jsonl").write_text("new")
    stamp("predictions.jsonl", ["raw.txt"], ["code.py"], {"epochs": 4}, "env.lock")
    assert tampered("metrics.csv") == ["metrics.csv was made from other bytes of predictions.jsonl"]


def test_removed_inputs_and_unstamped_files_are_no_fault(chain):
    (chain / "raw.txt").unlink()
    (chain / "predictions.jsonl").unlink()
    assert tampered("metrics.csv") == []
    assert tampered("code.py") == []
    assert tampered("absent.csv") == []


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"output": {}}', b'{"\xff": 1}'])
def test_a_damaged_sidecar_is_an_error_that_names_it_and_the_remedy(chain, text):
    sidecar("metrics.csv").write_bytes(text)
    with pytest.raises(InputError, match=r"metrics\.csv\.prov\.json.* snakemake -f -- metrics\.csv"):
        read_sidecar("metrics.csv")


def test_several_outputs_have_a_sidecar_each_with_its_own_hash(chain):
    stamp_all(["raw.txt", "code.py"], ["env.lock"], [], {"seed": 1}, packages={})
    first, second = (read_sidecar(name) for name in ("raw.txt", "code.py"))
    assert first["output"] == {"raw.txt": sha256("raw.txt")}
    assert second["output"] == {"code.py": sha256("code.py")}
    assert first | {"output": {}} == second | {"output": {}}
    assert (first["inputs"], first["packages"]) == ({"env.lock": sha256("env.lock")}, {})


def test_damage_is_found_in_files_and_in_folders_and_words_that_are_no_path_are_none(chain):
    words = ["metrics.csv", ".", "--option", "x" * 10_000, "absent.csv"]
    assert stamped_files(".") == [Path("metrics.csv"), Path("predictions.jsonl")]
    assert damaged(words) == []
    require_intact(words)
    (chain / "metrics.csv").write_text("0.99")
    sidecar("predictions.jsonl").write_text("{")
    assert damaged(["metrics.csv", "raw.txt"]) == [Path("metrics.csv")]
    assert damaged(["."]) == [Path("metrics.csv"), Path("predictions.jsonl")]
    with pytest.raises(InputError, match=r"metrics\.csv changed after its rule wrote it; .*-f -- metrics"):
        require_intact(["."])


def test_files_of_a_folder_are_all_but_records_and_hidden_ones(chain):
    (chain / ".half").write_text("x")
    (chain / "folder").mkdir()
    names = ["code.py", "env.lock", "metrics.csv", "predictions.jsonl", "raw.txt"]
    assert files_in(".") == [Path(name) for name in names]
