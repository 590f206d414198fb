"""What the demo shop sells, and what else it shows: products, articles, ads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.schema import Col, Kind
from data.demo.vocabulary import (
    ADS,
    ARTICLES,
    BENEFITS,
    BRANDS,
    COLOURS,
    MATERIALS,
    PALETTES,
    SHELVES,
    TOPS,
    WARDROBE,
    Shelf,
)

Array = npt.NDArray[Any]
PRODUCTS, ARTICLE_COUNT, AD_COUNT = 2150, 150, 100
TIER_FACTOR = np.array([0.62, 1.0, 1.75])


@dataclass(frozen=True)
class Catalogue:
    """Items as parallel arrays, products first, then articles, then ads; -1 = has none."""

    shelf: Array
    brand: Array
    colour: Array
    material: Array
    noun: Array  # which of its shelf's nouns it is called by
    worn: Array  # size of shoes and clothes, index into its shelf's sizes
    price: Array  # NaN for articles and ads
    dearness: Array  # how dear for its shelf, about -1.5 to 1.5
    kind: Array  # 0 product, 1 article, 2 ad
    quality: Array  # what draws everyone, in log-odds
    trend_day: Array  # first day of its fashion, counted from the end; 0 = never in fashion
    frame: pd.DataFrame

    @property
    def size(self) -> int:
        """Number of items."""
        return len(self.shelf)

    @cached_property
    def ids(self) -> Array:
        """Item ids as text."""
        return self.frame[Col.ITEM].to_numpy(dtype=object)


def brand_shelves(rng: np.random.Generator) -> tuple[list[Array], Array]:
    """The brands found on each shelf, and the tier (0 budget to 2 premium) of each brand."""
    tiers = rng.permutation(np.arange(len(BRANDS)) % 3)
    homes = [{k % len(TOPS), int(rng.integers(len(TOPS)))} for k in range(len(BRANDS))]
    shelves = [np.array([b for b, tops in enumerate(homes) if TOPS.index(s.top) in tops]) for s in SHELVES]
    return shelves, tiers


def build(rng: np.random.Generator) -> Catalogue:
    """Fill the shelves."""
    brands, tiers = brand_shelves(rng)
    total = PRODUCTS + ARTICLE_COUNT + AD_COUNT
    kind = np.repeat([0, 1, 2], [PRODUCTS, ARTICLE_COUNT, AD_COUNT])
    shelf = np.arange(total) % len(SHELVES)
    brand = np.array([rng.choice(brands[s]) for s in shelf])
    spread = rng.normal(0, 0.25, total)
    factor = TIER_FACTOR[tiers[brand]] * np.exp(spread)
    price = np.round(np.array([SHELVES[s].price for s in shelf]) * factor, 1) - 0.05
    colour = np.array([_colour(rng, SHELVES[s]) for s in shelf])
    material = np.array([MATERIALS.index(str(rng.choice(SHELVES[s].materials))) for s in shelf])
    noun = np.array([rng.integers(len(SHELVES[s].nouns)) for s in shelf])
    size = np.array([rng.integers(len(SHELVES[s].sizes)) for s in shelf])
    parts = zip(kind, shelf, brand, colour, material, noun, size, strict=True)
    rows = [_words(rng, number, *part) for number, part in enumerate(parts)]
    frame = pd.DataFrame(rows, columns=[Col.ITEM, Col.TITLE, Col.DESCRIPTION, Col.CATEGORY, Col.BRAND, Col.KIND])
    price = np.where(kind == 0, price, np.nan)
    frame[Col.PRICE] = price
    frame[Col.IMAGE] = pd.Series([None] * total, dtype=object)
    trend = np.where(rng.random(total) < 0.08, rng.integers(4, 60, total), 0)
    return Catalogue(
        shelf, np.where(kind == 1, -1, brand), np.where(kind == 0, colour, -1), np.where(kind == 0, material, -1),
        np.where(kind == 0, noun, -1), np.where((kind == 0) & (WARDROBE[shelf] >= 0), size, -1),
        price, np.log(factor) / 0.5, kind, rng.normal(0, 0.4, total), trend, frame,
    )


def _colour(rng: np.random.Generator, shelf: Shelf) -> int:
    return int(rng.choice(PALETTES[shelf.palette])) if shelf.palette else -1


def _words(
    rng: np.random.Generator, number: int, kind: int, shelf: int, brand: int, colour: int, material: int,
    noun_at: int, size: int,
) -> tuple[str, str, str, str, str | None, str]:
    """Id, title, description, category, brand and kind of one item."""
    place, name = SHELVES[shelf], BRANDS[brand]
    noun, feature = place.nouns[noun_at], str(rng.choice(place.features))
    if kind == 1:
        title = str(rng.choice(ARTICLES)).format(place.name.lower())
        text = f"A short read about {place.name.lower()}, {rng.choice(BENEFITS)}."
        return f"A{number:05d}", title[0].upper() + title[1:], text, place.category, None, Kind.ARTICLE
    if kind == 2:
        title = str(rng.choice(ADS)).format(brand=name, noun=place.name.lower())
        return f"D{number:05d}", title, f"Advertisement of {name}.", place.category, name, Kind.AD
    tail = [COLOURS[colour]] if colour >= 0 else []
    title = ", ".join([f"{name} {feature} {MATERIALS[material]} {noun}", *tail, place.sizes[size]])
    text = f"{feature.capitalize()} {noun} of {MATERIALS[material]} by {name}, {rng.choice(BENEFITS)}."
    return f"P{number:05d}", title, text, place.category, name, Kind.PRODUCT
