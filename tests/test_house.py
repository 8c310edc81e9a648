"""The house rules: floors of the imports, nothing dangerous, rules and modules in their agreed form."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def texts(*patterns: str) -> dict[str, str]:
    """Text of every file that matches, by its path below the root."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


PACKAGE = texts("src/reckon/**/*.py")
SCRIPTS = texts("workflow/scripts/*.py")
PYTHON = PACKAGE | SCRIPTS
RULE_FILES = texts("Snakefile", "workflow/rules/*.smk")

# What each floor may import. A room that no floor names is an experiment; these never import each other.
# Report and audit read tidy files and the transcription: they know no experiment.
GROUND = {"errors", "stats", "files", "config", "steps", "tables", "cluster"}
MAY_IMPORT = dict.fromkeys((*GROUND, "data", "nn", "report", "audit"), GROUND)
EXPERIMENT_MAY_IMPORT = GROUND | {"data", "nn"}


def room(path: str) -> str:
    """`qa` for src/reckon/qa/score.py, `errors` for src/reckon/errors.py."""
    return Path(path.split("/")[2]).stem


def imported_modules(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "reckon")


def forbidden_imports(source: str, own: str) -> list[str]:
    """Rooms that code of the room `own` imports from a floor it may not look at."""
    allowed = MAY_IMPORT.get(own, EXPERIMENT_MAY_IMPORT) | {own, "__version__"}
    modules = (module.split(".") for module in imported_modules(source))
    return sorted({parts[1] for parts in modules if parts[0] == "reckon" and len(parts) > 1} - allowed)


@pytest.mark.parametrize(
    ("source", "own", "found"),
    [
        ("from reckon.files.writing import writing", "qa", []),
        ("from reckon.qa import score", "qa", []),
        ("from reckon import qa, files", "fem", ["qa"]),
        ("def f():\n    import reckon.qa.score", "squad", ["qa"]),
        ("from reckon.nn.batches import padded", "data", ["nn"]),
        ("from reckon.qa.pages import Page", "report", ["qa"]),
        ("from reckon.nn import train", "tables", ["nn"]),
        ("from reckon.nn import train", "an_experiment_to_come", []),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(source, own, found):
    assert forbidden_imports(source, own) == found


def test_imports_go_down_only():
    found = {path: forbidden_imports(text, room(path)) for path, text in PACKAGE.items()}
    assert {path: rooms for path, rooms in found.items() if rooms} == {}


def test_imports_are_absolute_and_never_of_a_program_or_of_snakemake():
    unwanted = {Path(path).stem for path in SCRIPTS} | {"snakemake"}
    modules = {(path, module) for path, text in PYTHON.items() for module in imported_modules(text)}
    assert ("workflow/scripts/verify.py", "reckon.steps.program") in modules
    assert [(p, m) for p, m in modules if m.startswith(".") or m.split(".")[0] in unwanted] == []


DANGEROUS_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
DANGEROUS_CALLS = {"eval", "exec", "os.system", "os.popen", "pandas.read_pickle", "pd.read_pickle"}
DANGEROUS_SETTINGS = {"shell", "trust_remote_code", "allow_pickle"}
NEEDED_SETTINGS = {"torch.load": "weights_only", "yaml.load": "no setting makes it safe: yaml.safe_load"}


def dangerous_calls(source: str) -> Iterator[str]:
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        called = ast.unparse(call.func)
        given = {
            k.arg for k in call.keywords if not (isinstance(k.value, ast.Constant) and not k.value.value)
        }
        if called in DANGEROUS_CALLS or NEEDED_SETTINGS.get(called, called) not in given | {called}:
            yield f"{call.lineno}: {called}"
        yield from (f"{call.lineno}: {setting}" for setting in DANGEROUS_SETTINGS & given)


def dangers(source: str) -> list[str]:
    """Everything that runs code from data or from a string."""
    modules = (module for module in imported_modules(source) if module.split(".")[0] in DANGEROUS_MODULES)
    return [*modules, *dangerous_calls(source)]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "subprocess.run(x, shell=True)",
        "AutoModel.from_pretrained(x, trust_remote_code=flag)",
        "np.load(x, allow_pickle=True)",
        "torch.load(x)",
        "torch.load(x, weights_only=False)",
        "yaml.load(x, Loader=Loader)",
    ],
)
def test_code_that_runs_data_is_found(source):
    assert dangers(source)


@pytest.mark.parametrize(
    "source", ["model.eval()", "run(x, shell=False)", "torch.load(x, weights_only=True)"]
)
def test_code_that_only_looks_like_it_is_not(source):
    assert dangers(source) == []


def test_nothing_runs_data_as_code():
    assert {path: found for path, text in PYTHON.items() if (found := dangers(text))} == {}


def loaders(source: str) -> list[str]:
    """Calls of from_pretrained, which may unpickle, and run code from a model's folder."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [name for call in calls if (name := ast.unparse(call.func)).endswith(".from_pretrained")]


def test_pretrained_models_are_loaded_in_one_place_without_pickles_and_without_their_code():
    everything = PYTHON | texts("benchmarks/*.py", "tools/*.py")
    assert {path: found for path, text in everything.items() if (found := loaders(text))} == {
        "src/reckon/nn/encoders.py": ["kind.from_pretrained"]
    }
    text = PYTHON["src/reckon/nn/encoders.py"]
    for setting in ("trust_remote_code=False", "if not folder.is_dir()", 'options["use_safetensors"] = True'):
        assert text.count(setting) == 1


MACHINE_PATH = re.compile(r"(?<![\w.~$}/])/(?:work|home|root|opt|tmp|Users|mnt)/")


def test_no_file_names_a_place_on_somebodys_machine():
    assert MACHINE_PATH.search("cache: /home/me/x")
    kinds = [f"**/*.{ending}" for ending in ("py", "smk", "yaml", "md", "sh", "in", "lock", "csv", "rst")]
    folders = ("src", "workflow", "config", "profiles", "envs", "docs")
    files = texts(*(f"{folder}/{kind}" for folder in folders for kind in kinds))
    files |= texts("*.md", "*.toml", "*.cff", "Makefile", "Snakefile", ".ci/run")
    assert [path for path, text in files.items() if MACHINE_PATH.search(text)] == []


def rules() -> dict[str, str]:
    """Text of every rule by name, up to the next line that is not indented."""
    pattern = re.compile(r"^(?:rule|checkpoint) (\w+):\n((?:[ \t]+.*\n|\n)+)", re.M)
    return {m[1]: m[2] for text in RULE_FILES.values() for m in pattern.finditer(text)}


# The program and the modules it imports are inputs of its rule: so an edit reruns the right rules.
PARTS = {
    "docstring": r'\A {4}"""',
    "program as input": r"\*\*program\(|script=",
    "log": r"^ {4}log:",
    "benchmark": r"^ {4}benchmark:",
    "conda": r"^ {4}conda:",
    "resources": r"^ {4}resources:",
    "output into the log": r"> \{log:q\} 2>&1",
}


def test_every_rule_has_its_parts():
    jobs = {rule: text for rule, text in rules().items() if "shell:" in text}
    assert "final_table" in jobs
    missing = {(r, part) for r, t in jobs.items() for part, e in PARTS.items() if not re.search(e, t, re.M)}
    assert missing == set()


# What a shell command may hold unquoted: numbers, and words of our own or of the checked configuration.
NUMBERS = {
    *("epochs", "epsilons", "exponent", "keep", "max_tokens", "min_probability", "pairs", "question_tokens"),
    *("development_share", "ranks", "seed", "tolerance", "weights", "config_sha256"),
}
CHECKED_WORDS = {
    *("scale", "markup", "preset", "essential", "w_elements", "boundaries"),  # one of a few
    *("data", "fast", "roles", "baselines"),  # names of the form [a-z][a-z0-9_]*
    *("launch", "controls"),  # options that we wrote
}
CONSTRAINED_WILDCARDS = {
    *("split", "preset", "example", "data", "construction", "system", "run", "corpus"),  # known names
    *("epsilon", "level", "seed"),  # numbers
}
BARE = (
    {"threads"}
    | {f"params.{name}" for name in NUMBERS | CHECKED_WORDS}
    | {f"wildcards.{name}" for name in CONSTRAINED_WILDCARDS}
)
BARE_VARIABLES = {"RECKON_DEVICE", "RECKON_CHECKPOINT_MINUTES", "RECKON_GRADIENTS_CHECKPOINT_MINUTES"}


def unquoted(command: str) -> list[str]:
    """Fields and variables of a shell command through which a blank or a quote would split it."""
    fields = re.findall(r"(?<!\{)\{([\w.\[\]]+)\}(?!\})", command)
    variables = re.findall(r"(?<![\w\"])\$(\w+)", command)
    return [name for name in fields if name not in BARE] + [n for n in variables if n not in BARE_VARIABLES]


@pytest.mark.parametrize("field", ["input", "input.x", "output[0]", "log", "params.folder", "wildcards.file"])
def test_a_path_that_is_not_quoted_is_found(field):
    assert unquoted(f'"$PYTHON" {{{field}}} {{threads}} $RECKON_DEVICE') == [field]
    assert unquoted(f'"$PYTHON" {{{field}:q}} $HOME') == ["HOME"]


def test_every_path_in_a_shell_command_is_quoted():
    commands = {rule: text.partition("    shell:")[2] for rule, text in rules().items()}
    assert len(commands["train_uniform"]) > 100
    assert {rule: found for rule, text in commands.items() if (found := unquoted(text))} == {}


def test_every_rule_is_explained_and_none_holds_code():
    assert [rule for rule, text in rules().items() if not re.match(PARTS["docstring"], text)] == []
    assert [
        rule for rule, text in rules().items() if re.search(r"^ {4}(run|script|wrapper):", text, re.M)
    ] == []


def test_every_program_serves_a_rule_and_every_rule_has_its_program():
    named = set(re.findall(r'program\("(\w+)"\)', "".join(RULE_FILES.values())))
    assert named == {Path(path).stem for path in SCRIPTS}


def test_every_program_that_makes_a_result_leaves_its_record():
    """`verify` passes or fails, and the page of the report is for people: nothing is computed from them."""
    unrecorded = {
        Path(path).stem for path, text in SCRIPTS.items() if not re.search(r"\bstamp(_all)?\(", text)
    }
    assert unrecorded == {"report", "verify"}


def test_programs_start_and_end_alike():
    ending = '\n\nif __name__ == "__main__":\n    run(main)\n'
    assert [path for path, text in SCRIPTS.items() if "def main() -> None:" not in text] == []
    assert [path for path, text in SCRIPTS.items() if not text.endswith(ending)] == []


def test_modules_are_read_in_one_sitting():
    lengths = {path: len(text.splitlines()) for path, text in PYTHON.items()}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}
    assert len(RULE_FILES["Snakefile"].splitlines()) < 60


def test_public_functions_and_classes_say_what_they_do():
    kinds = (ast.FunctionDef, ast.ClassDef)
    public = [
        (path, node)
        for path, text in PYTHON.items()
        for node in ast.parse(text).body
        if isinstance(node, kinds) and not node.name.startswith("_")
    ]
    assert [f"{path}: {node.name}" for path, node in public if not ast.get_docstring(node)] == []


def locks() -> list[str]:
    return [path.stem for path in (ROOT / "envs").glob("*.lock")]


def test_the_conda_form_of_an_environment_is_that_of_its_lock():
    for environment in locks():
        command = ["bash", "envs/pins.sh", environment]
        expected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert (ROOT / "envs" / f"{environment}.yaml").read_text("utf-8") == expected, "run `make pins`"


def test_the_lock_pins_what_was_asked_for():
    def pins(path: Path) -> dict[str, str]:
        """Version by normalised name; empty where none is asked for."""
        found = re.findall(r"^([A-Za-z0-9._-]+)(?:==(\S+))?", path.read_text("utf-8"), re.M)
        return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}

    assert "nlp" in locks()
    for environment in locks():
        asked, locked = (pins(ROOT / "envs" / f"{environment}.{kind}") for kind in ("in", "lock"))
        assert [name for name, version in asked.items() if version not in ("", locked.get(name))] == []
        assert asked.keys() - locked.keys() == set()
        assert [name for name, version in locked.items() if not version] == []


HEAVY = {"torch", "transformers", "sklearn", "scipy", "statsmodels", "matplotlib"}


@pytest.mark.workflow
def test_a_dry_run_is_light():
    """Neither Snakemake nor anything it starts imports torch and the like."""
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "all"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    imported = set(re.findall(r"^import time:.*\| +([\w.]+)$", done.stderr, re.M))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "reckon.config.load" in imported
    assert imported & HEAVY == set()
