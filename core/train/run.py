"""Train a model on a workspace, from its logs to a folder that says how good it is."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.config import TextSettings, TrainSettings
from core.errors import InputError, ModelError
from core.language import say
from core.records import Progress, TagSpec, no_progress
from core.schema import TEMPLATE_VERSION
from core.train import again, together
from core.train.recipe import check
from core.train.run_folder import TRACKS, RunFolder
from core.train.splits import Splits, split

#: What is noted of the data while a model learns.
_NOTED = ("train_lists", "train_shoppers", "splits", "version", "fingerprint")

if TYPE_CHECKING:
    from core.model.checkpoint import LoadedModel, ModelInfo
    from core.model.writer import Writer
    from core.store.workspace import Reader, Workspace
    from core.train.sets import Part


def train(
    workspace: Workspace,
    name: str,
    settings: TrainSettings | None = None,
    device: str = "auto",
    resume: bool = False,
    progress: Progress = no_progress,
    use: bool = True,
) -> dict[str, Any]:
    """Fine-tune a model on the newest data and judge it on the last days.

    Parameters
    ----------
    resume
        Go on with the interrupted training of this name, with its settings and its data.
    use
        Whether the model is to be used at once: noted, for when the training is gone on with.

    Returns
    -------
    dict
        ``model, before, after, baselines, seconds``: click figures before and after; and ``kept``, the new name of a
        model that had this one; for a model that goes on from another also ``again``: how it compares with that one,
        and whether it passed the gate (``core.train.gate``).
        Only ``model`` where several processes train together and this one does not lead.

    Raises
    ------
    InputError
        When the name cannot name a folder, or the settings cannot be used.
    TooLittleData
        When the logs are too short or too thin.
    ModelError
        When the base or the device cannot be used, there is nothing to resume, or it was another training.
    Cancelled
        When ``progress`` raised it; the training can be resumed.
    """
    folder = RunFolder(workspace.models, _checked(name))
    if settings and settings.start_from:
        settings = again.inherited(workspace, name, settings)
    if resume:
        folder.mark()  # refuses where there is nothing, before a folder is made
    check(settings or TrainSettings())
    if not together.leads():
        together.meet()
        _learn(workspace, folder, device, no_progress)
        return {"model": name}
    with folder.held():
        _begin(folder, settings, workspace, resume)
        folder.use = use
        together.meet()
        return _train(workspace, folder, device, progress)


def _train(workspace: Workspace, folder: RunFolder, device: str, progress: Progress) -> dict[str, Any]:
    from core.model import checkpoint
    from core.train import card

    started = time.perf_counter()
    info, network, parts, old, where = _learn(workspace, folder, device, progress)
    info = _judged(info, network, parts, list(info.tags), where, _within(progress, 0.85, 1.0))
    info = _for_baskets(info, network, workspace, where)
    info = again.gated(workspace, info, network, parts, old)
    info = replace(info, seconds=round(time.perf_counter() - started, 1))
    target = workspace.models / folder.name
    kept = checkpoint.set_aside(target)
    checkpoint.save(target, network, info, card.card(info), folder.path / TRACKS)
    folder.remove()
    progress(1.0, say("Done"))
    rows = dict(info.metrics)
    found = {"model": folder.name, "before": rows.pop("before"), "after": rows.pop("after"), "baselines": rows,
             "seconds": info.seconds, "kept": kept}
    return {**found, "again": info.data["again"]} if "again" in info.data else found


def _learn(
    workspace: Workspace, folder: RunFolder, device: str, progress: Progress
) -> tuple[ModelInfo, Any, tuple[Part, Part, Part], LoadedModel | None, str]:
    """Read what there is to learn, and learn it; nothing is judged yet. The last but one is what it goes on from."""
    from core.model import base, checkpoint, continued
    from core.model import device as devices
    from core.train import network as networks

    settings, version, _ = folder.mark()
    reader = workspace.reader(version).for_everyone(settings.everyone)
    old = again.earlier(workspace, settings, "cpu")
    splits, specs = again.plan(reader, old.info) if old else plan(reader)
    where, digest = base.locate(settings.base)
    target = devices.pick(device)
    _seed(settings.seed)
    network = networks.build(where, len(specs), settings)
    if old is not None:
        continued.go_on(network, workspace.models / old.info.name, old.info.settings)
    writer = words_writer(reader, where, TextSettings())
    parts = _parts(reader, writer, specs, splits, settings, _within(progress, 0.0, 0.15),
                   old.info if old else None)
    data = {**_data(reader, splits), **_counts(parts, settings)}
    if together.leads():
        folder.note(learns={name: data[name] for name in _NOTED})
    logged = _fit(network.to(target), parts, writer.template.cache.pad, settings, folder,
                  _within(progress, 0.15, 0.85))
    info = checkpoint.ModelInfo(
        name=folder.name, base=settings.base, base_sha256=digest, template_version=TEMPLATE_VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"), seconds=0.0, tags=tuple(specs),
        settings=asdict(settings), text=TextSettings(), data={**data, "log": logged},
    )
    return info, network, parts, old, where


def plan(reader: Reader) -> tuple[Splits, list[TagSpec]]:
    """Split the log by time, and list the tags of this shop as known at the end of the training days."""
    from core.store import examples, tags

    splits = split(*examples.span(reader))
    return splits, tags.tag_specs(reader, splits.train_end, splits.horizon)


def _judged(info: ModelInfo, network: Any, parts: tuple[Part, Part, Part], specs: list[TagSpec], where: str,
            progress: Progress) -> ModelInfo:
    from core.train import baselines, before, judge
    from core.train.network import merged

    train_part, val, test = parts
    pad_id, target = network.encoder.config.pad_token_id or 0, next(network.parameters()).device
    progress(0.0, say("Training what a shop would use instead"))
    rival_tags = baselines.lightgbm_tags(train_part.tags, val.tags, test.tags, info.settings["seed"])
    with merged(network.eval()):
        progress(0.1, say("Calibrating it on the days after those that it learned from"))
        calibration = judge.calibrate(network, val, specs, pad_id)
        progress(0.2, say("Judging it on the last days"))
        judged = judge.judge(network, test, specs, calibration, pad_id, rival_tags)
    progress(0.6, say("Judging its base before fine-tuning, and what a shop would use instead"))
    similarity = tuple(before.similarities(where, part.clicks.examples, pad_id, target) for part in (val, test))
    rows = judge.rivals(train_part, val, test, similarity, info.settings["seed"], network.glossary)  # type: ignore[arg-type]
    metrics = {"after": judge.figures(judged.click)} | {name: judge.figures(row) for name, row in rows.items()}
    return replace(
        info, click_calibration=calibration.click, tag_calibration=calibration.tags,
        thresholds=calibration.thresholds, metrics=metrics, **judged.measured(),
    )


def _for_baskets(info: ModelInfo, network: Any, workspace: Workspace, where: str) -> ModelInfo:
    """Where the log holds no lists: what the chances are of a shopper's next basket, and how good they are."""
    from core.train import next_basket, sets
    from core.train.network import merged

    if info.data["lists"]:
        return info
    settings, splits = TrainSettings(**info.settings), Splits.from_plain(info.data["splits"])
    reader = workspace.reader(info.data["version"]).for_everyone(settings.everyone)
    writer, pad_id = words_writer(reader, where, info.text), network.encoder.config.pad_token_id or 0
    with merged(network.eval()):
        val = next_basket.cases(reader, writer, splits.train_end, splits.val_end, sets.VALIDATION_SEED,
                                settings.val_examples)
        basket = next_basket.fitted(network, info.click_calibration, val, pad_id)
        if basket is None:
            return info
        test = next_basket.cases(reader, writer, splits.val_end, splits.end, sets.TEST_SEED, settings.test_examples)
        info = replace(info, basket_calibration=basket)
        return replace(info, **next_basket.measured(network, info, test, pad_id))


def _parts(reader: Reader, writer: Writer, specs: list[TagSpec], splits: Splits, settings: TrainSettings,
           progress: Progress, old: ModelInfo | None = None) -> tuple[Part, Part, Part]:
    from core.train import sets

    train_part = (again.training(reader, writer, old, splits, settings, progress) if old else
                  sets.training(reader, writer, specs, splits, settings, progress))
    progress(0.8, say("Reading the days to be judged on"))
    return (train_part, sets.validation(reader, writer, specs, splits, settings),
            sets.test(reader, writer, specs, splits, settings))


def _fit(network: Any, parts: tuple[Part, Part, Part], pad_id: int, settings: TrainSettings, folder: RunFolder,
         progress: Progress) -> list[dict[str, float]]:
    from core.train import glossary
    from core.train.loop import fit
    from core.train.teacher import lessons

    train_part, val, test = parts
    progress(0.0, say("Asking what the counts alone can tell"))
    lists, shoppers, more = lessons(train_part, settings)
    device = next(network.parameters()).device
    glossary.give(network, more, shoppers, settings, _within(progress, 0.0, 0.05))
    sizes = [max(1, sum(example.pack.tokens for example in part.clicks.examples + part.tags.examples))
             for part in (val, test)]
    after = 1 + sizes[1] / sizes[0]  # it is calibrated on the one and judged on the other
    return fit(network, (lists, val.clicks.examples), (shoppers, val.tags.examples), pad_id, settings, folder, device,
               _within(progress, 0.05, 1.0), after)


def words_writer(reader: Reader, where: str, text: TextSettings) -> Writer:
    """Return what writes words of this data for the base at ``where``."""
    from core.model.base import load_tokenizer
    from core.model.writer import Writer
    from core.text.template import Template
    from core.text.tokens import TokenCache

    return Writer(reader, Template(TokenCache(load_tokenizer(where)), text))


def _data(reader: Reader, splits: Splits) -> dict[str, Any]:
    from core.store import examples
    from core.store.fingerprint import fingerprint

    events = reader.rows("SELECT count(*) FROM events")[0][0]
    generated = reader.rows("SELECT generated FROM shop")[0][0]
    return {"version": reader.version, "fingerprint": fingerprint(reader), "events": events,
            "splits": splits.plain(), "lists": examples.has_lists(reader), "generated": bool(generated),
            "people_apart": True}  # see core.train.people


def _counts(parts: tuple[Part, Part, Part], settings: TrainSettings) -> dict[str, int]:
    lists = len(parts[0].clicks.examples)
    return {"train_lists": min(lists, settings.max_examples), "teacher_lists": lists,
            "train_shoppers": len(parts[0].tags.examples)}


def _checked(name: str) -> str:
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise InputError(say("A model's name holds letters, digits, - and _ only; {name!r} does not.", name=name))
    return name


def _begin(folder: RunFolder, settings: TrainSettings | None, workspace: Workspace, resume: bool) -> None:
    """Open the folder of checkpoints; what is resumed must be the same run."""
    if not resume:
        folder.begin(settings or TrainSettings(), workspace.reader().version)
        return
    interrupted, version, _ = folder.mark()
    if settings is not None and settings != interrupted:
        raise ModelError(say("The interrupted training had other settings. Say --resume alone, or start it anew "
                             "without."))
    if not workspace.version_file(version).is_file():
        raise ModelError(say("The data of the interrupted training is no longer kept. Start it anew, on the newest."))
    folder.note(goes_on=True)  # what was left before says nothing of the time that is left now


def _seed(seed: int) -> None:
    from transformers import set_seed

    set_seed(seed)


def _within(progress: Progress, low: float, high: float) -> Progress:
    return lambda share, message: progress(low + (high - low) * share, message)
