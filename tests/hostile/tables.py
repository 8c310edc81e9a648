"""Valid content of every format: small tables, records and binary files."""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

METRICS = (
    "experiment,table,row,column,seed,value,unit,n,scale,data,evidence\n"
    "qa,hard,A,F1,0,0.5,share,10,demo,miniature,results/a.json\n"
    "qa,hard,A,F1,1,nan,share,10,demo,miniature,results/b.json\n"
)
EFFECTS = (
    "experiment,contrast,measure,unit,scale,data,n_seeds,n_documents,effect,ci_low,ci_high,evidence\n"
    "qa,hard - uniform,F1,share,demo,miniature,3,100,0.1,-0.2,0.4,results/a.csv\n"
    "qa,strong - fast,F1,share,demo,miniature,1,100,0.1,nan,nan,results/a.csv\n"
)
FINAL_TABLE = (
    "deck,table,row,column,unit,direction,reported,reported_line,scale,data,n_planned,n_done,mean,ci_low,"
    "ci_high,delta,tolerance,tolerance_reason,verdict,reason,target,code_sha256,config_sha256,data_sha256,"
    "env_sha256,device,baseline,baseline_value\n"
    "mine,scores,A,F1,share,higher,0.640,9,,,,,,,,,,,not_run,not asked for,results/a.csv,,,,,,,\n"
)
SETTLED = (
    "claim,deck,table,line,statement,experiment,contrast,measure,direction,margin,unit,scale,data,n_seeds,"
    "n_documents,cluster,n_clusters,effect,ci_low,ci_high,detectable,p_value,verdict,p_holm,after_holm,"
    "reason,evidence\n"
    "better,mine,scores,9,A is better,qa,a - b,F1,greater,0,share,demo,t,3,9,"
    "page,9,0.1,0.05,0.2,0.1,0.04,supported,0.04,supported,,e.csv\n"
)
FINDINGS = (
    "check,finding,deck,table,line,kind,statement,printed,expected_low,expected_high,outcome,note,row,column\n"
    "sum,A1,mine,scores,9,equal,they add up,0.640 / 0.5,0.6,0.7,consistent,,A,F1\n"
)
BENCHMARK = "s\th:m:s\tmax_rss\tcpu_time\n10.0\t0:00:10\t900.5\t9\n30.0\t0:00:30\tNA\tNA\n"
BY_PAGE = "example_id,part,tp,fp,fn,answered,first\n1,public,1,0,0,1,1\n2,private,0,1,0,0,0\n"
ESNLI = (
    "pairID,gold_label,Sentence1,Sentence2,Sentence1_marked_1,Sentence2_marked_1,Sentence1_Highlighted_1,"
    "Sentence2_Highlighted_1\n"
    'a,entailment,"A dog, old, runs.",A dog runs.,*A* dog runs.,A dog runs.,"0,1",{}\n'
    "b,-,A dog runs.,A cat sits.,A dog runs.,A cat *sits.*,{},2\n"
)
CATALOGUE = (
    "dataset,file,version,licence,citation,bytes,sha256,url,mirror_path,form\n"
    f"toy,a.json,1,CC0,Someone 2020,12,{'0' * 64},https://example.org/a.json,here/a.json,official\n"
)
SHA256_OF_BRACES = hashlib.sha256(b"{}").hexdigest()
_LEVELS = "".join(
    f"robust,1,{k},2^{{-{k}}},{4**k},{k},9,9,{k + 2},1e-9;1e-9;1e-9;1e-9,1\n" for k in (4, 5, 7)
)
ITERATIONS = f"solver,epsilon,level,h,dofs,eq51,eq57a,eq57bc,eq57d,residuals,ranks\n{_LEVELS}"
TIMINGS = (
    "solver,epsilon,level,h,dofs,ranks,mesh,assembly,setup,solve eq51,solve eq57a,solve eq57bc,solve eq57d,"
    "errors,total,peak_gib\n"
    "robust,1,4,2^{-4},256,1,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,3.6,0.5\n"
)
ERRORS = (
    "example,w_element,boundary,epsilon,level,h,dofs,norm,value,rate\n"
    "smooth,P1,strong,1,3,2^{-3},64,energy,0.2,\n"
    "smooth,P1,strong,1,4,2^{-4},256,energy,0.1,1.000\n"
)
_EQUATIONS = ("eq51", "eq57a", "eq57bc", "eq57d")
LEVEL: dict[str, Any] = {
    "solver": "robust",
    "epsilon": 1.0,
    "level": 4,
    "h": "2^{-4}",
    "dofs": 256,
    "ranks": 1,
    "steps": dict.fromkeys(_EQUATIONS, 9),
    "converged": dict.fromkeys(_EQUATIONS, True),
    "residuals": {equation: [1.0, 1e-9] for equation in _EQUATIONS},
}
LEVEL_ERRORS = [
    {"example": "smooth", "w_element": "P1", "boundary": "strong", "epsilon": 1.0, "level": level}
    | {"h": f"2^{{-{level}}}", "dofs": 64, "norm": "energy", "value": 1 / level}
    for level in (3, 4)
]
REPORTED = {
    "decks.csv": f"deck,title,file,sha256\nmine,My deck,mine.txt,{'0' * 64}\n",
    "tables.csv": (
        "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run\n"
        "scores,mine,Scores,Results,qa,toy,full,,B,results/qa/metrics.csv,\n"
    ),
    "scores.csv": (
        "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note\n"
        "mine,scores,A,F1,share,higher,0.640,9,measured,,\n"
        "mine,scores,B,F1,share,higher,2^{-1},10,measured,,\n"
    ),
    "tolerances.csv": "table,column,tolerance,reason\nscores,F1,0.01,rounded twice\n",
    "claims.csv": (
        "claim,deck,table,line,statement,experiment,contrast,measure,direction,margin,given,not_run\n"
        "better,mine,scores,9,A is better,qa,a - b,F1,greater,-0.5,,\n"
    ),
    "checks.csv": (
        "check,finding,kind,cells,parameters,statement,note\n"
        "half,A1,identity,scores | A | F1,formula=[scores | B | F1] * 1.28,it is 28 % more,\n"
        "words,A2,same_number,words,other=words,there are as many,\n"
        "log,A3,equal,log | end,left=[log | end]; right=[scores | A | F1],the log agrees,\n"
    ),
    "logs.csv": "figure,repository,commit,path,line,unit,value,note\nend,me/code,abc,log.txt,3,share,0.64,\n",
    "passages.csv": "passage,deck,reported,reported_line,split\nwords,mine,one two,12,space\n",
}
_HALF = {"n": 4, "f1": 0.5, "long": {"f1": 0.5}, "short": {"f1": 0.5}}
SCORES = {
    "public": _HALF,
    "private": _HALF,
    "scored": _HALF,
    "official": {"long-best-threshold-f1": 0.5, "short-best-threshold-f1": 0.25},
    "recall_at_1": 0.5,
    "answered": 3,
    "ranking": {"recall_at_4": 1.0, "mrr": 0.7, "mean_score_gold": 0.9, "mean_score_other": 0.1},
}
TRAINING = [
    {f"{name}_accuracy": 0.5 for name in ("start", "end", "answer_class")}
    | {f"{name}_n": 20 for name in ("start", "end", "answer_class")}
    | {"none_share": 0.5, "sequences": 40}
]
SIFT = {"gold_recall": 0.9, "kept_candidates": 0.2, "kept_tokens": 0.1, "answered": 9, "candidates": 90}
_PAGE: dict[str, Any] = {
    "question_text": "who is the dog",
    "document_text": "<P> the dog is one of two </P>",
    "long_answer_candidates": [{"start_token": 0, "end_token": 8, "top_level": True}],
    "annotations": [
        {
            "annotation_id": 7,
            "long_answer": {"candidate_index": 0, "start_token": 0, "end_token": 8},
            "short_answers": [{"start_token": 1, "end_token": 3}],
            "yes_no_answer": "NONE",
        }
    ],
}
PAGES = [{"example_id": 1} | _PAGE, {"example_id": "2"} | _PAGE]
FULL_PAGE = {name: value for name, value in PAGES[0].items() if name != "document_text"} | {
    "document_tokens": [{"token": word, "html_token": "<" in word} for word in _PAGE["document_text"].split()]
}
PREDICTIONS = {
    "predictions": [
        {
            "example_id": 1,
            "long_answer": {"start_token": 0, "end_token": 8, "start_byte": -1, "end_byte": -1},
            "long_answer_score": 0.5,
            "short_answers": [{"start_token": 1, "end_token": 3, "start_byte": -1, "end_byte": -1}],
            "short_answers_score": 0.25,
            "yes_no_answer": "NONE",
        }
    ]
}
PARAGRAPHS = [
    {
        "question": f"who is {name}",
        "title": "Dogs",
        "long_answer": f"{name} is a dog.",
        "short_answers": [name],
    }
    | {"answers": [name, "a dog"]}
    for name in ("Rex", "Bello")
]
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Dogs",
            "paragraphs": [
                {
                    "context": "Rex is a dog.",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "Who is a dog?",
                            "answers": [{"answer_start": 0, "text": "Rex"}],
                        }
                        | {"is_impossible": False},
                        {"id": "q2", "question": "Who is a cat?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}
ENCODED = {
    "pair_id": "a",
    "label": 1,
    "ids": [2, 10, 3, 11, 3],
    "types": [0, 0, 0, 1, 1],
    "words": [-1, 0, -1, 1, -1],
    "sentences": [-1, 0, -1, 1, -1],
    "texts": ["dog", "cat"],
    "masks": {"union": [0, 1, 0, 0, 0]},
}
LOSSES = "epoch,split,loss,accuracy,n\n0.0,training,1.1,0.4,40\n0.5,training,0.9,0.6,40\n"
ORIGINALS = "epoch,split,batch,variant,grad_loss,grad0_loss\n0.0,evaluation,0,gradient,2.0,1.0\n"
SHARES = (
    "state,epoch,pair,special,cross_content,cross_essential,products,special_pairs,cross_content_pairs,"
    "cross_essential_pairs\ntrained,0.0,a,0.5,0.1,0.05,9,0.25,0.2,0.02\n"
)
DECK = "state,epoch,i,j,word,other,score\ntrained,0.0,0,1,[CLS],boys,0.05\ntrained,0.0,0,2,[CLS],null,0.02\n"
TRACKING = (
    "run,seed,split,epoch,scalar,norm,measure,value,n\n"
    "labels,0,evaluation,0.0,ce,,loss,1.1,40\nlabels,0,evaluation,0.0,ce,l1,essential,0.5,40\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>a</title><g><path d="M0 0"/></g></svg>'
OVERLAY = (
    "# One part of the laptop's settings.\nscale: laptop\nqa:\n  data: [miniature, nq_pages]\n"
    "  training: {epochs: 3, learning_rate: 2.0e-4}\n  sift: &sift\n    keep: 4\n    min_probability: 0.05\n"
)


def write_saliency(path: Path) -> None:
    import pandas as pd

    path.parent.mkdir(parents=True)
    row = {"epoch": 0.0, "split": "evaluation", "pair": "a", "scalar": "ce", "norm": "l1"}
    numbers = dict.fromkeys(("essential", "other", "all", "random", "matched", "auc", "ap"), 0.5)
    pd.DataFrame([row | numbers] * 3).to_parquet(path, index=False)


SQUAD_ANSWERS = {"a": "paris", "b": ""}
SQUAD_BEST = [
    {"id": "a", "finite": True, "null_score": 0.5, "best": [{"text": "paris", "score": 1.5}]},
    {"id": "b", "finite": False, "null_score": None, "best": []},
]
SQUAD_RECORD = {"arithmetic": {"precision": "fp32", "skipped_steps": 0, "loss_scale": 1.0}}


def write_squad_tokens(folder: Path) -> None:
    from reckon.nn.template import Template
    from reckon.squad.tokens import write_tokens as write

    row = {
        "title": "t",
        "context": "the dog in paris",
        "tokens": [5, 6, 7, 8],
        "token_start": [0, 4, 8, 11],
        "token_end": [3, 7, 10, 16],
        "question_id": ["a", "b"],
        "question": [[7], [5, 6]],
        "answer_first": [3, -1],
        "answer_last": [3, -1],
    }
    write(folder / "t.tokens.arrow", [row, row], Template((2,), (3,), (3,), 1))


def read_squad_tokens(folder: Path) -> Any:
    from reckon.squad.tokens import TokenParagraphs
    from reckon.squad.windows import labels, sequence, windows_of

    tokens = TokenParagraphs(folder / "t.tokens.arrow")
    windows = windows_of(tokens, max_tokens=8, stride=2)
    sequences = [sequence(tokens, windows, row) for row in range(len(windows))]
    texts = [tokens.text(i, *answer) for i, answer in enumerate(tokens.answers) if answer[0] >= 0]
    return labels(tokens, windows), sequences, texts, tokens.titles(), tokens.question_id


def write_tokens(folder: Path) -> None:
    from reckon.nn.template import Template
    from reckon.qa.features import write_tokens as write

    rows = [
        {
            "example_id": example_id,
            "question": [7, 8],
            "tokens": [10, 11, 12, 13],
            "word_offsets": [0, 1, 1, 3, 4],
            "candidate_start": [0, 1],
            "candidate_end": [4, 3],
            "answer_class": 2,
            "gold_candidate": 0,
            "answer_start": 0,
            "answer_end": 1,
            "other_start": [2],
            "other_end": [3],
            "other_gold": [],
        }
        for example_id in ("a", "b")
    ]
    write(folder / "t.tokens.arrow", rows, Template((2,), (3,), (3,), 1))


def read_tokens(folder: Path) -> Any:
    from reckon.qa.features import TokenPages
    from reckon.qa.sampling import is_negative

    tokens = TokenPages(folder / "t.tokens.arrow")
    pairs = tokens.pairs()
    sequences = [tokens.sequence(page, candidate, 64) for page, candidate in pairs.tolist()]
    return tokens.lengths(pairs, 64), sequences, [is_negative(tokens, page) for page in range(len(tokens))]


def write_probabilities(folder: Path) -> None:
    import numpy as np

    from reckon.qa.probabilities import Probabilities
    from reckon.qa.probabilities import write_probabilities as write

    classes, words = np.full(5, 0.2, np.float32), np.full(4, 0.25, np.float32)
    write(folder / "p.parquet", [Probabilities(str(i), i, classes, words, words) for i in range(5)])


def read_probabilities(folder: Path) -> Any:
    from reckon.qa.probabilities import read_answer_probabilities
    from reckon.qa.probabilities import read_probabilities as read

    return list(read(folder / "p.parquet")), read_answer_probabilities(folder / "p.parquet")


def write_survivors(folder: Path) -> None:
    from reckon.qa.survivors import write_survivors as write

    write(folder / "s.parquet", [("a", 1, 0.9), ("b", 0, 0.2)])


def read_survivors(folder: Path) -> Any:
    from reckon.qa.survivors import read_survivors as read

    return read(folder / "s.parquet")


def write_negatives(folder: Path) -> None:
    import numpy as np

    from reckon.qa.sampling import Distribution, write_distribution

    half = np.full(4, 0.5)
    write_distribution(folder / "n.parquet", Distribution(np.array([0, 0, 1, 1]), np.arange(4), half, half))


def read_negatives(folder: Path) -> Any:
    from reckon.qa.sampling import read_distribution, within_page_shares

    return within_page_shares(read_distribution(folder / "n.parquet"), 1.0)


def write_archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "m.whl", "w", zipfile.ZIP_DEFLATED) as out:
        for name in ("model/config.json", "model/tokenizer.json", "model/readme.txt"):
            out.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), b"{}")


def read_archive(folder: Path) -> Any:
    from reckon.nn.archives import unpack

    unpack(folder / "m.whl", folder / "place")


FILM = {
    **dict.fromkeys(("genres", "mpaa", "studio", "director", "actors", "plot", "critics_consensus"), "a"),
    "release_date": "2009-01-09",
    "runtime": "116 min",
    "screens": 2808.0,
    "opening_gross": 29484388.0,
    "budget": 33000000.0,
}
TAGGED = {"id": "a-0001", "tokens": ["it", "runs"], "upos": ["PRON", "VERB"]}
WORDS = """deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note
lecture,word_vectors,cat,living being,1,equal,0.6,127,definition,,
lecture,word_vectors,dog,living being,1,equal,0.7,128,definition,,
"""
STRIPS = """passage,deck,reported,reported_line,split
concordance of chicken,lecture,1 y the irradiated and refrigerated chicken. Acceptance of,431,line
"""
