"""Calibrated probabilities: tags of shoppers, clicks of shoppers on items, and both under masks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import say
from core.model import device as devices
from core.model.checkpoint import LoadedModel, Scale, load
from core.model.predict import Masks, Pack, clicks_by_terms, logits, masked, states, tags_by_terms
from core.model.writer import CHUNK, Alter, Writer, Written
from core.records import Checked, Progress, Tag, TagSpec, no_progress
from core.tag_words import said
from core.text.template import Template
from core.text.tokens import TokenCache
from core.text.words import Words, drawn

if TYPE_CHECKING:
    from core.store.workspace import Reader

Values = NDArray[np.float64]


class Scorer:
    """Scores shoppers of one version of the data with one model. May be used by many threads.

    Parameters
    ----------
    reader
        Where the past is read.
    model
        What judges it.
    """

    def __init__(self, reader: Reader, model: LoadedModel) -> None:
        self.reader = reader
        self.model = model
        self._writer = Writer(reader, Template(TokenCache(model.tokenizer), model.info.text))
        self._writing = threading.Lock()  # a tokenizer serves one caller at a time

    @classmethod
    def open(cls, reader: Reader, folder: Path, device: str = "auto") -> Scorer:
        """Load the model in a folder for this version of the data."""
        return cls(reader, load(folder, device))

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of the base model."""
        return self.model.tokenizer

    @property
    def tag_specs(self) -> Sequence[TagSpec]:
        """The model's tags, in the order of its outputs."""
        return [said(spec) for spec in self.model.info.tags]

    @property
    def device_name(self) -> str:
        """What it computes on, in words."""
        return devices.describe(self.model.device)

    def on(self, reader: Reader) -> Scorer:
        """Return a scorer with the same model over other data."""
        return Scorer(reader, self.model)

    def tags(self, asks: pd.DataFrame, progress: Progress = no_progress) -> pd.DataFrame:
        """Predict tags.

        Parameters
        ----------
        asks
            ``ask_id`` (unique), ``user_id``, ``as_of``.

        Returns
        -------
        pandas.DataFrame
            Index ``ask_id`` in the order given; a calibrated probability for each tag.
        """
        rows = []
        for start in range(0, len(asks), CHUNK):
            written = self._write(asks.iloc[start : start + CHUNK], None)
            _, values = self._logits(written, start, len(asks), progress)
            rows.append(values)
        specs = self.tag_specs
        values = np.concatenate(rows) if rows else np.empty((0, len(specs)))
        calibrated = self.calibrated_tags(values)
        index = pd.Index(asks["ask_id"], name="ask_id")
        return pd.DataFrame(calibrated, index=index, columns=[spec.key for spec in specs])

    def states(self, asks: pd.DataFrame, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the state of each history, which the encoder reads tags from: ``[n, width]``, in the order given.

        Parameters
        ----------
        asks
            ``ask_id`` (unique), ``user_id``, ``as_of``.
        """
        rows = []
        for start in range(0, len(asks), CHUNK):
            packs = [Pack.of(one.history) for one in self._write(asks.iloc[start : start + CHUNK], None)]
            told = self._told(start, len(asks), progress)
            rows.append(states(self.model.network, packs, self.model.tokenizer.pad_token_id or 0, told))
        return np.concatenate(rows) if rows else np.empty((0, 0), dtype=np.float32)

    def clicks(
        self, asks: pd.DataFrame, pairs: pd.DataFrame, progress: Progress = no_progress, alter: Alter | None = None
    ) -> NDArray[np.float64]:
        """Predict clicks: a calibrated probability for each row of ``pairs``.

        Where the log that the model learned from holds no lists, it is that of being in the next basket.

        Parameters
        ----------
        asks
            ``ask_id`` (unique), ``user_id``, ``as_of``.
        pairs
            ``ask_id, item_id`` and, where known, ``slot, position``.
        alter
            What is otherwise than in the log.
        """
        pairs = pairs.reset_index(drop=True)
        found = np.full(len(pairs), np.nan)
        places = pairs.groupby("ask_id", sort=False).indices
        for start in range(0, len(asks), CHUNK):
            chunk = asks.iloc[start : start + CHUNK]
            written = self._write(chunk, pairs[pairs["ask_id"].isin(chunk["ask_id"])], alter)
            values, _ = self._logits(written, start, len(asks), progress)
            for one, value in zip(written, values, strict=True):
                if len(value):
                    found[places[one.ask_id]] = self._click_log_odds(value, one.candidates)
        return _sigmoid(found)

    def calibrated_tags(self, logits: Values) -> Values:
        """Probabilities of tags ``[n, T]`` from the network's own logits."""
        return _sigmoid(self._tag_log_odds(logits))

    def tag_records(self, probabilities: pd.Series[float]) -> list[Tag]:
        """Tags of one shopper, from her row of ``tags``."""
        info = self.model.info
        bins = {row["key"]: row.get("reliability") for row in info.tag_table}
        return [
            Tag(
                spec,
                float(probabilities[spec.key]),
                info.thresholds.get(spec.key, 0.5),
                info.precisions.get(spec.key),
                info.base_rates.get(spec.key),
                _checked(bins.get(spec.key), float(probabilities[spec.key])),
            )
            for spec in self.tag_specs
        ]

    def words(self, user_id: str, item_ids: Sequence[str], as_of: datetime) -> tuple[Words, list[Words]]:
        """Write a shopper's history, and items as she would meet them, in words."""
        return self.words_if(user_id, item_ids, as_of, None)

    def words_if(
        self, user_id: str, item_ids: Sequence[str], as_of: datetime, change: Alter | None
    ) -> tuple[Words, list[Words]]:
        """Write the same as ``words``, as if rows of the past and of fit were otherwise."""
        asks = pd.DataFrame({"ask_id": [0], "user_id": [user_id], "as_of": [pd.Timestamp(as_of)]})
        pairs = pd.DataFrame({"ask_id": 0, "item_id": list(item_ids)})
        written = self._write(asks, pairs if len(pairs) else None, change)[0]
        return written.history, list(written.candidates)

    def masked_clicks(
        self,
        history: Words,
        candidates: Sequence[Words],
        history_keep: Masks,
        candidate_keep: Sequence[Masks],
        rough: bool = False,
    ) -> Values:
        """Click log-odds under masks, in float32 whatever the device.

        Parameters
        ----------
        history_keep
            bool ``[n, H]``; False leaves a token out.
        candidate_keep
            For each candidate bool ``[n, C_j]``.
        rough
            Whether bfloat16 may be used where it is faster: off by about a hundredth.

        Returns
        -------
        numpy.ndarray
            float64 ``[n, K]``, calibrated.
        """
        click, _ = self._masked(history, candidates, history_keep, candidate_keep, rough)
        return self._click_log_odds(click, candidates, candidate_keep)

    def masked_tags(self, history: Words, history_keep: Masks, rough: bool = False) -> Values:
        """Tag log-odds under masks: float64 ``[n, T]``, calibrated; ``rough`` as in ``masked_clicks``."""
        _, tags = self._masked(history, [], history_keep, [], rough)
        return self._tag_log_odds(tags)

    def click_terms(self, history: Words, candidates: Sequence[Words]) -> Callable[[list[Masks]], Values] | None:
        """Return what tells how much of ``masked_clicks`` is said by the glossary and by earlier purchases, if it can.

        None without a glossary.

        The rest is what the encoder says. As log-odds are the sum of the two, each can be explained by itself.

        Returns
        -------
        callable or None
            float64 ``[n, K]`` of bool masks ``[n, length]`` of the history and of each candidate.
        """
        glossary = self.model.network.glossary
        if glossary is None:
            return None
        pack, slope = Pack.of(history, candidates), self._click_slope()
        return lambda keeps: slope * clicks_by_terms(glossary, pack, keeps) + self._repeats(candidates, keeps[1:])

    def tag_terms(self, history: Words) -> Callable[[list[Masks]], Values] | None:
        """Return what tells how much of ``masked_tags`` the glossary says, ``[n, T]``; None without one."""
        glossary = self.model.network.tag_glossary
        if glossary is None:
            return None
        pack, scales = Pack.of(history), self.model.info.tag_calibration
        slopes = np.array([scales.get(spec.key, Scale()).scale for spec in self.tag_specs])
        return lambda keeps: slopes * tags_by_terms(glossary, pack, keeps[0])

    def click_gradients(self, history: Words, candidate: Words) -> Values:
        """What each token of the history, then of the candidate, pushes in log-odds by gradients: ``[H + C]``."""
        from core.model.gradient import click_gradients

        pad_id = self.model.tokenizer.pad_token_id or 0
        pushes = self._click_slope() * click_gradients(self.model.network, Pack.of(history, [candidate]), pad_id)
        if candidate.repeat is not None:
            begin, end = (len(history.ids) + at for at in (candidate.repeat.start, candidate.repeat.stop))
            pushes[begin:end] += self._repeats([candidate]) / (end - begin)
        return np.asarray(pushes)

    def _masked(
        self, history: Words, candidates: Sequence[Words], history_keep: Masks, candidate_keep: Sequence[Masks],
        rough: bool = False,
    ) -> tuple[Values, Values]:
        pad_id = self.model.tokenizer.pad_token_id or 0
        pack = Pack.of(history, candidates)
        return masked(self.model.network, pack, history_keep, candidate_keep, pad_id, rough)

    def _write(self, asks: pd.DataFrame, pairs: pd.DataFrame | None, alter: Alter | None = None) -> list[Written]:
        with self._writing:
            return self._writer.write(asks, pairs, alter)

    def _logits(
        self, written: Sequence[Written], before: int, total: int, progress: Progress
    ) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        packs = [Pack.of(one.history, one.candidates) for one in written]
        told = self._told(before, total, progress)
        return logits(self.model.network, packs, self.model.tokenizer.pad_token_id or 0, done=told)

    @staticmethod
    def _told(before: int, total: int, progress: Progress) -> Callable[[int], None]:
        """Return what is told how many of a chunk are done."""

        def done(count: int) -> None:
            progress((before + count) / total,
                     say("{before:,} of {total:,} shoppers", before=before + count, total=total))

        return done

    def _click_slope(self) -> float:
        """How much the calibrated log-odds of a click move with the network's own."""
        info = self.model.info
        outer = 1.0 if info.basket_calibration is None else info.basket_calibration.words
        return outer * info.click_calibration.scale

    def _click_log_odds(
        self, values: Values, candidates: Sequence[Words], keeps: Sequence[Masks] | None = None
    ) -> Values:
        """Calibrated log-odds of the network's own: ``[..., K]``."""
        info = self.model.info
        odds, basket = _apply(info.click_calibration, values), info.basket_calibration
        if basket is None:
            return odds
        popular = drawn([words.popularity for words in candidates])
        return basket.words * odds + basket.popular * popular + basket.shift + self._repeats(candidates, keeps)

    def _repeats(self, candidates: Sequence[Words], keeps: Sequence[Masks] | None = None) -> Values:
        """Log-odds by how often and lately each item was bought: ``[K]``; under masks ``[n, K]``.

        It stands behind the words that say that it was bought: what is left out of these is left out of it.
        """
        basket = self.model.info.basket_calibration
        slope = 0.0 if basket is None else basket.again
        found = slope * np.array([words.again for words in candidates])
        if keeps is None:
            return found
        shares = [np.ones(len(keep)) if words.repeat is None
                  else keep[:, words.repeat.start : words.repeat.stop].mean(axis=1)
                  for words, keep in zip(candidates, keeps, strict=True)]
        return np.asarray(found * np.stack(shares, axis=1)) if shares else np.zeros((0, 0))

    def _tag_log_odds(self, values: Values) -> Values:
        scales = self.model.info.tag_calibration
        columns = [_apply(scales.get(spec.key, Scale()), values[:, i]) for i, spec in enumerate(self.tag_specs)]
        return np.stack(columns, axis=1) if columns else np.empty((len(values), 0))


def _checked(bins: Sequence[Mapping[str, Any]] | None, chance: float) -> Checked | None:
    """Return what came of the shoppers whose chances are nearest to this one."""
    if not bins:
        return None
    near = next((one for one in bins if chance <= one["bin_high"]), bins[-1])
    return Checked(near["bin_low"], near["bin_high"], near["observed"], int(near["n"]))


def _apply(scale: Scale, values: Values) -> Values:
    return scale.scale * values + scale.shift


def _sigmoid(values: Values) -> Values:
    return np.asarray(1 / (1 + np.exp(-values)))
