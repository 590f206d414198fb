"""Pictures: what a browser may be told to show, and what is kept from it."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core import pictures
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of pictures, with a secret beside it."""
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (600, 300), "red").save(images / "boot.jpg")
    Image.new("RGBA", (10, 10), (0, 0, 255, 0)).save(images / "lamp.png")
    (images / "more").mkdir()
    Image.new("P", (8, 8)).save(images / "more" / "été 1.gif")
    (images / "broken.jpg").write_bytes((images / "boot.jpg").read_bytes()[:200])
    (images / "page.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    return images


def shown(source: str) -> Image.Image:
    head, _, data = source.partition(",")
    assert head in ("data:image/jpeg;base64", "data:image/png;base64")
    return Image.open(BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("https://cdn.example/boot.jpg?w=2&h=3#top", "https://cdn.example/boot.jpg?w=2&h=3#top"),
        ("HTTP://cdn.example/a b.jpg", "HTTP://cdn.example/a%20b.jpg"),
        ("https://cdn.example/%20.jpg", "https://cdn.example/%20.jpg"),
        ('https://cdn.example/"><script>x', "https://cdn.example/%22%3E%3Cscript%3Ex"),
        ("https://cdn.example/图.jpg", "https://cdn.example/%E5%9B%BE.jpg"),
    ],
)
def test_addresses_of_the_web_are_passed_on(place: str, address: str, folder: Path) -> None:
    assert pictures.source(folder, place) == address


@pytest.mark.parametrize(
    "place",
    [
        "javascript:alert(1)", "data:image/svg+xml;base64,AAAA", "file:///etc/passwd", "ftp://cdn.example/a.jpg",
        "//cdn.example/a.jpg", "https://", "https:///a.jpg", "http://[", "../secret.png", "more/../../secret.png",
        "broken.jpg", "page.svg", "missing.jpg", ".", "more", "x" * 5_000, "a\0b.jpg",
    ],
)  # fmt: skip
def test_nothing_else_is_shown(place: str, folder: Path) -> None:
    assert pictures.source(folder, place) == ""


def test_no_name_leads_out_of_the_folder(folder: Path) -> None:
    secret = folder.parent / "secret.png"
    assert pictures.source(folder, str(secret)) == ""
    (folder / "link.png").symlink_to(secret)
    assert pictures.source(folder, "link.png") == ""
    assert pictures.source(folder, str(folder / "lamp.png")).startswith("data:image/png")  # it lies inside


def test_files_are_made_small_and_keep_their_shape_and_what_is_clear(folder: Path) -> None:
    assert shown(pictures.source(folder, "boot.jpg")).size == (240, 120)
    lamp = shown(pictures.source(folder, "lamp.png"))
    assert (lamp.size, lamp.format, lamp.mode) == ((10, 10), "PNG", "RGBA")
    assert shown(pictures.source(folder, "more/été 1.gif")).size == (8, 8)


def test_a_file_that_changed_is_read_anew(folder: Path) -> None:
    import os

    before = pictures.source(folder, "boot.jpg")
    Image.new("RGB", (50, 50), "blue").save(folder / "boot.jpg")
    os.utime(folder / "boot.jpg", ns=(1, 1))
    assert pictures.source(folder, "boot.jpg") != before


def test_files_that_are_too_large_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST", 100)
    assert pictures.source(folder, "boot.jpg") == ""


def test_a_shop_shows_what_its_catalogue_names(tmp_path: Path) -> None:
    events, items = tmp_path / "events.csv", tmp_path / "items.csv"
    events.write_text("user_id,item_id,event_type,ts\n" + "".join(
        f"u{n},i{n},view,2026-05-0{n} 10:00:00\n" for n in range(1, 5)))  # fmt: skip
    items.write_text(
        "item_id,title,image_url\ni1,Boots,boot.png\ni2,Lamp,https://cdn.example/lamp.jpg\ni3,Tent,\ni4,Cup,gone.png\n"
    )
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [events], items)
    (workspace.path / "images").mkdir()
    Image.new("RGB", (4, 4)).save(workspace.path / "images" / "boot.png")
    found = Shop(workspace.path, "cpu").pictures(["i1", "i2", "i3", "i4", "nobody"])
    assert set(found) == {"i1", "i2"}
    assert found["i2"] == "https://cdn.example/lamp.jpg"
    assert shown(found["i1"]).size == (4, 4)
    assert Shop(workspace.path, "cpu").pictures([]) == {}
