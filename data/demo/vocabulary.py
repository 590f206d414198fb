"""Words of the demo shop: its categories, invented brands, colours and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Shelf:
    """A sub-category: what its products are called, and who tends to like it."""

    top: str
    name: str
    price: float  # median, in the shop's currency
    age: float  # age band it appeals to most, 0 (18-24) to 4 (65+)
    gender: float  # -1 men, +1 women
    nouns: tuple[str, ...]
    features: tuple[str, ...]
    materials: tuple[str, ...]
    sizes: tuple[str, ...]
    palette: str  # wear, tech, or empty where colour says nothing

    @property
    def category(self) -> str:
        """The category path."""
        return f"{self.top} > {self.name}"


def _shelf(line: str) -> Shelf:
    top, name, price, age, gender, nouns, features, materials, sizes, palette = line.split(";")
    words = [tuple(part.split("|")) for part in (nouns, features, materials, sizes)]
    return Shelf(top, name, float(price), float(age), float(gender), words[0], words[1], words[2], words[3], palette)


_LINES = Path(__file__).with_name("shelves.csv").read_text(encoding="utf-8").splitlines()[1:]
SHELVES = tuple(_shelf(line) for line in _LINES)
SHELF_NAMES = tuple(shelf.name for shelf in SHELVES)
#: Which of a person's sizes a shelf goes by: 0 shoes, 1 clothes, -1 none.
WARDROBE = np.array([
    0 if shelf.top == "Shoes" else 1 if shelf.top == "Clothing" and shelf.sizes[0] == "size S" else -1
    for shelf in SHELVES
])
TOPS = tuple(dict.fromkeys(shelf.top for shelf in SHELVES))
COLOURS = ("black", "white", "blue", "grey", "silver", "green", "red", "brown", "beige", "pink", "yellow")
PALETTES = {"wear": range(len(COLOURS)), "tech": range(5)}
MATERIALS = tuple(sorted({material for shelf in SHELVES for material in shelf.materials}))

#: Invented names; any likeness to a real brand is by chance.
BRANDS = (
    "Norvale", "Tarnwick", "Quillon", "Brevora", "Ostenfal", "Mirrowen",
    "Kestavar", "Lunderby", "Vantorre", "Pellagrin", "Ashmoor", "Drovanne",
    "Fennick", "Halvorsk", "Ironell", "Jorvane", "Kaldera", "Lormund",
    "Mossgrave", "Nerrowin", "Oakenfell", "Pramble", "Querista", "Rindale",
    "Solvenne", "Thornby", "Umbrelle", "Velmora", "Wexholm", "Yarrowby",
    "Zephrane", "Altherin", "Bramsted", "Corvelle", "Dunmarra", "Elverston",
    "Farrowyn", "Glimmere", "Hestervale", "Inglora", "Juniva", "Kronfeld",
    "Larkhaven", "Merrinor", "Nivelle", "Orsanti", "Pinewick", "Roskelde",
    "Saltmere", "Tindrell", "Ulverine", "Vossmark", "Willomere", "Xandover",
    "Yelvane", "Zorrelin", "Arvoden", "Belcastra", "Cinderly", "Dappleton",
)

#: What a purchase makes people want next.
COMPLEMENTS = {
    "Phones": ("Phone cases", "Chargers"),
    "Tents": ("Sleeping bags", "Camping stoves"),
    "Running shoes": ("Running socks",),
    "Coffee machines": ("Coffee beans",),
    "Hiking boots": ("Backpacks",),
    "Bicycles": ("Bike helmets",),
    "Pet beds": ("Dog food",),
    "Perfume": ("Skin care",),
    "Cookware": ("Cookbooks",),
    "Garden furniture": ("Plants",),
    "Laptops": ("Headphones",),
}
#: Days after which what was used up is bought again.
REPEATS = {"Coffee beans": 12, "Dog food": 14, "Cat food": 14, "Skin care": 16}

BENEFITS = (
    "made for everyday use", "a favourite for weekends", "built to last for years", "easy to clean and to store",
    "tested by our own team", "a thoughtful gift", "with a two-year guarantee", "designed to save space",
)
ARTICLES = (
    "How to choose {}", "{}: our five favourites", "What to know about {}", "Trends this season: {}",
    "{} for beginners", "Caring for {}: what helps", "Five questions about {}", "{} under the microscope",
)
ADS = ("{brand} {noun}: now 20 % off", "New from {brand}: {noun}", "{brand} week: {noun} and more")
REVIEWS = {
    1: ("Broke after a week, very disappointed.", "Not as described, poor quality.", "Sent it back, do not buy."),
    2: ("Expected more for the price.", "Feels cheap.", "Looks nicer in the picture."),
    3: ("It is fine, nothing special.", "Does the job, delivery was slow.", "Good and bad sides."),
    4: ("Good quality, would buy again.", "Happy with it, as shown.", "Well made, a little dear."),
    5: (
        "Perfect, exactly what I was looking for!", "Excellent quality, highly recommended.",
        "Even better than I hoped.",
    ),
}
COUNTRIES = ("DE", "FR", "NL", "AT", "ES", "PL")
AGE_BANDS = ("18-24", "25-34", "35-49", "50-64", "65+")
