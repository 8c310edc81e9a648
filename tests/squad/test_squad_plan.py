"""Which systems, seeds and files fine-tuning on SQuAD has, by the configuration alone."""

from pathlib import Path

import yaml

from reckon.config.load import load_config
from reckon.data.plan import Sources
from reckon.nn.plan import fetched, of_vocabulary, tuned
from reckon.squad.plan import Plan, outcome

ROOT = Path(__file__).parents[2]
VALUES = yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8"))


def config(**changes):
    return load_config(VALUES | {"squad": VALUES["squad"] | changes})


def test_systems_are_the_roles_and_the_arms_of_one_role():
    plan = Plan(config(seeds=[3, 4]), "out")
    assert plan.systems == ("fast", "fp32", "bf16_mixed", "fp16")
    assert plan.encoder("fp16") == plan.encoder("fast") == "out/encoders/minilm_l6/model.safetensors"
    assert plan.tokens("training", "fp16") == "out/squad/miniature/training.bert_uncased.tokens.arrow"
    assert (plan.seeds("fast"), plan.seeds("fp16")) == ((3, 4), (0,))
    assert plan.tuned("fast", "a") == "out/squad/miniature/fast/seed3/a"
    assert plan.of_all("a")[:3] == [
        *(f"out/squad/miniature/fast/seed{seed}/a" for seed in (3, 4)),
        "out/squad/miniature/fp32/seed0/a",
    ]


def test_an_arm_differs_from_its_role_in_what_it_changes_alone():
    arms = VALUES["squad"]["precision"]["arms"] | {"fp16": {"precision": "fp16", "epsilon": 1e-4}}
    plan = Plan(config(precision=VALUES["squad"]["precision"] | {"arms": arms, "questions": 7}), "out")
    role, arm = plan.settings("fast"), plan.settings("fp16")
    assert (role.pop("questions"), arm.pop("questions")) == (None, 7)
    assert arm["training"] == role.pop("training") | {"precision": "fp16", "epsilon": 1e-4}
    assert {**arm, "training": None} == {**role, "training": None}
    assert plan.answering("fp16")["precision"] == plan.arm_settings()["fp16"]["precision"] == "fp16"


def test_sources_are_generated_or_raw():
    data = Sources(ROOT / "config/datasets.csv", "out", mirrored=True)
    made = Plan(config(), "out").sources("evaluation", data)
    assert made == ["out/squad/miniature/evaluation.json.gz"]
    plan = Plan(config(data="articles", options={}), "out")
    assert plan.sources("evaluation", data) == ["out/raw/squad2/dev.json.gz"]
    assert len(plan.sources("training", data)) == 3
    published = Sources(ROOT / "config/datasets.csv", "out", mirrored=False)
    assert plan.sources("evaluation", published) == ["out/raw/squad2/dev-v2.0.json"]
    official = Plan(config(data="squad2", options={}), "out")
    assert official.sources("training", data) == ["out/raw/squad2/train-v2.0.json"]


def test_every_raw_file_stands_in_the_catalogue():
    for mirrored in (True, False):
        data = Sources(ROOT / "config/datasets.csv", "out", mirrored=mirrored)
        for corpus in ("articles", "squad2"):
            for split in ("training", "evaluation"):
                for path in data.articles(corpus, split):
                    assert data.entry("squad2", Path(path).name)


def test_what_the_report_gathers():
    found = outcome(config(), "out")
    assert found.metrics == ("out/squad/metrics.csv", "out/squad/speed_metrics.csv")
    assert found.effects == ("out/squad/effects.csv", "out/squad/speed_effects.csv")
    assert found.planned == {"squad": 1}


def test_encoders_are_fetched_or_tuned():
    values = VALUES | {
        "encoders": VALUES["encoders"] | {"a": {"squad": "fast", "vocabulary": "bert_uncased"}}
    }
    encoders = load_config(values).encoders
    assert (fetched(encoders), tuned(encoders)) == (["minilm_l6"], ["a"])
    assert tuned(config().encoders) == ["none"]


def test_a_tuned_encoder_lends_nobody_its_tokenizer():
    """It is trained on tokens that would need it; the order of an overlay may put it first."""
    offered = {"a": {"squad": "fast", "vocabulary": "bert_uncased"}}
    encoders = load_config(VALUES | {"encoders": offered | VALUES["encoders"]}).encoders
    assert of_vocabulary(encoders, "bert_uncased", "out") == "out/encoders/minilm_l6/tokenizer.json"
