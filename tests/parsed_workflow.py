"""The rules as Snakemake has parsed them, as JSON: what tests of the house ask, not the text of the files.

python tests/parsed_workflow.py [CONFIGFILE ...]
"""

import json
import sys
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings


def rules(configfiles: list[Path]) -> list[dict]:
    """Every rule: its docstring, files, resources and command."""
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        parsed = api.workflow(
            resource_settings=ResourceSettings(),
            config_settings=ConfigSettings(configfiles=configfiles),
            snakefile=Path("Snakefile"),
        )
        workflow = parsed._get_workflow(check_envvars=False)
        workflow.include(parsed.snakefile, overwrite_default_target=True)
        return [_described(rule) for rule in workflow.rules]


def _described(rule) -> dict:
    return {
        "name": rule.name,
        "docstring": rule.docstring or "",
        "input": {name: _plain(files) for name, files in rule.input.items()},
        "output": [str(path) for path in rule.output],
        "log": [str(path) for path in rule.log],
        "benchmark": str(rule.benchmark or ""),
        "conda": str(rule.conda_env or ""),
        "resources": sorted(rule.resources),
        "params": sorted(rule.params.keys()),
        "shell": rule.shellcmd or "",
        "code": bool(rule.script or rule.notebook or rule.wrapper or rule.is_run),
    }


def _plain(files) -> list[str]:
    """A file or files; nothing for a function of the wildcards."""
    if callable(files):
        return []
    return [str(files)] if isinstance(files, str) else [str(path) for path in files if not callable(path)]


if __name__ == "__main__":
    json.dump(rules([Path(name) for name in sys.argv[1:]]), sys.stdout)
