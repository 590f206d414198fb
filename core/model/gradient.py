"""What each token of a pair pushes by integrated gradients (Sundararajan et al., 2017): quick, and rough."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.model.batch import pad
from core.model.glossary import Glossary
from core.model.onepass import Layout, OnePass
from core.model.predict import Pack

#: Points on the way from nothing to the words; each is a pass forward and one back.
STEPS = 4
#: The same for the glossary, which costs next to nothing.
_TERM_STEPS = 32


def click_gradients(network: OnePass, pack: Pack, pad_id: int, steps: int = STEPS) -> NDArray[np.float64]:
    """Integrated gradients of a click's logit by the embeddings of the tokens, and by the terms of the glossary.

    The way begins where every word is padding, [CLS] and [SEP] as they are. No hook is set on the network, so that
    others may use it at the same time. What a term pushes is shared evenly among its tokens.

    Parameters
    ----------
    pack
        A history and one candidate.

    Returns
    -------
    numpy.ndarray
        float64 ``[H + C]``: the history's tokens, then the candidate's. They sum to about the logit minus that of
        the padding.
    """
    device = next(network.parameters()).device
    history, (candidate,) = pack.history, pack.candidates
    batch = pad([history], [[candidate]], pad_id).to(device)
    ids, keep, places = batch.flat()
    h, c = len(history), len(candidate)
    special = torch.zeros_like(keep)
    special[:, [0, h - 1, h, h + c - 1]] = True
    table = network.encoder.get_input_embeddings()
    with torch.no_grad():
        words, nothing = table(ids), table(torch.where(special, ids, pad_id))
    settings: dict[str, Any] = {
        "attention_mask": keep[:, None, None, :], "position_ids": places,
        "token_type_ids": (torch.arange(h + c, device=device) >= h).long()[None],
        "layout": Layout((1, h, 1, c), torch.arange(h + c, device=device)),
    }
    prefix = getattr(network, "prefix", None)
    if prefix is not None:
        settings["prefix"] = prefix.weight

    def click(embedded: torch.Tensor) -> torch.Tensor:
        hidden = network.encoder(inputs_embeds=embedded, **settings).last_hidden_state
        logits: torch.Tensor = network.click_head(hidden[:, h].float()).squeeze(-1)
        return logits

    pushes = _integrated()(click).attribute(words, nothing, n_steps=steps, internal_batch_size=1)
    found = np.asarray(pushes.sum(dim=-1)[0].detach().double().cpu().numpy())
    if network.glossary is not None and pack.terms:
        found += _of_terms(network.glossary, pack)
    return found


def _of_terms(glossary: Glossary, pack: Pack) -> NDArray[np.float64]:
    """What each token pushes by its terms: they only meet as a sum, along which the gradient is followed."""
    device = glossary.table.weight.device
    keys = torch.from_numpy(np.concatenate([terms.keys for terms in pack.terms])).to(device)
    with torch.no_grad():
        vectors = glossary.table(glossary.rows(keys))
    way = (torch.arange(_TERM_STEPS, device=device) + 0.5)[:, None] / _TERM_STEPS * vectors.sum(dim=0)
    way.requires_grad_(True)
    (slopes,) = torch.autograd.grad(glossary.odds(way).sum(), way)
    pushes = (vectors @ slopes.mean(dim=0)).double().cpu().numpy()
    found, ends = np.zeros(len(pack.history) + len(pack.candidates[0])), np.cumsum([0, len(pack.history)])
    spans = [(begin + start, begin + stop) for begin, terms in zip(ends, pack.terms, strict=True)
             for start, stop in zip(terms.starts, terms.stops, strict=True)]
    for (start, stop), push in zip(spans, pushes, strict=True):
        found[start:stop] += push / (stop - start)
    return found


@cache
def _integrated() -> Any:
    from captum.attr import IntegratedGradients

    return IntegratedGradients
