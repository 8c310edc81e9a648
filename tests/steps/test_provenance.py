import json
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.steps.provenance import (
    altered,
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
    assert record["recorded"] == ["predictions.jsonl"]
    assert read_sidecar("metrics.csv")["recorded"] == ["metrics.csv", "predictions.jsonl"]


def test_a_record_knows_its_own_hash_and_one_of_an_earlier_version_has_none(chain):
    record = read_sidecar("metrics.csv")
    assert not altered(record)
    assert not altered({key: value for key, value in record.items() if key != "sha256"})
    for part, value in (("params", {"epochs": 4}), ("packages", {}), ("recorded", []), ("sha256", "0" * 64)):
        assert altered(record | {part: value}), part
    stamp("raw.txt", [], [], {"b": {10: 1.5, 9: (1, 2)}, "a": 1e-300})  # read back, keys are texts
    assert not altered(read_sidecar("raw.txt"))


def test_stamping_twice_gives_the_same_bytes(chain):
    first = sidecar("metrics.csv").read_bytes()
    stamp("metrics.csv", ["predictions.jsonl"], ["code.py"], {}, "env.lock")
    assert sidecar("metrics.csv").read_bytes() == first


def test_versions_are_those_of_loaded_packages():
    assert loaded_packages()["pytest"] == pytest.__version__


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
    own = {"output": {}, "sha256": ""}
    assert first | own == second | own
    assert first["recorded"] == ["code.py", "raw.txt"]
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


def test_where_a_record_is_due_none_is_damage(chain):
    require_intact(["raw.txt", "absent.csv"])
    require_intact(["metrics.csv", "absent.csv"], recorded=True)
    with pytest.raises(InputError, match=r"^raw\.txt has no record; make it again: snakemake -f -- raw\.txt"):
        require_intact(["metrics.csv", "raw.txt"], recorded=True)


def test_files_of_a_folder_are_all_but_records_and_hidden_ones(chain):
    (chain / ".half").write_text("x")
    (chain / "folder").mkdir()
    names = ["code.py", "env.lock", "metrics.csv", "predictions.jsonl", "raw.txt"]
    assert files_in(".") == [Path(name) for name in names]
