"""An approximate index of vectors for catalogues beyond a million items, where ``faiss`` is installed.

Exact search is right at any size; its time and that of reading the vectors grow with the catalogue. Beyond ``EXACT``
items an inverted file of cells with 8-bit vectors answers in a fraction of the time and finds most of the same items:
of the demo's, an index that looked into a twentieth of its cells found 95 of 100. ``faiss`` is no requirement:
``pip install faiss-cpu`` brings it, and without it search stays exact.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.language import to_say
from core.tables import whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Items up to which search is exact whatever is installed.
EXACT = 1_000_000
#: What is said where an index would help and cannot be made.
MISSING = to_say("More than {most:,} items are searched one by one, which takes longer. For an index, install faiss "
                 "(pip install faiss-cpu) and run: python -m core vectors")  # fmt: skip
#: Cells for each square root of the items, vectors that each learns its centre from, and cells that are looked into.
_CELLS, _EACH, _LOOKED = 4, 64, 200


def wanted(items: int) -> bool:
    """Whether a catalogue is so large that an index would help."""
    return items > EXACT


def installed() -> bool:
    """Whether ``faiss`` is to be had."""
    return find_spec("faiss") is not None


def build(matrix: NDArray[np.float32], file: Path) -> None:
    """Make the index of vectors of length 1 ``[items, width]`` and keep it, whole or not at all."""
    import faiss

    cells = max(1, int(_CELLS * len(matrix) ** 0.5))
    index = faiss.index_factory(matrix.shape[1], f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(matrix[:: max(1, len(matrix) // (_EACH * cells))])
    index.add(matrix)
    with whole(file) as part:
        faiss.write_index(index, str(part))


def load(file: Path, items: int) -> Any | None:
    """Return the index of a file; None when it is not there, is of other items, or ``faiss`` is not installed."""
    if not file.is_file() or not installed():
        return None
    import faiss

    try:
        index = faiss.read_index(str(file))
    except RuntimeError:  # it is damaged: search is exact until it is made again
        return None
    if index.ntotal != items:
        return None
    faiss.extract_index_ivf(index).nprobe = _LOOKED
    return index


def search(index: Any, towards: NDArray[np.float32], most: int) -> list[tuple[int, float]]:
    """Return the rows nearest to a vector, with their cosine, the nearest first; fewer when its cells hold no more."""
    cosines, rows = index.search(towards[None, :], min(most, index.ntotal))
    return [(int(row), float(cosine)) for row, cosine in zip(rows[0], cosines[0], strict=True) if row >= 0]
