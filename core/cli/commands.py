"""What each command asks of the shop. Every one returns plain values; ``show`` writes them for people."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from core import demo as demo_shop
from core import rules
from core.answers import plain
from core.arrange import Arrangement
from core.cli import describing, driving, importing, keeping, mapping, models, offers, scoring, searching, segmenting
from core.config import DEMO_WORKSPACE, PROJECT, Settings, TrainSettings
from core.errors import Cancelled, InputError
from core.records import ImportPlan, Progress, Tag
from core.service import Shop
from core.store.workspace import Workspace
from core.tables import harmless, whole

Answer = dict[str, Any]
Command = Callable[[argparse.Namespace, Progress], Answer]


def shop(given: argparse.Namespace) -> Shop:
    """Open the shop that a command is about."""
    return Shop(given.workspace, Settings.from_environment().device, model=getattr(given, "model", None))


def demo(given: argparse.Namespace, progress: Progress) -> Answer:
    """Build the demo workspace."""
    return demo_shop.build(given.workspace, progress)


def import_(given: argparse.Namespace, progress: Progress) -> Answer:
    """Import logs; a folder that is new becomes a workspace, and is removed again when nothing could be imported."""
    before = set(given.workspace.iterdir()) if given.workspace.is_dir() else None
    workspace = Workspace.create(given.workspace)
    try:
        plan = importing.as_said(_plan(given), given.encoding or (), given.names_in or ())
        report = importing.run(workspace, plan, progress, given.dry_run, _apart(given), given.forget)
    finally:
        if not before and workspace.version() is None:
            _unmake(workspace, keep_folder=before is not None)
    return dict(plain(report))


def info(given: argparse.Namespace, progress: Progress) -> Answer:
    """Say what a workspace holds."""
    here = shop(given)
    return {**plain(here.info()), "model": here.model_name}


def train(given: argparse.Namespace, progress: Progress) -> Answer:
    """Train a model, or say what it would learn from."""
    names = {field.name for field in fields(TrainSettings)}
    chosen = {name: value for name, value in vars(given).items() if name in names and value is not None}
    here = shop(given)
    if given.dry_run:
        return dict(plain(here.outlook(chosen)))
    settings = TrainSettings(**chosen) if chosen or not given.resume else None
    name = given.name or (here.name_after(given.start_from) if given.start_from else "latest")
    try:
        return here.train(name, settings, given.resume, progress, False if given.keep else None)
    except KeyboardInterrupt:
        raise Cancelled(f"Stopped. Go on from the last checkpoint with: --name {name} --resume") from None


def evaluate(given: argparse.Namespace, progress: Progress) -> Answer:
    """Measure a model on held-out days."""
    return shop(given).evaluate(given.baselines, progress)


def profile(given: argparse.Namespace, progress: Progress) -> Answer:
    """Tags and facts: of some shoppers as the answer, of all into a file."""
    here = shop(given)
    if given.all:
        return _profile_all(here, given.out, progress)
    people = [
        {
            "user_id": user,
            "facts": plain(here.facts(user)),
            "tags": [_tag(tag) for tag in here.tags(user)] if here.model_name else [],
        }
        for user in given.user
    ]
    return {**_source(here), "as_of": plain(here.as_of), "shoppers": people}


def score(given: argparse.Namespace, progress: Progress) -> Answer:
    """Score a list, or say what would become of it."""
    return scoring.run(given, shop(given), progress)


def recommend(given: argparse.Namespace, progress: Progress) -> Answer:
    """Recommend items to a shopper."""
    here = shop(given)
    found = here.listing(given.user, given.k, given.query, given.slot, given.explain, _arrangement(given))
    items = [{**plain(item), "source": item.sources[0] if item.sources else None} for item in found.items]
    about = {"user_id": given.user, **_source(here), "query": given.query, "slot": given.slot}
    return {**about, **plain(found), "items": items}


def vectors(given: argparse.Namespace, progress: Progress) -> Answer:
    """Make the vectors of the items."""
    return shop(given).compute_vectors(progress)


def look_at_pictures(given: argparse.Namespace, progress: Progress) -> Answer:
    """Look at the items' pictures."""
    return shop(given).look_at_pictures(given.encoder, progress)


def explain(given: argparse.Namespace, progress: Progress) -> Answer:
    """Explain why an item gets its chance of a click, or what drives a prediction in a segment."""
    here = shop(given)
    return {**_source(here), **driving.run(given, here, progress)}


def map_(given: argparse.Namespace, progress: Progress) -> Answer:
    """Lay out every shopper, or say what is on the map that is there."""
    return mapping.run(given, shop(given), progress)


def app(given: argparse.Namespace, progress: Progress) -> Answer:
    """Open the dashboard, of a new and empty shop if the folder is not there; this process becomes its server."""
    if given.workspace == DEMO_WORKSPACE or given.workspace.exists():
        Workspace.open(given.workspace)
    else:  # a new shop, whose logs are brought in on the Import page
        Workspace.create(given.workspace)
    env = {**os.environ, "SHOPPERLENS_WORKSPACE": str(given.workspace.resolve())}
    port = ["--server.port", str(given.port)] if given.port else []
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py"), *port]
    os.chdir(PROJECT)  # where .streamlit is
    os.execve(command[0], command, env)


COMMANDS: Mapping[str, Command] = {
    "demo": demo, "import": import_, "info": info, "train": train, "evaluate": evaluate, "profile": profile,
    "score": score, "recommend": recommend, "explain": explain, "app": app, "models": models.run, "vectors": vectors,
    "pictures": look_at_pictures,
    "search": searching.search, "similar": searching.similar, "assist": searching.assist,
    "drift": keeping.drift, "audit": keeping.audit, "slot": offers.slot, "feature": offers.feature,
    "segments": segmenting.run, "tag": describing.run, "map": map_,
}


def _arrangement(given: argparse.Namespace) -> Arrangement:
    """Return how a list is to be arranged; what is not said is as usual."""
    said = {name: getattr(given, name) for name in ("diversity", "novelty", "new_share", "cap_brand", "cap_category")}
    wanted = {name: value for name, value in said.items() if value is not None}
    return Arrangement(**wanted, rules=rules.read(given.rules) if given.rules else ())


def _source(here: Shop) -> Answer:
    """Say which model an answer is of, and whether the shop is a generated one."""
    return {"model": here.model_name, "generated": here.info().generated}


def _unmake(workspace: Workspace, keep_folder: bool) -> None:
    """Leave no trace of a workspace that was made for an import that failed."""
    shutil.rmtree(workspace.path, ignore_errors=True)
    if keep_folder:
        workspace.path.mkdir(exist_ok=True)


def _plan(given: argparse.Namespace) -> ImportPlan:
    items, users = ([str(file) for file in files or ()] for files in (given.items, given.users))
    events = [str(file) for file in given.events]
    files: dict[str, list[str]] = {}
    for role, path in _pairs("--file", given.file, "role=path", "categories=tree.csv"):
        files.setdefault(role, []).append(path)
    mapping = dict(_pairs("--map", given.map))
    return ImportPlan(
        events, items, users, given.preset, mapping, given.append, given.dates, given.zone, files=files
    )


def _apart(given: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Return what is said of single files: a pattern of names → mapping."""
    apart: dict[str, dict[str, str]] = {}
    for pattern, *pairs in given.map_for or ():
        if not pairs:
            raise InputError(f"--map-for wants a file and what its columns mean, not “{pattern}” alone.")
        apart.setdefault(pattern, {}).update(_pairs("--map-for", pairs))
    return apart


def _pairs(
    option: str, given: list[str] | None, form: str = "canonical=column", example: str = "user_id=customer"
) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in given or []]
    for name, sign, value in pairs:
        if not (name and sign and value):
            raise InputError(f"{option} wants {form}, for example {example}; not {name + sign + value!r}.")
    return [(name, value) for name, _, value in pairs]


def _profile_all(here: Shop, out: Path | None, progress: Progress) -> Answer:
    if out is None:
        raise InputError("Say where the profiles of all shoppers go: --out profiles.csv or --out profiles.parquet")
    table = here.profile_table(progress)
    with whole(out) as part:
        if out.suffix == ".parquet":
            table.to_parquet(part, index=False)
        else:
            harmless(table).to_csv(part, index=False)
    return {"model": here.model_name, "shoppers": len(table), "columns": list(table.columns), "out": str(out)}


def _tag(tag: Tag) -> Answer:
    about = {"key": tag.spec.key, "label": tag.spec.label, "family": tag.spec.family, "sentence": tag.spec.sentence}
    trust = {"threshold": tag.threshold, "precision": tag.precision, "base_rate": tag.base_rate, "given": tag.given}
    return dict(plain({**about, "probability": tag.probability, **trust, "checked": tag.checked}))
