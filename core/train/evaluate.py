"""Judge a model again on its test days, and next to its baselines when asked."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from core.config import TrainSettings
from core.language import say
from core.records import Progress, no_progress
from core.train.splits import Splits

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel
    from core.model.writer import Writer
    from core.store.workspace import Workspace
    from core.train.sets import Part


def evaluate(
    workspace: Workspace, name: str, baselines: bool = False, device: str = "auto", progress: Progress = no_progress
) -> dict[str, Any]:
    """Measure a model on its test days, and write the figures into its folder.

    Returns
    -------
    dict
        ``click`` and ``tags`` figures, and with ``baselines`` those of the rivals by name: figures of clicks, and how
        far the model is ahead of them (``core.train.judge.ahead``).

    Raises
    ------
    ModelError
        When the model cannot be loaded.
    """
    from core.model import base, checkpoint
    from core.train import card, judge, next_basket, sets
    from core.train.run import words_writer

    folder = workspace.models / name
    model = checkpoint.load(folder, device)
    info = model.info
    known = [part.name for part in fields(TrainSettings) if part.name in info.settings]
    settings = TrainSettings(**{name: info.settings[name] for name in known})
    reader = workspace.reader().for_everyone(settings.everyone)
    splits, specs = Splits.from_plain(info.data["splits"]), list(info.tags)
    where, _ = base.locate(info.base)
    writer = words_writer(reader, where, info.text)
    progress(0.1, say("Reading the test days"))
    test = sets.test(reader, writer, specs, splits, settings)
    calibration = judge.Calibration(info.click_calibration, info.tag_calibration, info.thresholds)
    chances, rival_tags = dict[str, Any](), dict[str, Any]()
    if baselines:
        chances, rival_tags = _rivals(model, writer, where, (splits, settings), test, progress)
    progress(0.8, say("Scoring the test days"))
    pad_id = model.tokenizer.pad_token_id or 0
    judged = judge.judge(model.network, test, specs, calibration, pad_id, rival_tags)
    rows = {row: judge.figures(judge.on_pairs(test, theirs)) | judge.ahead(test, judged.chances, theirs)
            for row, theirs in chances.items()}
    after = judge.figures(judged.click)
    if not baselines:  # what was measured of the rival before stays
        kept = {row["key"]: row.get("ap_lightgbm") for row in info.tag_table}
        table = tuple({**row, "ap_lightgbm": kept.get(row["key"])} for row in judged.tag_table)
        judged = replace(judged, tag_table=table)
    info = replace(info, metrics={**info.metrics, "after": after, **rows}, **judged.measured())
    if info.basket_calibration is not None:
        found = next_basket.cases(reader, writer, splits.val_end, splits.end, sets.TEST_SEED, settings.test_examples)
        info = replace(info, **next_basket.measured(model.network, info, found, pad_id))
    checkpoint.write_info(folder, info)
    (folder / checkpoint.CARD).write_text(card.card(info), encoding="utf-8")
    progress(1.0, say("Done"))
    answer: dict[str, Any] = {"click": after, "tags": {row["key"]: dict(row) for row in judged.tag_table}}
    return {**answer, "baselines": rows} if baselines else answer


def _rivals(model: LoadedModel, writer: Writer, where: str, how: tuple[Splits, TrainSettings], test: Part,
            progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """Click chances of every rival for the test pairs, and tag scores of LightGBM for the test shoppers."""
    from core.train import baselines, before, counted, judge, sets

    (splits, settings), specs = how, list(model.info.tags)
    val = sets.validation(writer.reader, writer, specs, splits, settings)
    progress(0.3, say("Reading the training days for the baselines"))
    train = sets.training(writer.reader, writer, specs, splits, settings, no_progress)
    progress(0.6, say("Training the baselines"))
    tags = baselines.lightgbm_tags(train.tags, val.tags, test.tags, settings.seed)
    nearest = [before.similarities(where, part.clicks.examples, model.tokenizer.pad_token_id or 0, model.device)
               for part in (val, test)]
    chances = judge.rival_chances(train, val, test, (nearest[0], nearest[1]), settings.seed, model.network.glossary)
    return {**chances, **counted.chances(writer.reader, splits.train_end, val.clicks, test.clicks, settings.seed)}, tags
