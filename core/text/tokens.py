"""Token ids of short texts, computed once each and gathered ever after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class TokenCache:
    """Token ids without special tokens, remembered by text.

    Not for unbounded input: it lives as long as a scoring or training run and holds the titles
    of the shop, the template's phrases and the searches.

    Parameters
    ----------
    tokenizer
        A BERT tokenizer with [CLS] and [SEP].
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self.cls = int(tokenizer.convert_tokens_to_ids(tokenizer.cls_token))
        self.sep = int(tokenizer.convert_tokens_to_ids(tokenizer.sep_token))
        self.pad = int(tokenizer.convert_tokens_to_ids(tokenizer.pad_token))
        self._ids: dict[str, tuple[int, ...]] = {"": ()}

    def learn(self, texts: Iterable[str]) -> None:
        """Tokenise every text that is not known yet, in one batch."""
        new = [text for text in dict.fromkeys(texts) if text not in self._ids]
        if not new:
            return
        encoded = self.tokenizer(new, add_special_tokens=False, truncation=True, max_length=64)
        self._ids.update(zip(new, map(tuple, encoded["input_ids"]), strict=True))

    def ids(self, text: str) -> tuple[int, ...]:
        """Token ids of one text."""
        if text not in self._ids:
            self.learn([text])
        return self._ids[text]
