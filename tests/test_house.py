"""The house rules: floors of the imports, nothing dangerous, rules and modules in their agreed form."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reckon.lecture.plan import SYSTEMS

ROOT = Path(__file__).parents[1]


def texts(*patterns: str) -> dict[str, str]:
    """Text of every file that matches, by its path below the root."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


PACKAGE = texts("src/reckon/**/*.py")
SCRIPTS = texts("workflow/scripts/**/*.py")
PYTHON = PACKAGE | SCRIPTS
RULE_FILES = texts("Snakefile", "workflow/rules/*.smk")

# What each floor may import. A room that no floor names is an experiment; these never import each other.
# Report and audit read tidy files and the transcription: they know no experiment.
GROUND = {"errors", "stats", "files", "config", "steps", "tables", "cluster"}
# A study puts the two together.
MAY_IMPORT = dict.fromkeys((*GROUND, "data", "nn", "report", "audit"), GROUND)
MAY_IMPORT["study"] = GROUND | {"report", "audit"}
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
    everything = PYTHON | texts("tools/**/*.py")
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


@pytest.fixture(scope="module")
def rules() -> dict[str, dict[str, Any]]:
    """Every rule by name, as Snakemake parses it."""
    command = [sys.executable, "tests/parsed_workflow.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {rule["name"]: rule for rule in json.loads(done.stdout)}


TEMPLATES = {"step", "fem_step", "table_step", "notebook"}  # what rules are made from


@pytest.fixture(scope="module")
def jobs(rules) -> dict[str, dict[str, Any]]:
    """The rules that run something."""
    return {name: rule for name, rule in rules.items() if rule["shell"] and name not in TEMPLATES}


def test_every_rule_has_its_parts(jobs):
    assert {"final_table", "train_uniform", "solve_level", "relations_notebook"} <= jobs.keys()
    for name, rule in jobs.items():
        assert {"runtime", "mem_mb"} <= set(rule["resources"]), name
        assert rule["log"], name
        assert rule["benchmark"], name
        assert re.fullmatch(r"\.\./\.\./envs/(nlp|fem)\.yaml", rule["conda"]), name
        assert rule["output"], name


def test_no_two_rules_share_a_log(jobs):
    logs = [path for rule in jobs.values() for path in rule["log"]]
    assert [path for path in logs if logs.count(path) > 1] == []


# The program and the modules that it imports are inputs of its rule: so an edit reruns the right rules.
def test_every_program_serves_a_rule_and_every_rule_has_its_program(jobs):
    programs = {
        name: rule["input"].get("script") for name, rule in jobs.items() if "notebook" not in rule["input"]
    }
    systems = {f"workflow/scripts/lecture/{name}.py" for name in SYSTEMS}
    named = {path for paths in programs.values() for path in paths or ()}
    without = {name for name, paths in programs.items() if paths is None}
    assert without == {"lecture_system", "drawn_lecture_system"}
    assert named | systems == set(SCRIPTS)
    lib = set(jobs["score_survivors"]["input"]["lib"])
    assert "src/reckon/qa/score.py" in lib
    assert "src/reckon/qa/training.py" not in lib


def test_every_rule_is_explained_and_none_holds_code(rules):
    assert [name for name, rule in rules.items() if not rule["docstring"].strip()] == []
    assert [name for name, rule in rules.items() if rule["code"] and name != "all"] == []


# What a command may hold unquoted: words that the rules wrote.
BARE = {"params.python", "params.lock"}


def unquoted(command: str) -> list[str]:
    """Fields and variables of a shell command through which a blank or a quote would split it."""
    fields = re.findall(r"(?<!\{)\{([\w.\[\]]+)\}(?!\})", command)
    variables = re.findall(r"(?<![\w\"])\$(\w+)", command)
    return [name for name in fields if name not in BARE] + variables


@pytest.mark.parametrize("field", ["input", "input.x", "output[0]", "log", "params.folder", "wildcards.file"])
def test_a_path_that_is_not_quoted_is_found(field):
    assert unquoted(f'"$PYTHON" {{{field}}} {{params.python}} $RECKON_DEVICE') == [field, "RECKON_DEVICE"]
    assert unquoted(f'"$PYTHON" {{{field}:q}}') == []


def test_every_path_in_a_shell_command_is_quoted_and_every_word_goes_to_the_log(jobs):
    assert {name: found for name, rule in jobs.items() if (found := unquoted(rule["shell"]))} == {}
    assert [
        name for name, rule in jobs.items() if not re.search(r"> \{log(\[0\])?:q\} 2>&1", rule["shell"])
    ] == []


def test_a_rule_file_holds_no_list_of_another():
    """So the order of the includes does not matter: what one file names another may read, not change."""
    assigned = {
        path: set(re.findall(r"^([A-Z][A-Z_]*) \+?=", text, re.M)) for path, text in RULE_FILES.items()
    }
    changed = {
        path: set(
            re.findall(r"^([A-Z][A-Z_]*)(?:\[.*\] =| \+=|\.(?:append|extend|update|insert)\()", text, re.M)
        )
        for path, text in RULE_FILES.items()
    }
    assert "QA" in assigned["workflow/rules/qa.smk"]
    assert {path: names for path, names in changed.items() if names} == {}
    twice = [name for names in assigned.values() for name in names]
    assert [name for name in twice if twice.count(name) > 1] == []


def test_every_program_is_a_step_with_a_typed_signature():
    for path, text in SCRIPTS.items():
        name = Path(path).stem
        function = next(n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name)
        assert not function.args.args, f"{path}: its arguments are options: keyword-only"
        assert all(a.annotation for a in function.args.kwonlyargs), path
        assert re.search(rf'\n\nif __name__ == "__main__":\n    step\({name}[,)].*\)?\n\Z', text), path


def test_every_program_says_what_it_writes():
    """By its signature, from which the record is made; none writes its record by hand."""
    for path, text in SCRIPTS.items():
        assert re.search(r"\bWrite\b.*\bstep\b", text), path
        assert not re.search(r"\bstamp|provenance import (?!require_intact)", text), path


def test_files_of_seconds_are_in_no_record():
    """A record that named them would differ between two runs of one code, and with it the final table."""
    arguments = [
        (path, argument)
        for path, text in SCRIPTS.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.kwonlyargs
        if argument.arg in {"cost", "costs", "benchmarks"}
    ]
    kinds = {(path, a.arg): ast.unparse(a.annotation) for path, a in arguments if a.annotation}
    assert ("workflow/scripts/collect_levels.py", "costs") in kinds
    assert {place: kind for place, kind in kinds.items() if re.search(r"\bRead(Folder)?\b", kind)} == {}


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


def circles(imports: dict[str, set[str]]) -> list[str]:
    """Modules that lead back to themselves, by the names that each imports."""

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            new = imports.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    return sorted(module for module in imports if module in reached(module))


def test_no_modules_import_each_other_in_a_circle():
    """Imports inside functions count: they are the way in which a circle hides."""
    names = {path: re.sub(r"/__init__$", "", path[len("src/") : -len(".py")]) for path in PACKAGE}
    modules = {path: name.replace("/", ".") for path, name in names.items()}
    imports: dict[str, set[str]] = {}
    for path, text in PACKAGE.items():
        found = set(imported_modules(text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        imports[modules[path]] = found & set(modules.values())
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}}) == ["b", "c", "d"]
    assert "reckon.fem.robust" in imports["reckon.fem.presets"]
    assert circles(imports) == []


def test_every_file_of_the_package_that_is_no_python_is_installed_with_it():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    source = ROOT / "src/reckon"
    installed = {path for pattern in patterns["reckon"] for path in source.glob(pattern)}
    others = {path for path in source.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    assert others - installed == set()
