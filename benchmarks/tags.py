"""What encoder and glossary are worth for tags, each alone and together, beside LightGBM, on the demo's last days.

``python -m benchmarks.tags [--workspace DIR] [--model NAME]`` reads the shoppers that the model's card judges tags on,
lets either half of the model speak alone, and prints mean average precision by family of tags. LightGBM's figures are
those of the card, on the same shoppers. It writes ``benchmarks/results/tags.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from benchmarks._record import write
from core.config import DEMO_WORKSPACE, TrainSettings
from core.model import base, checkpoint
from core.model.batch import term_keys
from core.model.predict import logits
from core.store.workspace import Workspace
from core.train import sets
from core.train.run import words_writer
from core.train.splits import Splits

RESULTS = Path(__file__).parent / "results"
Floats = NDArray[np.float64]


def measure(workspace: Workspace, name: str) -> pd.DataFrame:
    """Mean average precision by family, of each half of the model, of the whole, and of LightGBM."""
    from sklearn.metrics import average_precision_score

    model = checkpoint.load(workspace.models / name, "cpu")
    info, network = model.info, model.network
    if network.tag_glossary is None:
        raise SystemExit(f"The model {name} has no glossary of tags. Train it anew.")
    reader, specs = workspace.reader(), list(info.tags)
    writer = words_writer(reader, base.locate(info.base)[0], info.text)
    part = sets.test(reader, writer, specs, Splits.from_plain(info.data["splits"]), TrainSettings(**info.settings)).tags
    packs = [example.pack for example in part.examples]
    whole = logits(network, packs, model.tokenizer.pad_token_id or 0)[1]
    with torch.inference_mode():
        words = network.tag_glossary.of_pasts(term_keys([pack.terms for pack in packs])[0]).double().numpy()
    labels, rows = part.labels.to_numpy(float), list[dict[str, Any]]()
    lightgbm = {row["key"]: row["ap_lightgbm"] for row in info.tag_table}
    for i, spec in enumerate(specs):
        known = ~np.isnan(labels[:, i])
        if not 0 < labels[known, i].sum() < known.sum():
            continue
        rows.append({"family": spec.family, "LightGBM": lightgbm[spec.key], **{
            who: float(average_precision_score(labels[known, i], told[known, i]))
            for who, told in (("encoder", 2 * whole - words), ("glossary", words), ("both", whole))}})
    found = pd.DataFrame(rows)
    every = found.drop(columns="family").astype(float)
    return pd.concat([every.groupby(found["family"]).mean(), every.mean().to_frame("all tags").T]).T


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--model", default="demo")
    parser.add_argument("--out", type=Path, default=RESULTS / "tags.json")
    given = parser.parse_args()
    found = measure(Workspace.open(given.workspace), given.model)
    print(found.round(3).to_string())
    write(given.out, {"rows": found.to_dict(orient="index")})


if __name__ == "__main__":
    main()
