# Recipe of the workflow + NLP environment; sourced by build.sh, which says what is set.

pin() { grep -E "^$1==" "$lock"; }

# pip, not uv: pip looks where the user's own configuration points (PIP_FIND_LINKS, PIP_EXTRA_INDEX_URL, pip.conf)
# and prefers a CPU wheel (2.13.0+cpu) found there to the registry's build, which brings gigabytes of CUDA.
install_torch() { "$python" -m pip install --no-deps --no-compile "$(pin torch)"; }

torch_note() {
    "$python" -c 'from importlib.metadata import version; import sys; sys.exit("+cpu" in version("torch"))' || return 0
    cat >&2 <<'END'
[nlp] note: no CPU wheel of torch is at hand; on Linux x86 its CUDA packages (several GB) follow. No GPU here?
[nlp]       Stop, point PIP_FIND_LINKS to a folder with a CPU wheel, or PIP_EXTRA_INDEX_URL to an index of them.
END
}

# uv takes seconds where pip takes minutes. It does not read pip's configuration: where only that leads to
# packages (a closed network with an index of its own), pip does the work.
install_rest() { "$target/bin/uv" pip install --python "$python" -r "$lock" || "$python" -m pip install -r "$lock"; }

# The imports prove the environment and leave compiled modules behind, so that the first job does not pay for them.
try_out() {
    "$target/bin/uv" pip check --python "$python"
    env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 "$python" - <<'END'
import accelerate, pandas, pooch, pyarrow.parquet, pydantic, pytest, scipy.stats, sklearn.feature_extraction.text
import snakemake.cli, statsmodels.api, torch
from transformers import AlbertModel, AutoModel, AutoTokenizer, BertModel, MPNetModel
END
}

step "empty environment, Python $version" "$base" -m venv "$target"
step "installer $(pin uv)" "$python" -m pip install --no-deps "$(pin uv)"
step "$(pin torch)" install_torch
torch_note
step "$(grep -c == "$lock") packages of nlp.lock" install_rest
step "first import" try_out
