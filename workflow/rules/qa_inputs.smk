"""Functions for qa.smk: which files stand for which role, and the settings that a job is given."""

import csv
import json

CHECKPOINTS = f"{RESULTS}/checkpoints/qa"
# By the environment, as it changes no result: a shorter interval must not throw away what was trained.
os.environ.update(RECKON_CHECKPOINT_MINUTES=str(CONFIG.qa.training.checkpoint_minutes))
DEVICE = CONFIG.device
GPU = 0 if DEVICE == "cpu" else 1
BASELINES = ("blank", "tfidf", "cosine")
FAST = tuple(f"fast_{sampler}" for sampler in CONFIG.qa.samplers)
STRONG = tuple(role for role in CONFIG.qa.readers if role != "fast")
TRAINED = (*FAST, *STRONG, *CONFIG.qa.ensembles)
SCORING = asked(
    ("--tokens-per-batch", CONFIG.qa.scoring.tokens_per_batch),
    ("--max-tokens", CONFIG.qa.scoring.max_tokens),
    ("--precision", CONFIG.qa.scoring.precision),
)
ANSWERS = asked(
    ("--span-search", CONFIG.qa.answers.span_search),
    ("--max-answer-words", CONFIG.qa.answers.max_answer_words),
    ("--drop-yes-no", not CONFIG.qa.answers.yes_no),
)


def launcher(role):
    """Params function: how python is told to start a training that several processes share."""

    def words(wildcards):
        processes = training_of(CONFIG.qa, role.format(**dict(wildcards))).processes
        alone = "-m torch.distributed.run --standalone --nproc-per-node"
        # Behind the dashes an option of ours, such as --run, is not taken for a shortened one of the launcher.
        return f"{alone} {processes} --" if processes > 1 else ""

    return words


def encoder_source(name):
    """Options of prepare_encoder that say where an encoder comes from."""
    encoder = CONFIG.encoders[name]
    tokenizer = encoder.tokenizer and f"{RESULTS}/encoders/{encoder.tokenizer}"
    return asked(
        ("--folder", encoder.folder),
        ("--wheels", encoder.wheels),
        ("--inside", encoder.inside),
        ("--hub", encoder.hub),
        ("--sha256", encoder.sha256),
        ("--tokenizer", tokenizer),
    )


def encoder_tokenizer(wildcards):
    """The prepared encoder whose tokenizer another one borrows."""
    borrowed = CONFIG.encoders[wildcards.encoder].tokenizer
    return f"{RESULTS}/encoders/{borrowed}/tokenizer.json" if borrowed else []


def vocabulary_encoder(wildcards):
    """Some encoder with the vocabulary: the first in the configuration."""
    name = next(
        name for name, encoder in CONFIG.encoders.items() if encoder.vocabulary == wildcards.vocabulary
    )
    return f"{RESULTS}/encoders/{name}/tokenizer.json"


def encoder_file(role):
    """Input function: the weights of the encoder in a role; "{role}" is taken from the wildcards."""

    def path(wildcards):
        name = CONFIG.qa.readers[role.format(**dict(wildcards))].encoder
        return f"{RESULTS}/encoders/{name}/model.safetensors"

    return path


def token_file(data, split, role):
    """The token file of a split in the vocabulary of a role."""
    vocabulary = CONFIG.encoders[CONFIG.qa.readers[role].encoder].vocabulary
    return f"{RESULTS}/qa/{data}/{split}.{vocabulary}.tokens.arrow"


def training_tokens(role):
    """Input function: training pages in the vocabulary of a role."""
    return lambda wildcards: token_file(wildcards.data, "training", role.format(**dict(wildcards)))


def evaluation_tokens(role):
    """Input function: evaluation pages in the vocabulary of a role."""
    return lambda wildcards: token_file(wildcards.data, "evaluation", role.format(**dict(wildcards)))


def training_options(role, sampler=None):
    """Params function: the settings of a training as options of train_reader."""

    def options(wildcards):
        name = role.format(**dict(wildcards))
        negatives = CONFIG.qa.samplers[sampler or wildcards.get("sampler", CONFIG.qa.strong_sampler)]
        settings = CONFIG.qa.readers[name].model_dump(exclude={"encoder", "seeds", "training"})
        training = training_of(CONFIG.qa, name, wildcards.data).model_dump(exclude={"checkpoint_minutes"})
        return asked(
            ("--reader", json.dumps(settings | {"markup": CONFIG.qa.markup}, sort_keys=True)),
            ("--sampler", json.dumps(negatives.model_dump(), sort_keys=True)),
            ("--training", json.dumps(training, sort_keys=True)),
            ("--pages", CONFIG.qa.readers[name].training.pages),
        )

    return options


def strong_negatives(wildcards):
    """The fast model's distribution of negatives for the strong models; none if they sample uniformly."""
    if CONFIG.qa.samplers[CONFIG.qa.strong_sampler].exponent == 0:
        return []
    return f"{RESULTS}/qa/{wildcards.data}/fast_uniform/seed{wildcards.seed}/negatives.parquet"


def ensemble_members(wildcards):
    """Probabilities of the members of an ensemble; the fast one is the one that sifted."""
    roles = CONFIG.qa.ensembles[wildcards.ensemble]
    systems = [f"fast_{CONFIG.qa.strong_sampler}" if role == "fast" else role for role in roles]
    return [f"{RESULTS}/qa/{wildcards.data}/{s}/seed{wildcards.seed}/probabilities.parquet" for s in systems]


def whole_page_probabilities(wildcards):
    """Probabilities of every candidate, for systems that score every candidate."""
    if wildcards.system not in FAST:
        return []
    return f"{RESULTS}/qa/{wildcards.data}/{wildcards.system}/seed{wildcards.seed}/probabilities.parquet"


def system_seeds(system, data):
    """Seeds that a system runs with: a role may have fewer than its pages; an ensemble has its members'."""
    planned, wanted = CONFIG.qa.pages[data].seeds, CONFIG.qa.pages[data].roles
    if system in BASELINES:
        return (0,)
    if system in FAST:
        return CONFIG.qa.readers["fast"].seeds or planned
    roles = CONFIG.qa.ensembles.get(system, {system: 1})
    if wanted and not {*roles} <= {*wanted}:
        return ()
    allowed = [CONFIG.qa.readers[role].seeds or planned for role in roles if role != "fast"]
    return tuple(seed for seed in planned if all(seed in seeds for seeds in allowed))


def every(name, systems):
    """Files `name` of all systems, pages and seeds that are planned."""
    return [
        f"{RESULTS}/qa/{data}/{system}/seed{seed}/{name}"
        for data in CONFIG.qa.data
        for system in systems
        for seed in system_seeds(system, data)
    ]


def sampler_results(sampler):
    """Input function: counts by page of the fast model with a sampler, for all seeds."""

    def paths(wildcards):
        system = f"fast_{sampler.format(**dict(wildcards))}"
        seeds = system_seeds(system, wildcards.data)
        return [f"{RESULTS}/qa/{wildcards.data}/{system}/seed{seed}/by_page.csv" for seed in seeds]

    return paths


def negatives_of_all_seeds(wildcards):
    """The distributions that the samplers of all seeds used."""
    seeds = system_seeds("fast_uniform", wildcards.data)
    return [f"{RESULTS}/qa/{wildcards.data}/fast_uniform/seed{seed}/negatives.parquet" for seed in seeds]


def sifts():
    """Reports of the sifts that strong models rest on."""
    return [
        f"{RESULTS}/qa/{data}/sift/seed{seed}/sift.json"
        for data in CONFIG.qa.data
        for seed in sorted({seed for system in STRONG for seed in system_seeds(system, data)})
    ]


def comparisons():
    """Each sampler against uniform, on every construction of pages."""
    return [
        f"{RESULTS}/qa/{data}/{sampler}_minus_uniform.json"
        for data in CONFIG.qa.data
        for sampler in CONFIG.qa.samplers
        if sampler != "uniform"
    ]


def planned_seeds():
    """How many seeds each deck row of question answering is planned with, as `qa:row`."""
    with open(Path(workflow.basedir) / "reported/qa_systems.csv", encoding="utf-8") as file:
        rows = [(row["row"], row["system"]) for row in csv.DictReader(file)]
    known = {*BASELINES, *TRAINED}
    data = CONFIG.qa.reported_data
    return {f"qa:{row}": len(system_seeds(system, data)) for row, system in rows if system in known}


# SYSTEM:OTHER, what the deck holds to be better first; and every trained system against the baselines.
CONTRASTS = [
    *(f"{sampler}:fast_uniform" for sampler in FAST if sampler != "fast_uniform"),
    *(f"{role}:fast_{CONFIG.qa.strong_sampler}" for role in STRONG),
    *(f"{name}:strong" for name in CONFIG.qa.ensembles),
    *(f"{a}:{b}" for a in CONFIG.qa.ensembles for b in CONFIG.qa.ensembles if a != b),
    *(f"{system}:{baseline}" for system in TRAINED for baseline in ("tfidf", "cosine")),
]
METRICS = [f"{RESULTS}/{name}/metrics.csv" for name in CONFIG.experiments]
EFFECTS = [f"{RESULTS}/{name}/effects.csv" for name in CONFIG.experiments]
FIGURES = []  # SVG files for the report; workflow/report/NAME.rst is the caption of NAME.svg
PLANNED_SEEDS = {"qa": len(system_seeds("fast_uniform", CONFIG.qa.reported_data)), **planned_seeds()}
