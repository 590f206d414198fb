"""How good a described tag is with no mark and with few, beside what a user would try instead, on real logs.

``REAL_DATA=DIR python -m benchmarks.few_labels [--seeds 0,1,2] [--read-again] [--folder F]`` takes The Complete Journey
(baskets; children, income, age) and the clothing reviews (recommended or not, age), hides all labels but 0, 8, 32 or
128 drawn by lot, and judges every row on shoppers who are never marked. It prints the tables, writes
``benchmarks/results/few_labels.json`` and, from that, the tables and figures of ``docs/tags.md``.

Rows: *ours*, a sentence and marks (``core.describing.few``); *marks alone*, the same without the sentence; *yes against
no*, the same with nearness to a sentence that says it, less nearness to one that denies it; *prompt with a gap*, what
the base puts into "It is true that …: [MASK]", yes or no (it was published without the head that fills gaps, so its
word vectors do); *words counted*, logistic regression on tf-idf from scratch; *LightGBM on counted features*; *encoder
tuned by pairs*, contrastive fine-tuning of the whole base on pairs of marked shoppers and a logistic head (SetFit;
Tunstall et al., 2022), for the reviews alone, as baskets are too long for it, and of one draw. The prompt and the
tuning read every text anew and take longest by far: they are measured with ``--read-again``.
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks import _record
from benchmarks._page import RESULTS
from benchmarks._tags_page import BOOSTED, COUNTED, DENIED, LABELS, OURS, PAGE, tables
from benchmarks.contest import profile, reviews
from benchmarks.contest.kit import imported, say
from core.config import EMBEDDED_BASE
from core.describing import few, looks
from core.store import features, item_words, things
from core.train.intervals import of_figure
from core.vectors import Encoder, Vectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FILE = RESULTS / "few_labels.json"
#: Shoppers that can be marked; the others are judged on. Reviews that are taken at all.
POOL, REVIEWS = 400, 900
DRAWS = 200
ALONE, GAP, TUNED = "marks alone", "prompt with a gap", "encoder tuned by pairs"


@dataclass(frozen=True)
class Question:
    """What is asked of shoppers: a name, the sentence, one that denies it, and the answer for each shopper."""

    name: str
    sentence: str
    denied: str
    truth: Floats


@dataclass(frozen=True)
class Task:
    """Shoppers of one log, and what every row learns from."""

    name: str
    looks: looks.Looks
    texts: Sequence[str]
    counts: Floats
    questions: Sequence[Question]
    encoder: Encoder
    tuned: tuple[str, ...] = ()  # questions for which the encoder is tuned on the texts
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def judged(self) -> Ints:
        """Shoppers who are never marked, by position."""
        return np.arange(POOL, len(self.texts))


def journey(data: Path, folder: Path, encoder: Encoder) -> Task:
    """Households that stated who they are, by what they bought in a year."""
    files = sorted((data / "complete_journey").glob("*.csv.gz"))
    reader = imported(folder / "journey", files, "complete-journey").reader()
    stated = _by_lot(profile._stated(reader))
    users = stated["user_id"].tolist()
    did = things.things(reader, users)
    wanted = set(did.loc[did["kind"] == things.ITEM, "thing"])
    items = item_words.item_words(reader)
    known = _known(encoder, items[items["item_id"].isin(wanted)], [], folder)
    read = _read(users, *looks.combined(reader, users, known))
    words = items.set_index("item_id")["words"]
    texts = [" ".join(words.reindex(part).dropna()) for part in _things_of(did, users)]
    truths = {
        "children in the household": ("a family with children and babies", "an adult who lives without children",
                                      stated["children"] == "yes"),
        "income of 75K and over": ("a rich household", "a household with little money that buys cheap food",
                                   stated["income"] == "75K and over"),
        "55 years and over": ("an old, retired shopper", "a young shopper in their twenties",
                              stated["age"] == "55 and over"),
    }
    return Task("The Complete Journey: baskets", read, texts, _counts(reader, stated, profile.END), _asked(truths),
                encoder)


def clothing(data: Path, folder: Path, encoder: Encoder) -> Task:
    """Writers of a review, by its words."""
    folder.mkdir(parents=True, exist_ok=True)
    file = reviews.without_stars(data / "clothing_reviews" / "womens_clothing_reviews.csv.gz", folder / "reviews.csv")
    reader = imported(folder / "reviews", [file], "clothing-reviews").reader()
    said = reader.frame(reviews._REVIEWS).dropna(subset=["words", "recommends", "age_band"])
    said = _by_lot(said).head(REVIEWS).reset_index(drop=True)
    users = said["user_id"].tolist()
    did = things.things(reader, users)
    said_of_it = did.loc[did["kind"] == things.SAID, "thing"].unique().tolist()
    read = _read(users, *looks.combined(reader, users, _known(encoder, None, said_of_it, folder)))
    old = said["age_band"].map(reviews.AGES).isna()
    truths = {
        "does not recommend it": ("I would not recommend this, I sent it back", "I love it and recommend it",
                                  said["recommends"] == "no"),
        "60 years and over": ("a woman over sixty", "a woman in her twenties", old),
    }
    return Task("Clothing reviews: words", read, said["words"].tolist(), _counts(reader, said, reviews.AS_OF),
                _asked(truths), encoder, ("does not recommend it",))


def measured(task: Task, seeds: Sequence[int], again: bool) -> dict[str, Any]:
    """Judge every row on every question of a task; those that read texts anew only if ``again``."""
    return {question.name: _question(task, question, seeds, again) for question in task.questions}


def _question(task: Task, question: Question, seeds: Sequence[int], again: bool) -> dict[str, Any]:
    say(f"{task.name}: {question.name}")
    judged, truth = task.judged, question.truth
    found: dict[str, dict[int, list[Floats]]] = {}
    promises: dict[int, list[dict[str, float]]] = {}
    for row, score in {OURS: _ours, DENIED: _denied, **({GAP: _gap} if again else {})}.items():
        found[row] = {0: [score(task, question, np.empty(0, dtype=np.int64), 0)[judged]]}
    for count in LABELS[1:]:
        for seed in seeds:
            marked = _marked(truth, count, seed)
            rows: dict[str, Callable[..., Floats]] = {OURS: _ours, DENIED: _denied, ALONE: _alone, COUNTED: _counted,
                                                      BOOSTED: _boosted}
            if again and question.name in task.tuned and seed == seeds[0]:
                rows[TUNED] = _tuned
            for row, score in rows.items():
                found.setdefault(row, {}).setdefault(count, []).append(score(task, question, marked, seed)[judged])
            promises.setdefault(count, []).append(_promise(task, question, marked))
    owners = np.arange(len(judged))
    table = {row: {str(count): _span(lambda rows, many=many: _auc(truth[judged], many, rows), owners)
                   for count, many in by_count.items()} for row, by_count in found.items()}
    ahead = {row: {str(count): _span(lambda rows, many=many, count=count: _auc(truth[judged], found[OURS][count], rows)
                                     - _auc(truth[judged], many, rows), owners)
                   for count, many in by_count.items() if count in found[OURS]}
             for row, by_count in found.items() if row != OURS}
    return {"n": len(judged), "share": float(truth[judged].mean()), "sentence": question.sentence, "auc": table,
            "ahead": ahead, "promised": {str(count): _kept(many) for count, many in promises.items()}}


# ---- rows: scores of all shoppers ----------------------------------------------------


def _ours(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    judge = few.learn(task.looks.space, _vector(task, question.sentence), task.looks.matrix[marked],
                      question.truth[marked] > 0)  # fmt: skip
    return judge.log_odds(task.looks.matrix)


def _alone(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    nothing = np.zeros(len(task.looks.space.centre))
    return few.learn(task.looks.space, nothing, task.looks.matrix[marked],
                     question.truth[marked] > 0).log_odds(task.looks.matrix)  # fmt: skip


def _denied(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    way = _vector(task, question.sentence) - _vector(task, question.denied)
    return few.learn(task.looks.space, way, task.looks.matrix[marked],
                     question.truth[marked] > 0).log_odds(task.looks.matrix)  # fmt: skip


def _gap(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    """Nearness of the state in the gap to the word vector of yes, less that to no's."""
    import torch

    network, tokenizer, device = task.encoder._loaded
    asked = tokenizer(f" It is true that this is {question.sentence}: {tokenizer.mask_token}.",
                      add_special_tokens=False)["input_ids"]
    texts = tokenizer(list(task.texts), truncation=True, max_length=64, add_special_tokens=False)["input_ids"]
    table = network.encoder.get_input_embeddings().weight
    yes, no = (table[tokenizer.convert_tokens_to_ids(word)] for word in ("yes", "no"))
    found = np.zeros(len(texts))
    with torch.inference_mode():
        for start in range(POOL, len(texts), 32):
            some = texts[start : start + 32]
            rows = [[tokenizer.cls_token_id, *text, *asked, tokenizer.sep_token_id] for text in some]
            states, ids = _states(network, rows, tokenizer.pad_token_id, device)
            gap = states[ids == tokenizer.mask_token_id]
            found[start : start + len(rows)] = (gap @ (yes - no)).double().cpu().numpy()
    return found


def _counted(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counter = TfidfVectorizer(sublinear_tf=True)
    known = counter.fit_transform([task.texts[i] for i in marked])
    model = LogisticRegression(C=3.0, max_iter=500, class_weight="balanced").fit(known, question.truth[marked])
    return np.asarray(model.decision_function(counter.transform(task.texts)))


def _boosted(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    import lightgbm as lgb

    params = {"objective": "binary", "learning_rate": 0.05, "num_leaves": 7, "min_data_in_leaf": 2, "verbose": -1,
              "seed": seed, "num_threads": 1, "min_sum_hessian_in_leaf": 0.1}  # fmt: skip
    booster = lgb.train(params, lgb.Dataset(task.counts[marked], question.truth[marked]), 60)
    return np.asarray(booster.predict(task.counts))


def _tuned(task: Task, question: Question, marked: Ints, seed: int) -> Floats:
    """Tune the whole encoder on pairs, so that who is alike lies near, then a logistic head."""
    import torch
    from sklearn.linear_model import LogisticRegression

    torch.manual_seed(seed)
    untouched, tokenizer, device = task.encoder._loaded
    network = copy.deepcopy(untouched).train()
    ids = tokenizer(list(task.texts), truncation=True, max_length=48)["input_ids"]
    lot, fits = np.random.default_rng(seed), question.truth[marked]
    move = torch.optim.AdamW(network.encoder.parameters(), lr=2e-5)
    for _ in range(16):
        first, second = lot.choice(len(marked), (2, 8))
        states = _means(network, [ids[marked[i]] for i in (*first, *second)], tokenizer.pad_token_id, device)
        near = torch.nn.functional.cosine_similarity(states[:8], states[8:])
        alike = torch.tensor(fits[first] == fits[second], dtype=torch.float32, device=device)
        loss = ((near - alike) ** 2).mean()
        move.zero_grad()
        loss.backward()
        move.step()
    network.eval()
    with torch.inference_mode():
        where = [*marked, *task.judged]
        parts = [_means(network, [ids[i] for i in where[start : start + 64]], tokenizer.pad_token_id, device)
                 for start in range(0, len(where), 64)]
        vectors = torch.nn.functional.normalize(torch.cat(parts), dim=1).double().cpu().numpy()
    model = LogisticRegression(C=3.0, class_weight="balanced").fit(vectors[: len(marked)], fits)
    found = np.zeros(len(ids))
    found[task.judged] = model.decision_function(vectors[len(marked):])
    return found


def _states(network: Any, rows: Sequence[Sequence[int]], pad_id: int, device: Any) -> tuple[Any, Any]:
    """Every state of some texts ``[B, L, width]``, and their ids; padding is not attended to."""
    import torch
    from transformers import BertModel

    length = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad_id] * (length - len(row))] for row in rows], device=device)
    if id(network) not in _PLAIN:
        config = copy.deepcopy(network.encoder.config)
        config._attn_implementation = "eager"
        _PLAIN[id(network)] = BertModel(config, add_pooling_layer=False).to(device).eval()
        _PLAIN[id(network)].load_state_dict(network.encoder.state_dict())
    return _PLAIN[id(network)](input_ids=ids, attention_mask=(ids != pad_id).long()).last_hidden_state, ids


def _means(network: Any, rows: Sequence[Sequence[int]], pad_id: int, device: Any) -> Any:
    from core.model.batch import pad

    batch = pad([np.array(row, dtype=np.int32) for row in rows], [()] * len(rows), pad_id).to(device)
    return network.states(batch)[0]


_PLAIN: dict[int, Any] = {}


# ---- what is promised, and figures --------------------------------------------------


def _promise(task: Task, question: Question, marked: Ints) -> dict[str, float]:
    """What is said to be expected of the tag by the marks, and what is true of those who get it and were not marked."""
    space, matrix, sentence = task.looks.space, task.looks.matrix, _vector(task, question.sentence)
    fits, others = question.truth[marked] > 0, np.delete(np.arange(len(matrix)), marked)
    chances = few.chance(few.learn(space, sentence, matrix[marked], fits).log_odds(matrix))
    unseen = few.chance(few.held_out(space, sentence, matrix[marked], fits, matrix[others]))
    told = few.expected(few.proposed(chances), chances, chances[others], unseen, fits)
    given = others[chances[others] >= told.threshold]
    true = float(question.truth[given].mean()) if len(given) else float("nan")
    if told.precision is None or told.low is None or told.high is None:
        return {"said": float("nan"), "true": true, "inside": float("nan")}
    return {"said": told.precision, "true": true, "inside": float(told.low <= true <= told.high)}


def _kept(many: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    told = pd.DataFrame(list(many))
    known = told.dropna()
    return {"told": len(known), "of": len(told), "said": _plain(known["said"].mean()),
            "true": _plain(known["true"].mean()), "inside": int(known["inside"].sum())}


def _auc(truth: Floats, many: Sequence[Floats], rows: Ints) -> float:
    yes = truth[rows] > 0
    if yes.all() or not yes.any():
        return float("nan")
    ranks = [rankdata(scores[rows])[yes].sum() for scores in many]
    count = int(yes.sum())
    return float(np.mean([(rank - count * (count + 1) / 2) / (count * (len(rows) - count)) for rank in ranks]))


def _span(figure: Callable[[Ints], float], owners: Ints) -> list[float | None]:
    found = of_figure(figure, owners, DRAWS)
    return [_plain(part) for part in (found.value, found.low, found.high)]


def _plain(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def _marked(truth: Floats, count: int, seed: int) -> Ints:
    """Shoppers of the pool, drawn by lot, at least one of each kind."""
    lot = np.random.default_rng(seed).permutation(POOL)
    some = lot[:count]
    if 0 < truth[some].sum() < count:
        return some
    other = next(i for i in lot[count:] if truth[i] != truth[some[0]])
    return np.append(some[:-1], other)


# ---- what the tasks are made of ------------------------------------------------------


def _by_lot(shoppers: pd.DataFrame) -> pd.DataFrame:
    lot = shoppers["user_id"].map(lambda user: crc32(f"few {user}".encode()))
    return shoppers.assign(lot=lot).sort_values("lot", kind="stable").reset_index(drop=True)


def _known(encoder: Encoder, items: pd.DataFrame | None, said: list[str], folder: Path) -> looks.Known:
    table = pd.DataFrame({"item_id": [], "words": []}) if items is None else items
    rows = _embedded(encoder, table["words"].tolist(), folder)
    vectors = Vectors(table["item_id"].tolist(), ["product"] * len(table), rows)
    return looks.Known(vectors, Vectors(said, [things.SAID] * len(said), _embedded(encoder, said, folder)))


def _embedded(encoder: Encoder, texts: Sequence[str], folder: Path) -> Any:
    """Vectors of texts; those that were read before stay in the folder."""
    if not texts:
        return np.empty((0, 1), dtype=np.float32)
    file = folder / "few_labels_vectors.npz"
    kept: dict[str, Any] = {}
    if file.exists():
        with np.load(file) as found:
            kept = dict(zip(found["texts"].tolist(), found["rows"], strict=True))
    new = [text for text in dict.fromkeys(texts) if text not in kept]
    if new:
        say(f"Reads {len(new):,} texts")
        kept |= dict(zip(new, encoder.of(new), strict=True))
        np.savez(file, texts=np.array(list(kept)), rows=np.stack(list(kept.values())))
    return np.stack([kept[text] for text in texts])


def _read(users: list[str], names: list[str], means: Any, weights: Any) -> looks.Looks:
    at = pd.Index(names).get_indexer(pd.Index(users))
    if (at < 0).any():
        raise ValueError("a shopper has no words")
    return looks.Looks.of(users, means[at], weights[at])


def _things_of(did: pd.DataFrame, users: Sequence[str]) -> list[list[str]]:
    groups = did.groupby("user_id")["thing"].agg(list)
    return [list(groups.get(user, [])) for user in users]


def _counts(reader: Any, shoppers: pd.DataFrame, as_of: Any) -> Floats:
    asks = pd.DataFrame({"ask_id": range(len(shoppers)), "user_id": shoppers["user_id"], "as_of": as_of})
    return np.nan_to_num(features.by_topic(reader, asks).to_numpy(float))


def _asked(truths: Mapping[str, tuple[str, str, Any]]) -> list[Question]:
    return [Question(name, sentence, denied, truth.to_numpy(float))
            for name, (sentence, denied, truth) in truths.items()]


def _vector(task: Task, sentence: str) -> Floats:
    if sentence not in task.kept:
        task.kept[sentence] = task.encoder.of([sentence])[0].astype(float)
    return np.asarray(task.kept[sentence], dtype=float)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--read-again", action="store_true", help="measure rows that read every text anew, too")
    parser.add_argument("--folder", type=Path, help="where imported logs stay for the next run")
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    data = _record.real_data()
    if data is None:
        return
    started, seeds = time.perf_counter(), [int(seed) for seed in given.seeds.split(",")]
    encoder, found = Encoder(EMBEDDED_BASE), {}
    with tempfile.TemporaryDirectory() as spare:
        for make in (clothing, journey):
            task = make(data, given.folder or Path(spare), encoder)
            found[task.name] = measured(task, seeds, given.read_again)
    minutes = round((time.perf_counter() - started) / 60, 1)
    command = f"python -m benchmarks.few_labels --seeds {given.seeds}{' --read-again' if given.read_again else ''}"
    _record.write(given.out, {"command": command, "seeds": given.seeds, "minutes": minutes, "tasks": found})
    results = json.loads(given.out.read_text(encoding="utf-8"))
    print(tables(results))
    if given.out == FILE:
        PAGE.write()


if __name__ == "__main__":
    main()
