"""The one door for pages and the command line: a shop, and the questions that can be asked of it.

A shop is cheap to build. Data is opened at the first question about data; torch, shap and the model load at
the first question that needs a prediction. It may be used by many threads.
"""

from __future__ import annotations

import threading
import time
import zoneinfo
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pandas as pd

from core import (
    comparison,
    looks,
    pictures,
    profiles,
    recommend,
    registry,
    runs,
    segments,
    shopper,
    vectors,
    vocabulary,
)
from core.arrange import VARIED, Arrangement
from core.assist.assistant import Assistant
from core.assist.checked import phrased
from core.assist.endpoint import Endpoint
from core.assist.records import Reply
from core.board import Board
from core.conditions import EVERYONE, Marked, Node
from core.config import TrainSettings
from core.describing.door import Describing
from core.driving import Driving
from core.errors import InputError, ModelError, ShopperLensError, UnknownItem, UnknownUser
from core.exports.shelf import Exports
from core.jobs import Jobs
from core.keeping.door import Keeping
from core.knowing import Knowing
from core.language import day, say, say_many, spoken, to_say
from core.lists import ListAsk
from core.lists.judge import TOP_CANDIDATES
from core.lists.shelf import Lists
from core.looking import Looking
from core.map.door import ShopperMap
from core.placing import Placing
from core.queueing import Line
from core.records import (
    Change,
    Comparison,
    Condition,
    Contrast,
    Explanation,
    Fact,
    FileGroup,
    FilePreview,
    Found,
    ImportPlan,
    ItemPage,
    Job,
    Listing,
    ModelReport,
    Outlook,
    Overview,
    PresetFile,
    Preview,
    Progress,
    Promotion,
    Recommendation,
    Run,
    SegmentView,
    ShopInfo,
    ShopperView,
    Suspect,
    Tag,
    Understood,
    WhatIf,
    no_progress,
)
from core.search.item_page import item_page
from core.search.meaning import ByVectors, Meaning
from core.search.personal import Person
from core.search.searcher import Searcher
from core.segmenting import Segments
from core.store import (
    aside,
    cohorts,
    encoding,
    find,
    groups,
    look,
    overview,
    plans,
    preset,
    recall,
    retrieval,
    shelf,
    shoppers,
)
from core.store.notes import Notes
from core.store.pictures import places
from core.store.workspace import Reader, Workspace

if TYPE_CHECKING:
    from core.score import Scorer
    from core.vectors import Base, Encoder, Vectors

_NO_MODEL = to_say("No model is here yet. Train one on the Model page, or run: python -m core train")

#: What the state calls it that the tour is not offered any more.
_TOURED = "toured"
#: Everybody who asks this process for reasons waits here; two at once, so that a short question need not wait for a
#: long one.
_REASONS = Line(2)
#: First looks take a moment each: they do not wait for the reasons that others ask for.
_FIRST_LOOKS = Line(1)


class Shop:
    """A version of a workspace's data, and a model that judges it.

    Parameters
    ----------
    path
        Folder of the workspace.
    device
        ``auto`` or the name of a torch device.
    version
        Version of the data; the newest there is if none is named.
    model
        Name of the model, "" for none; the workspace's current one if none is named.
    described
        The described tags as they were when a link was made; those of now if none are given.

    Raises
    ------
    WorkspaceError
        When the folder is no workspace.
    """

    def __init__(
        self, path: Path, device: str = "auto", version: int | None = None, model: str | None = None,
        described: Sequence[Marked] | None = None,
    ) -> None:
        self.workspace = Workspace.open(Path(path))
        self.version = self.workspace.version() if version is None else version
        self._device = device
        self._model, self._described = model, described
        self._jobs = Jobs(self.workspace, device)
        self._opening = threading.RLock()
        self._scorer: Scorer | None = None
        self._vectors: Vectors | None = None
        self._looks: Vectors | None = None
        self._last_people: tuple[tuple[Any, ...], shoppers.People] | None = None

    def at(self, version: int, model: str | None, described: Sequence[Marked] | None = None) -> Shop:
        """Return the same shop as it was: with another version of the data, and with another model, None for none.

        Parameters
        ----------
        described
            The described tags and marks of then; those of now if none are given.
        """
        return Shop(self.workspace.path, self._device, version, model or "", described)

    # ---- the data ------------------------------------------------------------------

    @cached_property
    def reader(self) -> Reader:
        """The version of the data that this shop began with."""
        with self._opening:
            return self.workspace.reader(self.version)

    @cached_property
    def as_of(self) -> datetime:
        """The moment just after the last event: predictions are made as of then."""
        return find.log_end(self.reader)

    @cached_property
    def _counted(self) -> ShopInfo:
        return overview.info(self.reader, ())

    def info(self) -> ShopInfo:
        """Return what the workspace holds; all is 0 or None when nothing was imported yet."""
        if self.version is None:
            return ShopInfo(None, 0, 0, 0, {}, None, None, 0, 0, self.models(), False)
        counted = self._counted
        return ShopInfo(**{**vars(counted), "models": self.models()})

    def newer_version(self) -> int | None:
        """Return the newest version of the data when it is newer than this shop's, else None."""
        newest = self.workspace.version()
        return newest if newest is not None and newest > (self.version or 0) else None

    def overview(self) -> Overview:
        """Return what is in the data, and whether it is healthy."""
        seen = overview.overview(self.reader, self.info())
        titles = vocabulary.note(self.workspace, self.reader, self.model_name)
        return seen if titles is None else replace(seen, health=[*seen.health, titles])

    def find_shoppers(self, text: str, limit: int = 20) -> pd.DataFrame:
        """Find shoppers by a part of their id, then by words of what they did: ``user_id, label, times``.

        ``times`` is how often they did something with these words, 0 of those who are found by their id; in a long
        log, in its newest days. For no text, those who do and buy most. Where ids alone fill the list, nobody reads
        what all of them did.
        """
        found = find.find_shoppers(self.reader, text, limit)
        rows: list[tuple[Any, str, Any]] = [(row.user_id, _label(row), 0) for row in found.itertuples()]
        if len(rows) == limit:
            return pd.DataFrame(rows, columns=["user_id", "label", "times"])
        since = find.searched_since(self.reader)
        lately = say(" since {day}", day=day(since)) if since else ""
        who = find.shoppers_who(self.reader, text, limit)
        for user, times in zip(who["user_id"], who["times"].tolist(), strict=True):
            if user not in set(found["user_id"]):
                label = say_many(times, "{user} · {number} time “{text}”{lately}",
                                 "{user} · {number} times “{text}”{lately}", user=user, text=text.strip(),
                                 lately=lately)
                rows.append((user, label, times))
        return pd.DataFrame(rows[:limit], columns=["user_id", "label", "times"])

    def find_items(self, text: str, limit: int = 20) -> pd.DataFrame:
        """Find items by words of their title or id: ``item_id, title``."""
        return find.find_items(self.reader, text, limit)

    def titles(self, item_ids: Sequence[str]) -> dict[str, str]:
        """Return the titles of items, of those that have one."""
        return {str(item): str(title) for item, title in find.details(self.reader, item_ids)["title"].dropna().items()}

    def pictures(self, item_ids: Sequence[str]) -> dict[str, str]:
        """Return what a browser can show for each item that has a picture: an address, or ``data:``."""
        return pictures.sources(self.workspace.path, places(self.reader, item_ids))

    # ---- bringing logs in ----------------------------------------------------------

    def groups(self, places: Sequence[str], said: Mapping[str, Mapping[str, Any]] | None = None) -> list[FileGroup]:
        """Return the files at these places, those that are read in the same way together; see ``groups.grouped``."""
        return groups.grouped(places, said)

    def look(
        self, place: str, role: str | None = None, deed: str | None = None, said: Mapping[str, Any] | None = None
    ) -> FilePreview:
        """Return what a file was understood to be, as ``look.look``, with what was answered for such a file before."""
        seen = look.look(place, role, deed, said)
        if deed:
            return seen
        known = plans.recalled(self._jobs.state, seen)
        return plans.as_before(self.reader, known) if known is seen and seen.mends and self.version else known

    def readings(
        self, places: Sequence[str], said: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """Return how files are read, as it is said now and else as it was of files like them: ``recall.readings``."""
        return recall.readings(self._jobs.state, places, said)

    def encodings(self) -> dict[str, str]:
        """Return the encodings that a person may choose from, and what they are called."""
        return {name: encoding.called(name) for name in encoding.ENCODINGS}

    def forget_answers(self, seen: FilePreview) -> None:
        """Forget what was answered for files with the header of this one."""
        plans.forget(self._jobs.state, [plans.header_of(seen)])

    def zone(self) -> str | None:
        """Return the store's time zone, once it was said."""
        return plans.zone(self._jobs.state)

    def zones(self) -> list[str]:
        """Return the names of the time zones that there are."""
        return sorted(zoneinfo.available_timezones())

    def presets(self) -> dict[str, str]:
        """Return the presets that there are, by name, with what each is for."""
        return {name: preset.load_preset(name).about for name in preset.preset_names() if name != preset.DEFAULT}

    def preset_files(self, preset: str) -> list[PresetFile]:
        """Return the files that a publisher's log consists of, those with events first."""
        return groups.preset_files(preset)

    def preset_roles(self, preset: str, given: Sequence[FileGroup]) -> dict[str, str | None]:
        """Say which of a publisher's files each is: place → role, None if it is none; see ``groups.roles_of``."""
        return groups.roles_of(preset, given)

    def start_dry_run(self, plan: ImportPlan) -> Job:
        """Find out, as a job, what an import would do; for its result see ``core.worker.do_try``."""
        return self._jobs.submit("try", vars(plan))

    def start_import(
        self, plan: ImportPlan, seen: Sequence[FilePreview] = (), discard: Sequence[Path] = ()
    ) -> Job:
        """Import files as a job, and remember what was answered for files with their headers.

        Parameters
        ----------
        seen
            The files as they were understood.
        discard
            Files that are deleted once they are imported.
        """
        plans.remember(self._jobs.state, plan, map(plans.header_of, seen))
        return self._jobs.submit("import", {**vars(plan), "discard": [str(file) for file in discard]})

    # ---- who is new here -----------------------------------------------------------

    def toured(self) -> bool:
        """Whether somebody in this workspace was shown around, or did not want to be."""
        return self._jobs.state.setting(_TOURED) is not None

    def end_tour(self) -> None:
        """Offer the tour no more."""
        self._jobs.state.decide(_TOURED, "yes")

    # ---- who is set aside ----------------------------------------------------------

    def set_aside(self) -> int:
        """Count the robots and test accounts that no model learns from unless it is to."""
        return len(aside.set_aside(self.reader))

    def spared(self, user_id: str) -> bool:
        """Whether somebody said that this is a shopper, whatever they look like."""
        return user_id in aside.spared(self.workspace.state_file)

    def spare(self, user_id: str, yes: bool = True) -> None:
        """Note that this is a shopper, whatever they look like, or take it back; Segments follows with an import."""
        aside.spare(self.workspace.state_file, user_id, yes)

    # ---- segments ------------------------------------------------------------------

    @cached_property
    def segments(self) -> Segments:
        """Everything that can be asked about segments of this shop, saved ones too."""
        return Segments(self.workspace, self._people, lambda: self.model_name, lambda: self.describing.marked())

    @cached_property
    def looking(self) -> Looking:
        """Everything that can be asked about what the shoppers of a segment did, and when."""
        return Looking(lambda: self.reader, self.segments.members)

    @cached_property
    def board(self) -> Board:
        """Everything that can be asked about what people saved: segments as they stand, and links."""
        return Board(self)

    @cached_property
    def knowing(self) -> Knowing:
        """Everything that can be asked about one shopper beside facts and tags: their course, likeness, notes."""
        return Knowing(self._people, lambda: self.segments, self._judge, Notes(self.workspace.state_file))

    @cached_property
    def placing(self) -> Placing:
        """Everything that can be asked about whom to show what at a place, and what to feature for a segment."""
        return Placing(lambda: self.reader, lambda: self.segments, self._judge, self._kept, self._made)

    def start_featuring(self, segment: str | None = None) -> Job:
        """Find out, as a job, what to feature for a saved segment or for everyone; ``placing.featured`` has it then."""
        id = f"{self._featuring(segment)}{uuid4().hex[:6]}"
        args = {"segment": segment, "version": self.version, "model": self.model_name}
        return self._jobs.submit("feature", args, id)

    def featuring_job(self, segment: str | None = None) -> Job | None:
        """Return the newest job that finds this out, if there was one."""
        begins = self._featuring(segment)
        return next((job for job in self.jobs() if job.id.startswith(begins)), None)

    def _featuring(self, segment: str | None) -> str:
        return f"feature-{self.version}-{self.placing.feature_key(segment)}-"

    def _made(self) -> str:
        return "" if self.model_name is None else str(registry.created(self.workspace, self.model_name))

    @cached_property
    def driving(self) -> Driving:
        """Everything that can be asked about what drives a prediction in a segment."""
        return Driving(lambda: self.reader, lambda: self.segments, self.scorer, self._drivers, self._jobs, self._pinned,
                       lambda: self.baskets)  # fmt: skip

    @cached_property
    def describing(self) -> Describing:
        """Everything that can be asked about tags that people describe in a sentence."""
        return Describing(
            self.workspace, self._jobs, lambda: self.reader, lambda: self._base, lambda: self._encoder, self._pinned,
            self._device, self._described,
        )

    def forget_description(self, id: str) -> None:
        """Delete a described tag and its marks.

        Raises
        ------
        InputError
            When there is none, or a saved segment asks for it.
        """
        tag = self.describing.get(id)
        users = self.segments.asking(tag.key)
        if users:
            raise InputError(
                say("The saved segment {users!r} asks for “{sentence}”. Take it out of its conditions first.",
                    users=users[0], sentence=tag.sentence)
            )
        self.describing.delete(tag.id)

    def _drivers(self) -> tuple[Path, str]:
        name = self.named()
        folder = self.workspace.artefacts(name, self.reader.version) / "drivers"
        return folder, registry.created(self.workspace, name)

    def _pinned(self) -> dict[str, Any]:
        return {"version": self.version, "model": self.model_name}

    def _judge(self) -> Scorer | None:
        return None if self.model_name is None else self.scorer()

    def _kept(self) -> Path | None:
        return None if self.model_name is None else self.workspace.artefacts(self.named(), self.reader.version)

    @cached_property
    def map(self) -> ShopperMap:
        """Everything that can be asked about the map of all shoppers."""
        return ShopperMap(self._people, self._judge, self._kept, self._maker, self._jobs, self._pinned)

    def _maker(self) -> tuple[str, str]:
        return self.model_name or "", self._made()

    def columns(self) -> pd.DataFrame:
        """Return what shoppers can be chosen by: ``key, label, kind, type, unit, help, group, telling``."""
        return segments.columns(self._people())

    def segment(self, conditions: Node | Sequence[Condition], show: Sequence[str], limit: int = 1000) -> SegmentView:
        """Return the shoppers that meet a tree of conditions, of a list all of them, against everyone else."""
        return self.segments.view(segments.as_tree(conditions), show, limit)

    @cached_property
    def exports(self) -> Exports:
        """Everything that can be asked about lists of shoppers that leave as files."""
        return Exports(self, self._jobs)

    def profiles_ready(self) -> float:
        """Return the share of shoppers whose tags are computed: 0 or 1, as profiles are written whole."""
        return 0.0 if self._profiles() is None else 1.0

    def compute_profiles(self, progress: Progress = no_progress) -> dict[str, Any]:
        """Predict the tags of every shopper and keep them for segments: ``shoppers, tags, seconds``."""
        started = time.monotonic()
        scorer, model = self.scorer(), self.named()
        found = profiles.compute(scorer, find.shopper_ids(self.reader), self.as_of, progress)
        profiles.keep(self.workspace, model, self.reader.version, scorer.model.info.created, found)
        return {"shoppers": len(found), "tags": found.shape[1] - 1, "seconds": round(time.monotonic() - started, 2)}

    def profile_table(self, progress: Progress = no_progress) -> pd.DataFrame:
        """Return every shopper with observed facts and predicted tags; tags are computed when they are missing."""
        if self._profiles() is None:
            self.compute_profiles(progress)
        people = self._people()
        everyone = cohorts.members(people, EVERYONE)
        return cohorts.table(people, everyone, [column.key for column in people.columns])

    def _profiles(self) -> Path | None:
        name = self.model_name
        if name is None or self.version is None:
            return None
        return profiles.ready(self.workspace, name, self.version, registry.created(self.workspace, name))

    def _people(self) -> shoppers.People:
        made, described = self._profiles(), self.describing.kept()
        tags = () if made is None else registry.tags(self.workspace, self.named())
        said = self.describing.tags() if described else ()
        key = (spoken(), made, tuple(tags), described, tuple(said))  # names of columns are said in a language
        last = self._last_people
        if last is None or last[0] != key:
            self._last_people = last = key, shoppers.people(self.reader, made, tags, described, said)
        return last[1]

    # ---- one shopper ---------------------------------------------------------------

    def shopper(self, user_id: str) -> ShopperView:
        """Return what was counted of a shopper and what she did; no model is needed for it.

        Raises
        ------
        UnknownUser
            When no shopper has this id.
        """
        self._known(user_id)
        return shopper.view(shoppers.people(self.reader, None, ()), user_id, self.as_of)

    def facts(self, user_id: str) -> list[Fact]:
        """Return what was counted of a shopper."""
        return shopper.facts(shoppers.people(self.reader, None, ()), user_id)

    def tags(self, user_id: str) -> list[Tag]:
        """Return what the model predicts of a shopper."""
        self._known(user_id)
        stated = shoppers.people(self.reader, None, ()).stated(user_id)
        return shopper.tags(self.scorer(), user_id, self.as_of, stated)

    def recommend(
        self, user_id: str, k: int = 10, query: str | None = None, slot: str | None = None, explain: bool = False,
        how: Arrangement = VARIED,
    ) -> list[Recommendation]:
        """Return the items of ``listing``."""
        return list(self.listing(user_id, k, query, slot, explain, how).items)

    def listing(
        self, user_id: str, k: int = 10, query: str | None = None, slot: str | None = None, explain: bool = False,
        how: Arrangement = VARIED,
    ) -> Listing:
        """Return what to show to a shopper, in order; see ``core.recommend.listing``.

        Raises
        ------
        UnknownUser, ModelError, InputError
            When the shopper, a model, the place or a pinned item is not there.
        """
        self._known(user_id)
        with _REASONS.place() if explain else nullcontext():
            return recommend.listing(
                self.reader, self.scorer(), user_id, self.as_of, k, query, slot, explain, how=how,
                vectors=self.vectors(), looks=self.looks(), searcher=self._searcher, meaning=self._meaning(),
            )  # fmt: skip

    def top_items(self, user_id: str, k: int) -> list[Recommendation]:
        """Return the items that a shopper is likeliest to click, of fewer candidates than ``recommend`` looks at."""
        return recommend.recommend(self.reader, self.scorer(), user_id, self.as_of, k, cap=TOP_CANDIDATES)

    def places(self) -> dict[str, list[str]]:
        """Return the places that the log names, each with the kinds of item that are shown there."""
        return retrieval.places(self.reader)

    def vectors(self) -> Vectors | None:
        """Return the vectors of the items, or None while they are not made."""
        with self._opening:
            if self._vectors is None and self.vectors_ready():
                self._vectors = vectors.load(self.workspace, self.reader, self._base)
            return self._vectors

    def vectors_ready(self) -> bool:
        """Return whether the vectors of the items are made."""
        return self.version is not None and vectors.there(self.workspace, self.version, self._base)

    def compute_vectors(self, progress: Progress = no_progress) -> dict[str, Any]:
        """Make the vectors of the items, unless they are there: ``items, seconds, note`` (what would help, or "")."""
        started = time.monotonic()
        made = vectors.make(self.workspace, self.reader, self._base, self._device, progress)
        seconds = round(time.monotonic() - started, 2)
        return {"items": len(made), "seconds": seconds, "note": vectors.advice(made)}

    def looks(self) -> Vectors | None:
        """Return how the items look by their pictures, or None while no image encoder looked at them."""
        with self._opening:
            if self._looks is None and self.version is not None:
                self._looks = looks.load(self.reader)
            return self._looks

    def look_at_pictures(self, encoder: str, progress: Progress = no_progress) -> dict[str, Any]:
        """Look at the items' pictures with an image encoder, by folder or hub id; see ``core.looks.make``."""
        started = time.monotonic()
        found = looks.make(self.workspace, self.reader, looks.Encoder(encoder, self._device), progress)
        self._looks = None
        return {**found, "encoder": encoder, "seconds": round(time.monotonic() - started, 2)}

    @property
    def _base(self) -> Base:
        name = self.model_name
        return vectors.Base.of_model(None if name is None else self.workspace.models / name)

    def search(self, text: str, user_id: str | None = None, k: int = 10) -> Found:
        """Return what a search finds, ranked for a shopper if one is named and there is a model; see ``Searcher.find``.

        Raises
        ------
        UnknownUser, InputError
            When the shopper is not there, or nothing is asked for.
        """
        return self._searcher.find(text, self.as_of, k, self._meaning(), self._person(user_id))

    def assist(self, said: str, before: Reply | None = None, user_id: str | None = None, k: int = 4) -> Reply:
        """Answer a need that is said in words, after what was answered before; see ``core.assist``.

        Raises
        ------
        UnknownUser, InputError
            When the shopper is not there, or nothing is asked for.
        """
        return self._assistant.reply(said, before, self._person(user_id), k)

    def phrase(self, reply: Reply) -> Reply:
        """Return the same answer in a language model's words, where one is configured, checked; see ``core.assist``.

        Raises
        ------
        InputError
            When it is configured in a way that cannot be used.
        """
        endpoint = Endpoint.from_environment()
        return reply if endpoint is None else phrased(reply, endpoint, self._searcher.names)

    def _person(self, user_id: str | None) -> Person | None:
        if user_id is None:
            return None
        self._known(user_id)
        if self.model_name is None:
            return None
        return Person(user_id, self.scorer(), self.model_name, self.baskets)

    @cached_property
    def _assistant(self) -> Assistant:
        return Assistant(self._searcher, self.as_of, self._meaning)

    def item_page(self, item_id: str, k: int = 6) -> ItemPage:
        """Return what may stand on an item's page: similar items, what goes with it, articles and videos about it.

        Raises
        ------
        UnknownItem
            When the item is not there.
        """
        return item_page(self._searcher, item_id, self.as_of, k, self._meaning(), self.looks())

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.reader)

    @cached_property
    def _encoder(self) -> Encoder:
        return vectors.Encoder(self._base.name, self._device)

    def _meaning(self) -> Meaning | None:
        made = self.vectors()
        return None if made is None else ByVectors(made, self._encoder)

    @_REASONS.place()
    def why(self, user_id: str, item_id: str) -> Explanation:
        """Return why a shopper gets an item's chance of a click.

        Raises
        ------
        UnknownUser, UnknownItem, ModelError
            When the shopper, the item or a model is not there.
        """
        from core.explain import why

        self._known(user_id)
        title = self._title(item_id)
        return why(self.scorer(), user_id, item_id, self.as_of, title=title)

    @_REASONS.place()
    def reasons(self, user_id: str, item_ids: Sequence[str]) -> list[str]:
        """Return in a sentence each why a shopper gets these items' chances, by events alone: quicker than ``why``.

        Raises
        ------
        UnknownUser, UnknownItem, ModelError
            When the shopper, an item or a model is not there.
        """
        self._known(user_id)
        titles = [self._title(item_id) for item_id in item_ids]
        return recommend.reasons(self.scorer(), user_id, self.as_of, item_ids, titles)

    @_REASONS.place()
    def why_tag(self, user_id: str, tag_key: str) -> Explanation:
        """Return why a shopper gets a tag's probability; ``item_id`` of the answer is the tag's key.

        Raises
        ------
        UnknownUser, InputError, ModelError
            When the shopper, the tag or a model is not there.
        """
        from core.explain import why_tag

        self._known(user_id)
        return why_tag(self.scorer(), user_id, tag_key, self.as_of)

    @_REASONS.place()
    def why_above(self, user_id: str, first: str, second: str) -> Contrast:
        """Return why one item stands above another for a shopper.

        Raises
        ------
        UnknownUser, UnknownItem, InputError, ModelError
            When somebody or something is not there, or both items are one.
        """
        from core.explain import why_above

        self._known(user_id)
        if first == second:
            raise InputError(say("Both items are the same one. Choose another to compare it with."))
        titles = self._title(first), self._title(second)
        return why_above(self.scorer(), user_id, (first, second), self.as_of, titles)

    @_REASONS.place()
    def what_if(self, user_id: str, item_id: str, change: Change) -> WhatIf:
        """Return an item's chance and reasons as they are, and as they would be.

        Raises
        ------
        UnknownUser, UnknownItem, InputError, ModelError
            When somebody or something is not there, or cannot be changed so.
        """
        from core.explain import what_if

        self._known(user_id)
        title, band = self._title(item_id), None
        if change.price is not None:
            band = shelf.band_at(self.reader, item_id, change.price, self.as_of)
        return what_if(self.scorer(), user_id, item_id, self.as_of, change, band, title)

    @_FIRST_LOOKS.place()
    def preview(self, user_id: str, item_id: str) -> Preview:
        """Return a first look at the reasons for an item's chance, by gradients."""
        from core.explain import preview

        self._known(user_id)
        return preview(self.scorer(), user_id, item_id, self.as_of, self._title(item_id))

    def suspects(self, shoppers: int = 12, most: int = 40, progress: Progress = no_progress) -> list[Suspect]:
        """Return titles with words that look as if they were written for the ranking, those that gain most first.

        Parameters
        ----------
        shoppers
            Shoppers whose chances are compared with and without these words, when there is a model.
        most
            Titles that are scored so; more are listed without scores.
        """
        from core.explain import judged, suspects

        found = suspects(shelf.titles(self.reader))
        if self.model_name is None or not found:
            return found
        users = find.shopper_ids(self.reader)
        some = users[:: max(1, len(users) // shoppers)][:shoppers]
        return [*judged(self.scorer(), found[:most], some, self.as_of, progress), *found[most:]]

    def _title(self, item_id: str) -> str | None:
        about = find.details(self.reader, [item_id])
        if about.empty:
            raise UnknownItem(say("No item has the id {item_id!r}. Pick one from the list, or import it.",
                                  item_id=item_id))
        title = about["title"].iloc[0]
        return None if pd.isna(title) else str(title)

    def _known(self, user_id: str) -> None:
        if not find.known_shoppers(self.reader, [user_id]):
            raise UnknownUser(say("No shopper has the id {user_id!r}. Search for another, or import their events.",
                                  user_id=user_id))

    # ---- lists that are uploaded ---------------------------------------------------

    @cached_property
    def lists(self) -> Lists:
        """Everything that can be asked about lists that people bring, and those that were scored before."""
        return Lists(self, self._jobs)

    def understand(self, file: Path) -> Understood:
        """Return what is in a file, before anything is scored."""
        return self.lists.plan(file, ListAsk())

    def score_file(
        self, file: Path, out: Path, reasons: bool = False, progress: Progress = no_progress
    ) -> dict[str, Any]:
        """Score a list of pairs or the log of new shoppers into a file; see ``core.lists``."""
        return self.lists.score(file, out, ListAsk(reasons=reasons), progress=progress)

    # ---- models --------------------------------------------------------------------

    @property
    def model_name(self) -> str | None:
        """Name of the model in use. Once there is one, this shop stays with it."""
        if self._model is None:
            self._model = registry.current(self.workspace)
        return self._model or None

    @cached_property
    def baskets(self) -> bool:
        """Whether chances are of the next basket, as the model's log holds no lists; else they are of a click."""
        return self.model_name is not None and registry.of_baskets(self.workspace, self.named())

    def models(self) -> list[str]:
        """Return the names of the models, the newest first."""
        return registry.names(self.workspace)

    def model_report(self, name: str | None = None) -> ModelReport:
        """Return the figures of a model, this shop's if none is named."""
        return registry.report(self.workspace, name or self.named())

    def model_reports(self) -> list[ModelReport]:
        """Return the figures of every model, the newest first."""
        return registry.reports(self.workspace)

    def model_in_use(self) -> str | None:
        """Return the model that the workspace uses now; this shop may have begun with another."""
        return registry.current(self.workspace)

    def model_before(self) -> str | None:
        """Return the model that ``roll_back`` would lead to, or None."""
        return registry.before(self.workspace)

    def model_history(self) -> list[Promotion]:
        """Return which model was in use from when on, the newest first."""
        return registry.history(self.workspace)

    def compare(self, first: str, second: str) -> Comparison:
        """Return two models side by side.

        Raises
        ------
        ModelError
            When one of them is not there or damaged.
        """
        return comparison.compare(*(registry.report(self.workspace, name) for name in (first, second)))

    def use_model(self, name: str) -> None:
        """Make a model the one that the workspace uses; this shop stays with the one that it began with."""
        registry.use(self.workspace, name)

    def roll_back(self) -> str:
        """Make the model that was in use before the one in use again; return its name."""
        return registry.back(self.workspace)

    def model_links(self, name: str) -> int:
        """Return how many links that were opened in the last days show what a model predicted."""
        return registry.links(self.workspace, name)

    def delete_model(self, name: str, force: bool = False) -> None:
        """Delete a model; see ``registry.delete``."""
        registry.delete(self.workspace, name, force)

    def scorer(self) -> Scorer:
        """Return what scores; the model is loaded at the first call and shared."""
        with self._opening:
            if self._scorer is None:
                name = self.named()
                reader = self.reader
                from core.score import Scorer

                self._scorer = Scorer.open(reader, self.workspace.models / name, self._device)
            return self._scorer

    def device(self) -> str:
        """Return the name of the device that predictions are made on, without loading anything for it."""
        if self._scorer is not None:
            return str(self._scorer.model.device.type)
        return self._device if self._device != "auto" else registry.likely_device()

    def train(
        self, name: str, settings: TrainSettings | None = None, resume: bool = False,
        progress: Progress = no_progress, use: bool | None = None,
    ) -> dict[str, Any]:
        """Train a model on the newest data, or go on with an interrupted training; see ``core.train.run.train``.

        Parameters
        ----------
        use
            Whether it becomes the one in use, as long as it passes the gate if it goes on from another (see
            ``core.train.gate``), and that one is in use; else that stays as it is, and only the first model is used
            unasked. None: as was said when it began; it is where nothing was said.

        Returns
        -------
        dict
            As ``train``, with ``unused``, a sentence, where it passed the gate and is not used all the same.
        """
        from core.train import together
        from core.train.run import train
        from core.train.run_folder import RunFolder

        leads = together.leads()
        if use is None:
            use = RunFolder(self.workspace.models, name).use if resume else True
        if leads:
            registry.pin(self.workspace)
        result = train(self.workspace, name, settings, self._device, resume, progress, use)
        if leads and result.get("kept"):
            registry.renamed(self.workspace, name, result["kept"])
        return self._promoted(result) if leads and use else result

    def _promoted(self, result: dict[str, Any]) -> dict[str, Any]:
        """Use a new model, unless it goes on from another and is not known to be better than the one in use."""
        gate, in_use = result.get("again"), registry.current(self.workspace)
        if gate and gate["passed"] and gate["from"] != in_use:
            unused = say("It is kept, not used: it was not compared with “{model}”, which is in use.", model=in_use)
            return {**result, "unused": unused}
        if not gate or gate["passed"]:
            registry.use(self.workspace, str(result["model"]))
        return result

    @cached_property
    def keeping(self) -> Keeping:
        """Everything that can be asked about whether a model still holds."""
        return Keeping(self.workspace, lambda: self.reader, self._device, self._saved)

    def _saved(self) -> dict[str, frozenset[str]]:
        """Shoppers of each saved segment that still means something."""
        found = {}
        for segment in self.segments.all():
            with suppress(ShopperLensError):
                members = self.segments.members(self.segments.meaning(segment))
                found[segment.name] = frozenset(members["user_id"])
        return found

    def outlook(self, settings: Mapping[str, Any]) -> Outlook:
        """Return what a training with these settings would learn from.

        Raises
        ------
        InputError, TooLittleData, ModelError
            When the settings cannot be used, the log is too short, or the model to go on from is not there.
        """
        from core.train.outlook import outlook
        from core.train.splits import Splits

        asked, earlier = TrainSettings(**settings), None
        if asked.start_from:
            about = registry.about(self.workspace, asked.start_from)
            earlier = about.data["splits"]
            asked = replace(asked, everyone=asked.everyone or bool(about.settings.get("everyone")))
        newest = self.workspace.version()
        reader = self.reader if newest == self.version else self.workspace.reader()
        return outlook(reader, asked, Splits.from_plain(earlier) if earlier else None)

    def name_after(self, earlier: str) -> str:
        """Return a free name for a model that goes on from another."""
        from core.train.again import free_name

        return free_name(earlier, self.models())

    def runs(self) -> list[Run]:
        """Return the trainings that run, or were interrupted and can go on, the newest first."""
        jobs = [job for job in self.jobs() if job.kind == "train"]
        return runs.runs(self.workspace, jobs, {job.id: self._jobs.trains(job.id) for job in jobs})

    def discard_run(self, name: str) -> None:
        """Delete what an interrupted training could go on from."""
        runs.discard(self.workspace, name)

    def evaluate(self, baselines: bool = False, progress: Progress = no_progress) -> dict[str, Any]:
        """Measure the model on held-out days, next to its rivals when asked."""
        name = self.named()
        from core.train.evaluate import evaluate

        return evaluate(self.workspace, name, baselines, self._device, progress)

    def named(self) -> str:
        """Return the name of this shop's model.

        Raises
        ------
        ModelError
            When there is none.
        """
        name = self.model_name
        if name is None:
            raise ModelError(_NO_MODEL)
        registry.check(self.workspace, name)
        return name

    # ---- long work -----------------------------------------------------------------

    def submit(self, kind: str, args: Mapping[str, Any]) -> Job:
        """Start long work beside this process: ``import``, ``train`` or ``profile``; see ``core.worker``."""
        pinned = self._pinned() if kind == "profile" else {}
        return self._jobs.submit(kind, {**pinned, **args})

    def jobs(self) -> list[Job]:
        """Return the jobs, newest first."""
        return self._jobs.all()

    def job(self, id: str) -> Job:
        """Return one job."""
        return self._jobs.get(id)

    def cancel(self, id: str) -> None:
        """Stop a job."""
        self._jobs.cancel(id)


def _label(row: Any) -> str:
    if row.purchases:
        return f"{row.user_id} · {row.purchases:,.0f} {'purchase' if row.purchases == 1 else 'purchases'}"
    return f"{row.user_id} · {row.events:,.0f} {'event' if row.events == 1 else 'events'}"
