"""Functions for gradients.smk: which files a corpus is made of, runs, and the settings that a job is given."""

import json

TRACKED = CONFIG.gradients
# By the environment, as it changes no result.
os.environ.update(RECKON_GRADIENTS_CHECKPOINT_MINUTES=str(TRACKED.training.checkpoint_minutes))
RUNS = ("labels", "shuffled") if TRACKED.shuffled_labels else ("labels",)
EPOCHS = sorted({*TRACKED.track.epochs, *TRACKED.word_pairs.epochs})
CLASSIFIER = json.dumps(TRACKED.classifier.model_dump(exclude={"encoder"}), sort_keys=True)
GRADIENT_TRAINING = json.dumps(TRACKED.training.model_dump(exclude={"checkpoint_minutes"}), sort_keys=True)
GRADIENT_GPU = 0 if CONFIG.device == "cpu" else 1
GRADIENT_ENCODER = f"{RESULTS}/encoders/{TRACKED.classifier.encoder}/model.safetensors"
GRADIENT_LAUNCH = (
    f"-m torch.distributed.run --standalone --nproc-per-node {TRACKED.training.processes} --"
    if TRACKED.training.processes > 1
    else ""
)
PLANNED_SEEDS["gradients"] = len(TRACKED.seeds)
GRADIENT_FIGURES = ("loss", "essential_words", "ratio", "relations", "word_pairs")
if "gradients" in CONFIG.experiments:
    FIGURES += [f"{RESULTS}/gradients/figures/{name}.svg" for name in GRADIENT_FIGURES]


def inference_sources(wildcards):
    """The csv files of a corpus and split: generated, or e-SNLI's, as the mirror or the publisher has them."""
    if wildcards.corpus == "miniature":
        return f"{RESULTS}/gradients/miniature/{wildcards.split}.csv.gz"
    files = TRACKED.training_files if wildcards.split == "training" else TRACKED.evaluation_files
    packed = [MIRROR and f"esnli/{name}.csv.gz" in CATALOGUE for name in files]
    return [f"{RESULTS}/raw/esnli/{n}.csv{'.gz' if p else ''}" for n, p in zip(files, packed)]


def inference_options(wildcards):
    """How many pairs a split keeps; pairs that are only trained on need no highlights."""
    training = wildcards.split == "training"
    return asked(
        ("--max-tokens", TRACKED.training.max_tokens),
        ("--need-highlights", not training),
        ("--pairs", TRACKED.training_pairs if training else TRACKED.evaluation_pairs),
        ("--seed", TRACKED.data_seed),
    )


def generated_pairs(wildcards):
    """How many pairs of the miniature are generated; a corpus without an end is not."""
    wanted = TRACKED.training_pairs if wildcards.split == "training" else TRACKED.evaluation_pairs
    return wanted or 1000


def snapshots(wildcards):
    """The weights of one training at every place of the schedule."""
    folder = f"{RESULTS}/gradients/{wildcards.corpus}/{wildcards.run}/seed{wildcards.seed}/snapshots"
    return [f"{folder}/epoch{epoch:g}.safetensors" for epoch in EPOCHS]


def of_all_runs(name):
    """The file `name` of every run and seed."""
    folder = f"{RESULTS}/gradients/{TRACKED.data}"
    return [f"{folder}/{run}/seed{seed}/{name}" for run in RUNS for seed in TRACKED.seeds]
