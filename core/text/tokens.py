"""Token ids of short texts, computed once each and gathered ever after."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

#: Tokens kept of one text, and characters read of it: what is longer is cut.
LONGEST, READ = 64, 1000


class TokenCache:
    """Token ids without special tokens, remembered by text; safe to share between threads.

    What people type is text and nothing else: "[SEP]" in a title is spelt with brackets and
    letters, never read as the token that ends a sequence.

    Not for unbounded input: it lives as long as a scoring or training run and holds the titles
    of the shop, the template's phrases and the searches.

    Parameters
    ----------
    tokenizer
        A BERT tokenizer with [CLS] and [SEP].
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self.cls = _id(tokenizer, tokenizer.cls_token)
        self.sep = _id(tokenizer, tokenizer.sep_token)
        self.pad = _id(tokenizer, tokenizer.pad_token)
        self._ids: dict[str, tuple[int, ...]] = {"": ()}
        self._lock = threading.Lock()

    def learn(self, texts: Iterable[str]) -> None:
        """Tokenise every text that is not known yet, in one batch."""
        wanted = list(dict.fromkeys(texts))
        with self._lock:  # a fast tokenizer refuses two threads at once
            new = [text for text in wanted if text not in self._ids]
            if not new:
                return
            read = [text[:READ].encode("utf-8", "replace").decode() for text in new]
            encoded = self.tokenizer(read, add_special_tokens=False, split_special_tokens=True)
            found = (tuple(ids[:LONGEST]) for ids in encoded["input_ids"])
            self._ids.update(zip(new, found, strict=True))

    def ids(self, text: str) -> tuple[int, ...]:
        """Token ids of one text."""
        if text not in self._ids:
            self.learn([text])
        return self._ids[text]


def _id(tokenizer: PreTrainedTokenizerBase, token: str) -> int:
    found = tokenizer.convert_tokens_to_ids(token)
    if not isinstance(found, int):
        raise TypeError(f"{token!r} is not one token.")
    return found
