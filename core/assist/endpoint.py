"""An OpenAI-compatible endpoint that words answers, where one is configured; off as usual.

It is told nothing of the shopper, and no title: items are to it numbers with their category, brand, price and reasons.
So what a title says cannot steer it, and it cannot retell one. What it writes is checked by ``core.assist.checked``.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from core.errors import InputError
from core.language import say

#: Bytes of an answer that are read at most.
_MOST = 65_536
_TOKENS = 300


class Unworded(Exception):
    """The endpoint gave nothing that can be used; the message is a sentence that says why."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody to another address: the key would go there too."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


@dataclass(frozen=True)
class Endpoint:
    """Where answers are worded.

    Attributes
    ----------
    url
        Base of the interface, as clients of it are told: ``http://localhost:11434/v1``.
    model
        Name of the language model.
    key
        Sent as a bearer token, if there is one; it is shown nowhere.
    seconds
        How long an answer may take.
    """

    url: str
    model: str
    key: str = ""
    seconds: float = 8.0

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, {self.model!r})"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Endpoint | None:
        """Return what SHOPPERLENS_ASSISTANT_URL, _MODEL, _KEY and _SECONDS say; None without an address.

        Raises
        ------
        InputError
            When they cannot be used.
        """
        url = env.get("SHOPPERLENS_ASSISTANT_URL", "").strip().rstrip("/")
        if not url:
            return None
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise InputError(say("SHOPPERLENS_ASSISTANT_URL should be an address such as http://localhost:11434/v1."))
        model = env.get("SHOPPERLENS_ASSISTANT_MODEL", "").strip()
        if not model:
            raise InputError(say("Name the language model of SHOPPERLENS_ASSISTANT_URL in "
                                 "SHOPPERLENS_ASSISTANT_MODEL."))
        said = env.get("SHOPPERLENS_ASSISTANT_SECONDS", "").strip() or "8"
        try:
            seconds = float(said)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 120:
            raise InputError(say("SHOPPERLENS_ASSISTANT_SECONDS is {said!r}; it should be seconds, up to 120.",
                                 said=said))
        return cls(url, model, env.get("SHOPPERLENS_ASSISTANT_KEY", "").strip(), seconds)

    def complete(self, system: str, user: str) -> str:
        """Return what the language model writes.

        Raises
        ------
        Unworded
            When it cannot be reached, refuses, takes too long, or answers otherwise than such an interface does.
        """
        body = {"model": self.model, "temperature": 0, "max_tokens": _TOKENS, "messages": [
            {"role": "system", "content": system}, {"role": "user", "content": user}]}  # fmt: skip
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        request = urllib.request.Request(
            f"{self.url}/chat/completions", json.dumps(body).encode(), headers, method="POST"
        )
        try:
            content = json.loads(self._read(request))["choices"][0]["message"]["content"]
        except urllib.error.HTTPError as error:
            error.close()
            raise Unworded(say("The language model's server refused (HTTP {code}).", code=error.code)) from error
        except TimeoutError as error:
            raise Unworded(say("The language model did not answer within {seconds:g} seconds.",
                               seconds=self.seconds)) from error
        except (OSError, http.client.HTTPException) as error:
            late = isinstance(getattr(error, "reason", None), TimeoutError)
            why = (say("The language model did not answer within {seconds:g} seconds.", seconds=self.seconds) if late
                   else say("The language model could not be reached."))  # fmt: skip
            raise Unworded(why) from error
        except (ValueError, LookupError, TypeError) as error:
            raise Unworded(say("The language model's server answered in a form that is not understood.")) from error
        if not isinstance(content, str):
            raise Unworded(say("The language model's server answered in a form that is not understood."))
        return content

    def _read(self, request: urllib.request.Request) -> bytes:
        """Return the answer; it may take ``seconds`` in all, however slowly it trickles in."""
        until, read = time.monotonic() + self.seconds, b""
        with urllib.request.build_opener(_Stay).open(request, timeout=self.seconds) as answer:
            while piece := answer.read1(8_192):
                read += piece
                if time.monotonic() > until:
                    raise TimeoutError
                if len(read) > _MOST:
                    raise ValueError
        return read
