"""A little shop whose items have pictures, and an encoder that sees no more than how red, green and blue they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core import looks
from core.store.importer import import_files
from core.store.workspace import Workspace

RED, BLUE = (255, 0, 0), (0, 0, 255)


class Eyes(looks.Encoder):
    """Sees how red, green and blue a picture is on the whole, and knows these words; it counts what it saw."""

    def __init__(self, name: str = "eyes") -> None:
        super().__init__(name, "cpu")
        self.seen = 0

    def of_pictures(self, shown: Sequence[Image.Image]) -> looks.Rows:
        self.seen += len(shown)
        rows = np.array([np.asarray(one.convert("RGB")).mean(axis=(0, 1)) + 1 for one in shown], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def of_words(self, texts: Sequence[str]) -> looks.Rows:
        known = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "boots": (0.8, 0, 0.6)}
        rows = [next((row for word, row in known.items() if text.endswith(f" {word}")), (0, 0, 0)) for text in texts]
        return np.array(rows, dtype=np.float32)

    @property
    def scale(self) -> float:
        return 30.0


def pictured_shop(tmp_path: Path) -> Workspace:
    """Make a shop with two red pictures, a blue one, one on the web, one that is not there, and a damaged one."""
    events, items = tmp_path / "events.csv", tmp_path / "items.csv"
    events.write_text(
        "user_id,item_id,event_type,ts\nann,i1,view,2026-05-01 10:00:00\nann,i4,view,2026-05-04 10:00:00\n"
        "bob,i3,view,2026-05-02 10:00:00\n"
    )
    items.write_text(
        "item_id,title,category,image_url\n"
        "i1,Walking pair,Shoes > Boots,one.png\ni2,Hiking pair,Shoes > Boots,two.png\n"
        "i3,Lamp,Home > Lamps,three.png\n"
        "i4,Tent,Outdoor > Tents,https://cdn.example/4.jpg\ni5,Cup,Home > Cups,gone.png\n"
        "i6,Rug,Home > Rugs,broken.png\n"
        "i7,Book,Books,\n"
    )
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [events], items)
    images = workspace.path / "images"
    images.mkdir()
    for name, colour in (("one", RED), ("two", (250, 10, 10)), ("three", BLUE)):
        Image.new("RGB", (40, 30), colour).save(images / f"{name}.png")
    (images / "broken.png").write_bytes(b"\x89PNG but no more")
    return workspace
