"""Names that look the same are the same: the key by which label classes are compared and found."""

import re
import unicodedata

_INVISIBLE = re.compile(
    # Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties): joiners, direction marks, fillers, variation
    # selectors, tags
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"\s+")


def name_key(name: str) -> str:
    """Return what names have in common that differ by case, Unicode form, invisible characters or kinds of spaces.

    Caseless matching of canonical equivalents (Unicode 16, D145), without the characters that are not shown.
    """
    visible = _SPACES.sub(" ", _INVISIBLE.sub("", name)).strip()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", visible).casefold())
