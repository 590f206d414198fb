"""Tells the encoding of a text that is not Unicode by the letters of languages that come out of its bytes.

Read in a wrong encoding, a text has letters that its language lacks, capitals within words, and signs between letters.
How likely each reading is adds up over the words of a text; the likeliest wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

#: Words that are looked at; more make it no surer.
_WORDS = 500
_WORD = re.compile(rb"[^\x00-\x20,;\"]*[\x80-\xff][^\x00-\x20,;\"]*")
#: By how much (natural logarithms) the likeliest reading is likelier than others if it is sure, and how unlikely a
#: byte is at most, on average, in a text of these encodings.
_SURE, _LEAST = 4.0, -4.7

_WESTERN = {
    "de": "üäöß", "fr": "éèàêçâîôûùëïœüÿ", "es": "óíáéñúü", "pt": "ãçéáóíêõâúôà", "it": "àèùòìé", "sv": "äåöé",
    "da": "øåæé", "fi": "äöå", "nl": "ëéïöüèó", "ca": "àéóíçèòúïü", "is": "áíðóþöéúæý",
}
_EASTERN = {
    "pl": "łąężóśćńź", "cs": "íáéěřčšžýůúňťďó", "sk": "áíéčýúšľžťôňďóäĺŕ", "hu": "áéöőóíüúű", "hr": "čšžćđ",
    "ro": "ăîşţâ",
}
_TURKISH = {"tr": "ışçüğöİâîû"}
_CYRILLIC = {
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", "uk": "оаинвіеркстлудпмзяьбгйчїхцюжєшщфґ",
    "bg": "аоеинтрсвлкдпмузягбчщжцъхйшфюь",
}
_GREEK = {"el": "ατοιεσνηυρπκμλςίόωάδέγήύθχφβώξζψϊϋΐΰ"}
_HEBREW = {"he": "יוהלארתבםמשנעדקחצפגטכסןזךץף"}
_ARABIC = {"ar": "اليمنورتبةعدسفهكقأحجشصىخطإضغذزءثئظآؤ"}
_THAI = {"th": "านรอกเงมยลวดทสตปบคหแจพชขใไผโธณศซถฟฉภ่้ัีิ์ืุู็ๆ"}
#: Encoding → how unusual it is, and who writes in it: their letters beyond ASCII, the most frequent first.
_ALPHABETS: Mapping[str, tuple[float, Mapping[str, str]]] = {
    "cp1252": (0, _WESTERN), "iso8859-15": (2, _WESTERN), "cp850": (6, _WESTERN), "mac-roman": (6, _WESTERN),
    "cp1250": (1, _EASTERN), "iso8859-2": (3, _EASTERN), "cp852": (6, _EASTERN), "cp1254": (1, _TURKISH),
    "cp1257": (2, {"lt": "ėšųįžūčąę", "lv": "āīēšņūļķčģž", "et": "äõüöšž"}),
    "cp1258": (2, {"vi": "̣̀́̉̃đươăâêôàáéèíóúùảã"}), "cp1251": (1, _CYRILLIC), "koi8-u": (4, _CYRILLIC),
    "iso8859-5": (4, _CYRILLIC), "cp866": (5, _CYRILLIC), "cp1253": (1, _GREEK), "iso8859-7": (3, _GREEK),
    "cp1255": (1, _HEBREW), "cp1256": (1, _ARABIC), "iso8859-6": (3, _ARABIC), "cp874": (1, _THAI),
}


class _Pairs(NamedTuple):
    """An encoding of two bytes a letter: how unusual it is, and the first bytes of its common letters and its signs."""

    unusual: float
    common: tuple[int, int]
    signs: tuple[int, int]
    second: int = 0x40  # least second byte of both
    letter: float = -6.3  # how likely one of the common letters is


_PAIRS: Mapping[str, _Pairs] = {
    "gb18030": _Pairs(0, (0xB0, 0xD7), (0xA1, 0xA3), 0xA1), "big5": _Pairs(1, (0xA4, 0xC6), (0xA1, 0xA3)),
    "cp932": _Pairs(1, (0x88, 0x98), (0x81, 0x82)), "euc_jp": _Pairs(2, (0xB0, 0xCF), (0xA1, 0xA3)),
    "cp949": _Pairs(3, (0xB0, 0xC8), (0xA1, 0xA3), 0xA1, -5.8),
}  # fmt: skip
PAIRED = frozenset(_PAIRS)
ENCODINGS = (*_ALPHABETS, *_PAIRS)
_SIGNS, _MONEY, _APOSTROPHES = "–—‘’“”„…«»°·•™®©§½¼¾×²³ºª¿¡\u00a0№", "€£¥", "’‘·"
_KANA, _SIGN, _RARE = -4.0, -4.5, -11.0
_FOREIGN = 2.5  # what a word of another language is less likely


class Told(NamedTuple):
    """An encoding, and whether no other is nearly as likely to be meant."""

    encoding: str
    sure: bool


def tell(text: bytes) -> Told | None:
    """Tell the encoding of a text by its bytes beyond ASCII; None when it looks like none of those that are known."""
    words = list(dict.fromkeys(_WORD.findall(text)))[:_WORDS]
    found = sorted((-_likely(read, encoding), encoding) for encoding, read in _readings(words).items())
    if not found:
        return None
    least, best = found[0]
    mine = [word.decode(best) for word in words]
    beyond = sum(letter > "\x7f" for word in mine for letter in word)
    if -least < _LEAST * beyond * (2 if best in PAIRED else 1):
        return None
    rivals = [score for score, encoding in found if [word.decode(encoding) for word in words] != mine]
    return Told(best, not rivals or rivals[0] - least >= _SURE)


def _readings(words: Sequence[bytes]) -> dict[str, list[str]]:
    """Every encoding in which all words can be read, and how they read in it."""
    readings = {}
    for encoding in ENCODINGS:
        try:
            readings[encoding] = [word.decode(encoding) for word in words]
        except UnicodeDecodeError:
            continue
    return readings


def _likely(words: Sequence[str], encoding: str) -> float:
    """How likely words are (natural logarithm) in the language that they fit best; some may be of others."""
    if encoding in _PAIRS:
        pairs, beyond = _PAIRS[encoding], (letter for word in words for letter in word if letter > "\x7f")
        return sum(_pair(letter, encoding, pairs) for letter in beyond) - pairs.unusual
    unusual, languages = _ALPHABETS[encoding]
    likely = [[_word(word, _weights(letters)) for word in words] for letters in languages.values()]
    others: list[float] = [max(each) - _FOREIGN for each in zip(*likely, strict=True)]
    return max(sum(max(pair) for pair in zip(own, others, strict=True)) for own in likely) - unusual


def _pair(letter: str, encoding: str, pairs: _Pairs) -> float:
    if "\u3040" <= letter <= "\u30ff" and encoding in ("cp932", "euc_jp"):
        return _KANA
    first, second, *more = *letter.encode(encoding, "ignore"), 0, 0
    if second < pairs.second or len(more) > 2:
        return _RARE
    common, signs = (least <= first <= most for least, most in (pairs.common, pairs.signs))
    return pairs.letter if common else _SIGN if signs else _RARE


@cache
def _weights(letters: str) -> Mapping[str, float]:
    """How likely each letter of an alphabet is among its letters: the n-th by 1 / (n + 1), as words go."""
    shares = {letter: 1 / (place + 2) for place, letter in enumerate(letters)}
    return {letter: math.log(share / sum(shares.values())) for letter, share in shares.items()}


def _word(word: str, alphabet: Mapping[str, float]) -> float:
    latin = min(alphabet) < "\u0370"
    around = zip(" " + word, word, word[1:] + " ", strict=False)
    return sum(_letter(*near, alphabet, latin) for near in around if near[1] > "\x7f")


def _letter(before: str, letter: str, after: str, alphabet: Mapping[str, float], latin: bool) -> float:
    """How likely a letter is where it stands."""
    if letter in _MONEY:
        return -2.0 if before.isdigit() or after.isdigit() else -3.5
    if letter in _SIGNS:
        return _SIGN - 4 * (letter not in _APOSTROPHES and before.isalpha() and after.isalpha())
    small = letter if letter in alphabet else letter.lower()
    if small not in alphabet:
        return -9.0
    likely = alphabet[small] - 3 * (before.isdigit() or after.isdigit())
    if letter.isupper():
        likely -= 6 if before.islower() else 1
    if latin:
        return likely - 0.5 * (before > "\x7f" and before.isalpha())
    return likely - 3 * any(near.isalpha() and near < "\x7f" for near in (before, after))
