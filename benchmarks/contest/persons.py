"""What profile tasks share: groups of classes as tags, and every row's chances of each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax

from benchmarks.contest import cross_encoder, networks, rivals
from benchmarks.contest.figures import Row, class_rows
from benchmarks.contest.kit import Base, Kept, learned, tag_logits
from core.config import TrainSettings
from core.records import TagSpec
from core.schema import Family
from core.train import baselines, sets
from core.train.examples import ClickSet, TagSet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Words of every group and class, for those who know no labels: the sentence that describes a person.
Question = Mapping[str, str]


@dataclass(frozen=True)
class Persons:
    """Shoppers of one part: examples with labels, the number of each one's class, and all their words as text.

    Attributes
    ----------
    classes
        For each question the number of the class, -1 where it is not known.
    texts
        What they did or said, as a plain text classifier gets it.
    """

    tags: TagSet
    classes: Mapping[str, Ints]
    texts: Sequence[str]


def specs(questions: Mapping[str, Question]) -> list[TagSpec]:
    """One tag for each class of each question."""
    return [TagSpec(f"{name}={one}", Family.ATTRIBUTE, one, sentence, 30)
            for name, question in questions.items() for one, sentence in question.items()]


def labels(values: pd.DataFrame, questions: Mapping[str, Question]) -> pd.DataFrame:
    """1, 0 or NaN for each class, from a column of classes for each question."""
    return pd.DataFrame({f"{name}={one}": (values[name] == one).astype(float).where(values[name].notna())
                         for name, question in questions.items() for one in question}).reset_index(drop=True)


def numbered(values: pd.DataFrame, questions: Mapping[str, Question]) -> dict[str, Ints]:
    """Number of the class in each question, -1 where it is not known."""
    return {name: pd.Categorical(values[name], categories=list(question)).codes.astype(np.int64)
            for name, question in questions.items()}


def tables(base: Base, parts: tuple[Persons, Persons, Persons], questions: Mapping[str, Question], kept: Kept,
           rows: set[str]) -> dict[str, Any]:
    """Train every row on the first part and judge it on the last, question by question."""
    sizes = kept.sizes
    train, val, test = parts
    chances: dict[str, dict[str, list[Floats]]] = {name: {} for name in questions}

    def add(row: str, found: Mapping[str, Floats]) -> None:
        for question, values in found.items():
            chances[question].setdefault(row, []).append(values)

    add("most frequent class", {name: _most_frequent(train.classes[name], len(question), len(test.texts))
                                for name, question in questions.items()})
    add("embedding cosine, zero-shot", _zero_shot(base, test, questions))
    add("words counted (tf-idf, logistic regression)", _counted_words(train, test, questions))
    for seed in sizes.seeds:
        add("random", {name: np.random.default_rng(seed).random((len(test.texts), len(question)))
                       for name, question in questions.items()})
        boosted = baselines.lightgbm_tags(train.tags, val.tags, test.tags, seed)
        add("LightGBM on counted features", _by_class(pd.DataFrame(boosted), train, questions, len(test.texts)))
        for row in networks.due({row for row in rows if "context" not in row}, sizes, seed):  # no items are asked about
            train_row = _crossed if "cross" in row else _ours
            values = kept.scores(row, seed, lambda row=row, seed=seed, train_row=train_row: list(
                train_row(base, parts, questions, sizes.settings(seed), row).values()))
            add(row, dict(zip(questions, values, strict=True)))
    found = {}
    for name, question in questions.items():
        known = test.classes[name] >= 0
        owners = test.tags.asks["user_id"].to_numpy()[known]
        judged = {row: [value[known] for value in many] for row, many in chances[name].items()}
        table: dict[str, Row] = class_rows(test.classes[name][known], owners, list(question), judged)
        found[name] = {"n": int(known.sum()), "rows": table}
    return found


def _ours(base: Base, parts: tuple[Persons, Persons, Persons], questions: Mapping[str, Question],
          settings: TrainSettings, row: str) -> dict[str, Floats]:
    train, val, test = parts
    none = ClickSet([], pd.DataFrame({"label": [], "user_id": []}), pd.DataFrame())
    settings = replace(settings, eval_steps=50)
    if "no teacher" in row:
        settings = replace(settings, teacher_weight=0.0)
    tags = specs(questions)
    network = learned(base, (sets.Part(none, train.tags), sets.Part(none, val.tags)), tags, settings)
    values, stop = tag_logits(base, network, test.tags.examples), tag_logits(base, network, val.tags.examples)
    calibrated = [_calibrated(stop[:, i], values[:, i], val.tags.labels[tag.key]) for i, tag in enumerate(tags)]
    chances = pd.DataFrame(np.stack(calibrated, axis=1), columns=[tag.key for tag in tags])
    return _by_class(chances, train, questions, len(test.texts))


def _crossed(base: Base, parts: tuple[Persons, Persons, Persons], questions: Mapping[str, Question],
             settings: TrainSettings, row: str) -> dict[str, Floats]:
    """A sequence classifier of the same base for each question: the class weighs as it is frequent."""
    train, _, test = parts
    found = {}
    for name, question in questions.items():
        known = train.classes[name] >= 0
        pairs = [(text, "") for text, ok in zip(train.texts, known, strict=True) if ok]
        model = cross_encoder.learned(base, pairs, train.classes[name][known].astype(float), settings,
                                      classes=len(question))
        logits = cross_encoder.scores(base, model, [(text, "") for text in test.texts])
        shares = np.maximum(_shares(train.classes[name], len(question)), 1e-3)
        found[name] = softmax(logits, axis=1) / shares
    return found


def _by_class(chances: pd.DataFrame, train: Persons, questions: Mapping[str, Question],
              cases: int) -> dict[str, Floats]:
    """Chances over how frequent each class is: whom it fits better than most, not whom there are most of."""
    found = {}
    for name, question in questions.items():
        keys = [f"{name}={one}" for one in question]
        part = chances.reindex(columns=keys, index=range(cases)).fillna(0.0)
        found[name] = part.to_numpy(float) / np.maximum(_shares(train.classes[name], len(question)), 1e-3)
    return found


def _shares(classes: Ints, count: int) -> Floats:
    return np.bincount(classes[classes >= 0], minlength=count) / max(1, (classes >= 0).sum())


def _most_frequent(classes: Ints, count: int, cases: int) -> Floats:
    return np.tile(_shares(classes, count), (cases, 1))


def _zero_shot(base: Base, test: Persons, questions: Mapping[str, Question]) -> dict[str, Floats]:
    texts = rivals.embedded(base, test.texts, most=256)
    return {name: texts @ rivals.embedded(base, list(question.values())).T for name, question in questions.items()}


def _counted_words(train: Persons, test: Persons, questions: Mapping[str, Question]) -> dict[str, Floats]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counter = TfidfVectorizer(sublinear_tf=True, min_df=3, ngram_range=(1, 2))
    known, asked = counter.fit_transform(train.texts), counter.transform(test.texts)
    found = {}
    for name, question in questions.items():
        ok = train.classes[name] >= 0
        model = LogisticRegression(C=3.0, max_iter=500, class_weight="balanced")
        model.fit(known[ok], train.classes[name][ok])
        chances = np.zeros((len(test.texts), len(question)))
        chances[:, model.classes_] = model.predict_proba(asked)
        found[name] = chances
    return found


def _calibrated(stop: Floats, values: Floats, truth: pd.Series[float]) -> Floats:
    from core.train.calibrate import fit_scale
    from core.train.judge import sigmoid

    return sigmoid(values, fit_scale(stop, truth.to_numpy(float)))
