"""How items look: vectors of their pictures, and a few words of what is seen in them, by an image encoder.

The encoder is one that knows pictures and words alike, as CLIP does (Radford et al., 2021); which one, the shop says,
by a folder or an id on the hub. Without one all else stays as it is. It reads the pictures that lie in the workspace's
folder ``images``; addresses on the web are the browser's to fetch, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import pictures
from core.errors import InputError, ModelError
from core.language import say
from core.records import Progress, no_progress
from core.store import pictures as store
from core.tables import whole
from core.vectors import Vectors, as_column, matrix_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from core.store.workspace import Reader, Workspace

Rows = NDArray[np.float32]

COLOURS = ("black", "white", "grey", "brown", "beige", "red", "pink", "orange", "yellow", "green", "blue", "purple",
           "gold", "silver", "colourful")  # fmt: skip
PATTERNS = ("plain", "striped", "checked", "floral", "dotted", "printed", "patterned")
#: Categories that a picture may be said to show, and how sure it has to be of a word for it to be said.
CATEGORIES, SURE = 200, 0.5
#: Pixels of the longer side of what is read, pictures that are read at once, and what counts as "sure" of words where
#: an encoder does not say how its cosines are to be scaled.
SIDE, AT_ONCE, _SCALE = 512, 32, 100.0
_ENCODER = b"encoder"


class Encoder:
    """An image encoder; it is loaded when the first picture comes.

    Parameters
    ----------
    name
        A folder, or an id on the hub, of a model of transformers that has features of pictures and of words.
    device
        ``auto`` or the name of a torch device.
    """

    def __init__(self, name: str, device: str = "auto") -> None:
        self.name, self._device = name, device

    def of_pictures(self, shown: Sequence[Image]) -> Rows:
        """Return the vectors of pictures, each of length 1: float32 ``[n, width]``.

        Raises
        ------
        ModelError
            When the encoder is not there, or is none.
        """
        model, processor, _ = self._loaded
        read = processor(images=[_on_white(picture) for picture in shown], return_tensors="pt")
        return self._features(model.get_image_features, read)

    def of_words(self, texts: Sequence[str]) -> Rows:
        """Return the vectors of words, each of length 1: float32 ``[n, width]``."""
        model, _, tokenizer = self._loaded
        return self._features(model.get_text_features, tokenizer(list(texts), padding=True, truncation=True,
                                                                 return_tensors="pt"))  # fmt: skip

    @property
    def scale(self) -> float:
        """What its cosines are multiplied by before they are compared."""
        known = getattr(self._loaded[0], "logit_scale", None)
        return _SCALE if known is None else float(known.exp().item())

    def _features(self, asked: Any, read: Mapping[str, Any]) -> Rows:
        import torch

        with torch.inference_mode():
            told = asked(**{name: part.to(self._loaded[0].device) for name, part in read.items()})
            rows = getattr(told, "pooler_output", told).float()
            return np.asarray(torch.nn.functional.normalize(rows, dim=-1).cpu().numpy(), dtype=np.float32)

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any]:
        from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

        from core.model import device as devices

        try:
            model = AutoModel.from_pretrained(self.name, use_safetensors=True)
            processor = AutoImageProcessor.from_pretrained(self.name, backend="pil")  # type: ignore[no-untyped-call]
            tokenizer = AutoTokenizer.from_pretrained(self.name)
        except (OSError, ValueError) as error:
            raise ModelError(say("No image encoder can be loaded from {name!r}: {why}",
                                 name=self.name, why=_first(error))) from error
        if not (hasattr(model, "get_image_features") and hasattr(model, "get_text_features")):
            raise ModelError(say("{name!r} is no image encoder that knows words too, as CLIP and SigLIP do.",
                                 name=self.name))
        return model.to(devices.pick(self._device)).eval(), processor, tokenizer


def make(
    workspace: Workspace, reader: Reader, encoder: Encoder, progress: Progress = no_progress
) -> dict[str, int]:
    """Look at the pictures of this version's items and keep what was seen, whole or not at all.

    Pictures that the same encoder saw in an earlier version are not read again.

    Returns
    -------
    dict
        ``pictures``: items whose picture was seen; ``named``: those with words; ``elsewhere``: items whose picture
        is on the web; ``missing``: items whose picture is not in the folder, or damaged.

    Raises
    ------
    InputError
        When no item has a picture in the workspace's folder ``images``.
    ModelError
        When the encoder is not there, or is none.
    """
    folder, places = workspace.path / pictures.FOLDER, store.places(reader)
    files = {item: file for item, place in places.items() if (file := pictures.file_of(folder, place))}
    elsewhere = sum(place.lower().startswith(("http://", "https://")) for place in places.values())
    if not files:
        raise InputError(say("No item has a picture in {folder}. Put the files there that image_url names.",
                             folder=folder))
    digests = {item: blake2b(file.read_bytes(), digest_size=16).digest() for item, file in files.items()}
    known = _known(reader, encoder.name)
    new = {digest: files[item] for item, digest in digests.items() if digest not in known}
    known.update(_seen(encoder, new, progress))
    kept = [item for item, digest in digests.items() if digest in known]
    rows = np.stack([known[digests[item]] for item in kept]) if kept else np.empty((0, 1), dtype=np.float32)
    said = described(encoder, rows, store.categories(reader, CATEGORIES)) if kept else []
    _keep(reader, encoder.name, kept, [digests[item] for item in kept], said, rows)
    progress(1.0, say("{all:,} pictures", all=len(kept)))
    return {"pictures": len(kept), "named": sum(map(bool, said)), "elsewhere": elsewhere,
            "missing": len(places) - elsewhere - len(kept)}  # fmt: skip


def described(encoder: Encoder, rows: Rows, categories: Sequence[str]) -> list[str]:
    """Return a few words for each picture, such as "red floral dress"; "" where the encoder is sure of none.

    Parameters
    ----------
    rows
        Vectors of pictures ``[n, width]``.
    categories
        The shop's own names of what there is.
    """
    parts = [_chosen(encoder, rows, COLOURS, "a photo of something {}"),
             _chosen(encoder, rows, PATTERNS, "a photo of something {}"),
             _chosen(encoder, rows, [leaf.lower() for leaf in categories], "a photo of {}")]  # fmt: skip
    return [" ".join(word for word in words if word and word != "plain") for words in zip(*parts, strict=True)]


def load(reader: Reader) -> Vectors | None:
    """Return how this version's items look, or None while nobody looked at their pictures."""
    import pyarrow.parquet as pq

    file = store.file_of(reader)
    if not file.is_file():
        return None
    table = pq.read_table(file)
    return Vectors(table["item_id"].to_pylist(), table["kind"].to_pylist(), matrix_of(table))


def _seen(encoder: Encoder, files: Mapping[bytes, Path], progress: Progress) -> Iterator[tuple[bytes, Rows]]:
    """Vectors by the digest of their file; damaged files have none."""
    todo = list(files.items())
    for start in range(0, len(todo), AT_ONCE):
        progress(start / len(todo), say("{done:,} of {all:,} pictures", done=start, all=len(todo)))
        shown = [(digest, picture) for digest, file in todo[start : start + AT_ONCE]
                 if (picture := pictures.opened(file, SIDE)) is not None]  # fmt: skip
        if shown:
            yield from zip([digest for digest, _ in shown], encoder.of_pictures([one for _, one in shown]), strict=True)


def _chosen(encoder: Encoder, rows: Rows, choices: Sequence[str], prompt: str) -> list[str]:
    """The word that fits each picture best, where the encoder is surer of it than of all others together."""
    if len(choices) < 2:
        return [""] * len(rows)
    odds = encoder.scale * rows @ encoder.of_words([prompt.format(choice) for choice in choices]).T
    chances = np.exp(odds - odds.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return [choices[best] if chance[best] > SURE else "" for chance, best in
            zip(chances, chances.argmax(axis=1), strict=True)]  # fmt: skip


def _known(reader: Reader, encoder: str) -> dict[bytes, Rows]:
    """Vectors by the digest of their file, of the newest version that this encoder looked at."""
    import pyarrow.parquet as pq

    for file in sorted((reader.artefacts / store.FOLDER).glob(f"*/{store.NAME}"), reverse=True):
        table = pq.read_table(file)
        if (table.schema.metadata or {}).get(_ENCODER) == encoder.encode():
            return dict(zip(table["digest"].to_pylist(), matrix_of(table), strict=True))
    return {}


def _keep(reader: Reader, encoder: str, items: Sequence[str], digests: Sequence[bytes], said: Sequence[str],
          rows: Rows) -> None:  # fmt: skip
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = store.kinds(reader)
    table = pa.table({"item_id": pa.array(items, pa.string()), "kind": pa.array([kinds[i] for i in items], pa.string()),
                      "words": pa.array(said, pa.string()), "digest": pa.array(digests, pa.binary(16)),
                      "vector": as_column(rows)})  # fmt: skip
    with whole(store.file_of(reader)) as part:
        pq.write_table(table.replace_schema_metadata({_ENCODER: encoder.encode()}), part, compression="none")


def _on_white(picture: Image) -> Image:
    """A picture without anything clear, as shops show it."""
    from PIL import Image as images

    if picture.mode != "RGBA":
        return picture
    white = images.new("RGBA", picture.size, "white")
    return images.alpha_composite(white, picture).convert("RGB")


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
