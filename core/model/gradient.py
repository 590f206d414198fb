"""What each token of a pair pushes by integrated gradients (Sundararajan et al., 2017): quick, and rough."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.model.batch import pad
from core.model.onepass import Layout, OnePass

#: Points on the way from nothing to the words; each is a pass forward and one back.
STEPS = 4


def click_gradients(
    network: OnePass, history: NDArray[np.int32], candidate: NDArray[np.int32], pad_id: int, steps: int = STEPS
) -> NDArray[np.float64]:
    """Integrated gradients of a click's logit by the embeddings of the tokens.

    The way begins where every word is padding, [CLS] and [SEP] as they are. No hook is set on the network, so that
    others may use it at the same time.

    Returns
    -------
    numpy.ndarray
        float64 ``[H + C]``: the history's tokens, then the candidate's. They sum to about the logit minus that of
        the padding.
    """
    device = next(network.parameters()).device
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
    return np.asarray(pushes.sum(dim=-1)[0].detach().double().cpu().numpy())


@cache
def _integrated() -> Any:
    from captum.attr import IntegratedGradients

    return IntegratedGradients
