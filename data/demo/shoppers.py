"""Who comes to the demo shop: hidden tastes, budgets, habits, stages of life as a customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.schema import Col
from data.demo.catalogue import Array, Catalogue
from data.demo.vocabulary import AGE_BANDS, BRANDS, COLOURS, COUNTRIES, MATERIALS, REPEATS, SHELVES, TOPS

STAGES = ("newcomer", "regular", "fading", "lapsed", "returning")
_ROBOT_SHARE = 0.004
_NOT_TOLD = np.array(None, dtype=object)
_SHOE_SIZES, _CLOTHES_SIZES = (next(s.sizes for s in SHELVES if s.top == top) for top in ("Shoes", "Clothing"))
_STAGE_SHARES = (0.10, 0.55, 0.12, 0.12, 0.11)
_MAIN = np.array([2.1, 1.9, 1.7])  # log-odds of the first, second and third shelf she likes


@dataclass(frozen=True)
class Shoppers:
    """Shoppers as parallel arrays; the last of them are robots. Tastes are log-odds."""

    ids: Array
    shelf_taste: Array
    brand_taste: Array
    colour_taste: Array
    material_taste: Array
    noun_taste: Array  # which noun of each shelf she means
    size_worn: Array  # her size of shoes and of clothes
    budget: Array
    stage: Array
    rate: Array  # visits a day while active
    first: Array  # day of sign-up, 0 = first day of the log, negative before
    leave: Array  # day she stops coming
    back: Array  # day she comes back
    night: Array
    weekend: Array
    bargain: Array
    robot: Array
    frame: pd.DataFrame

    @property
    def size(self) -> int:
        """Number of shoppers, robots included."""
        return len(self.ids)


def build(rng: np.random.Generator, catalogue: Catalogue, count: int, days: int, end: pd.Timestamp) -> Shoppers:
    """Invent ``count`` shoppers, robots included, for a log of ``days`` days before ``end``."""
    age, female = rng.choice(len(AGE_BANDS), count, p=(0.2, 0.27, 0.26, 0.17, 0.1)), rng.random(count) < 0.54
    shelf_taste, main = _shelf_taste(rng, age, female)
    stage = rng.choice(len(STAGES), count, p=_STAGE_SHARES)
    robot = np.arange(count) >= count - max(2, round(count * _ROBOT_SHARE))
    stage[robot] = 1
    first, leave, back = _stages(rng, stage, days)
    first[robot] = -30
    rate = np.minimum(rng.lognormal(-1.75, 0.7, count), 0.8) * np.where(stage == 0, 2.2, 1.0)
    ids = np.array([f"{k:06d}" for k in rng.permutation(count * 3)[:count] + 1], dtype=object)
    gender = np.where(rng.random(count) < 0.6, np.where(female, "female", "male"), _NOT_TOLD)
    age_told = rng.spawn(1)[0].random(count) < 0.7  # a stream of its own: nothing else changes with it
    frame = pd.DataFrame({
        Col.USER: ids,
        "signup_date": (end.normalize() - pd.to_timedelta(days - first, unit="D")).strftime("%Y-%m-%d"),
        "country": rng.choice(COUNTRIES, count, p=(0.45, 0.15, 0.15, 0.1, 0.08, 0.07)),
        "age_band": np.where(age_told, np.array(AGE_BANDS, dtype=object)[age], _NOT_TOLD),
        "gender": gender,
    })
    return Shoppers(
        ids, shelf_taste, _brand_taste(rng, catalogue, main), _liking(rng, count, len(COLOURS), (1.1, 0.6)),
        _material_taste(rng, main), _noun_taste(rng, count), _sizes(rng, female), rng.normal(0, 0.85, count),
        stage, rate, first, leave, back,
        rng.random(count) < 0.18, rng.random(count) < 0.25, rng.random(count) < 0.2, robot, frame,
    )


def _shelf_taste(rng: np.random.Generator, age: Array, female: Array) -> tuple[Array, Array]:
    """Log-odds for each shelf, and the one to three shelves (-1 = none) liked most."""
    centre, lean = np.array([s.age for s in SHELVES]), np.array([s.gender for s in SHELVES])
    pull = -0.7 * (age[:, None] - centre) ** 2 + 1.3 * lean * np.where(female, 1, -1)[:, None]
    pull[:, [s.name in REPEATS for s in SHELVES]] += 1.2  # what is used up, many need
    main = np.argsort(-(pull + rng.gumbel(size=pull.shape)), axis=1)[:, :3]
    count = rng.choice([1, 2, 3], len(age), p=(0.25, 0.45, 0.3))
    main = np.where(np.arange(3) < count[:, None], main, -1)
    top = np.array([TOPS.index(s.top) for s in SHELVES])
    taste = np.full(pull.shape, -0.3)
    rows = np.arange(len(age))
    for k in range(3):
        has = main[:, k] >= 0
        near = top[None, :] == top[main[has, k]][:, None]
        taste[has] = np.maximum(taste[has], np.where(near, 0.4, -9))
    for k in range(3):
        has = main[:, k] >= 0
        taste[rows[has], main[has, k]] = _MAIN[k] + rng.normal(0, 0.2, has.sum())
    return taste, main


def _brand_taste(rng: np.random.Generator, catalogue: Catalogue, main: Array) -> Array:
    """Log-odds for each brand: two or three of those on the shelves she likes."""
    taste = np.zeros((len(main), len(BRANDS)))
    found = [np.unique(catalogue.brand[(catalogue.shelf == s) & (catalogue.kind == 0)]) for s in range(len(SHELVES))]
    for row, shelves in enumerate(main):
        pool = np.unique(np.concatenate([found[s] for s in shelves if s >= 0]))
        liked = rng.choice(pool, min(len(pool), int(rng.integers(2, 5))), replace=False)
        taste[row, liked] = rng.uniform(0.9, 1.5, len(liked))
    return taste


def _material_taste(rng: np.random.Generator, main: Array) -> Array:
    """Log-odds for each material: one from each shelf she likes."""
    taste = np.zeros((len(main), len(MATERIALS)))
    for row, shelves in enumerate(main):
        for s in shelves[shelves >= 0]:
            taste[row, MATERIALS.index(str(rng.choice(SHELVES[s].materials)))] = 1.2
    return taste


def _noun_taste(rng: np.random.Generator, count: int) -> Array:
    """The noun of each shelf that she means: trail running shoes, say, not running shoes."""
    return np.stack([rng.integers(len(s.nouns), size=count) for s in SHELVES], axis=1)


def _sizes(rng: np.random.Generator, female: Array) -> Array:
    """Sizes of shoes (37 to 44) and of clothes (S to XL) as indices."""
    shoes = np.where(female, rng.choice(5, len(female), p=(0.4, 0.42, 0.15, 0.03, 0)),
                     rng.choice(5, len(female), p=(0, 0.05, 0.2, 0.4, 0.35)))
    return np.stack([shoes, rng.choice(4, len(female), p=(0.22, 0.36, 0.28, 0.14))], axis=1)


def _liking(rng: np.random.Generator, count: int, width: int, strengths: tuple[float, ...]) -> Array:
    order = np.argsort(rng.random((count, width)), axis=1)
    taste = np.zeros((count, width))
    for k, strength in enumerate(strengths):
        taste[np.arange(count), order[:, k]] = strength
    taste[np.arange(count), order[:, -1]] = -0.5
    return taste


def _stages(rng: np.random.Generator, stage: Array, days: int) -> tuple[Array, Array, Array]:
    """Day of sign-up, day of leaving and day of coming back for each shopper."""
    count = len(stage)
    first = np.where(rng.random(count) < 0.65, -rng.integers(1, 700, count), rng.integers(0, max(1, days // 2), count))
    first = np.where(stage >= 2, -rng.integers(1, 700, count), first)
    first = np.where(stage == 0, days - rng.integers(1, min(10, days) + 1, count), first)
    leave, back = np.full(count, 10**6), np.full(count, 10**6)
    leave = np.where(stage == 3, rng.integers(days // 5, max(days // 5 + 1, days * 6 // 10), count), leave)
    leave = np.where(stage == 4, rng.integers(days // 8, max(days // 8 + 1, days // 3), count), leave)
    back = np.where(stage == 4, days - rng.integers(1, max(2, days // 5), count), back)
    return first, leave, back


def visit_chance(shoppers: Shoppers, day: int, days: int, weekend: bool) -> Array:
    """Chance that each shopper comes on a day; robots have their own ways."""
    rate = shoppers.rate.copy()
    rate *= np.where(shoppers.weekend, 2.2 if weekend else 0.4, 1.0)
    rate *= np.where(shoppers.stage == 2, 1.8 * (1 - day / days) ** 1.5, 1.0)
    away = (day >= shoppers.leave) & (day < shoppers.back)
    rate[away | (day < shoppers.first) | shoppers.robot] = 0
    return np.minimum(rate, 0.9)


def truth(shoppers: Shoppers) -> pd.DataFrame:
    """What the shop cannot know: for tests and benchmarks only."""
    return pd.DataFrame({
        Col.USER: shoppers.ids,
        "tastes": [_named(row, [s.category for s in SHELVES], 1.0) for row in shoppers.shelf_taste],
        "brands": [_named(row, BRANDS, 0.5) for row in shoppers.brand_taste],
        "colours": [_named(row, COLOURS, 0.5) for row in shoppers.colour_taste],
        "materials": [_named(row, MATERIALS, 0.5) for row in shoppers.material_taste],
        "nouns": _nouns(shoppers),
        "shoe_size": [_SHOE_SIZES[k] for k in shoppers.size_worn[:, 0]],
        "clothes_size": [_CLOTHES_SIZES[k] for k in shoppers.size_worn[:, 1]],
        "budget": shoppers.budget,
        "stage": np.array(STAGES, dtype=object)[shoppers.stage],
        "robot": shoppers.robot,
        "night": shoppers.night,
        "weekend": shoppers.weekend,
        "bargain": shoppers.bargain,
    })


def _nouns(shoppers: Shoppers) -> list[str]:
    """What she calls the things on the shelves she likes."""
    return ["; ".join(SHELVES[s].nouns[nouns[s]] for s in np.flatnonzero(taste > 1))
            for taste, nouns in zip(shoppers.shelf_taste, shoppers.noun_taste, strict=True)]


def _named(row: Array, names: tuple[str, ...] | list[str], least: float) -> str:
    liked = [k for k in np.argsort(-row, kind="stable") if row[k] >= least]
    return "; ".join(f"{names[k]}={row[k]:.2f}" for k in liked)
