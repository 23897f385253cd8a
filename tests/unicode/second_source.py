"""What Python's own `unicodedata` says of every code point, for tests that check the gate.

Prints Python's version of Unicode, then `first last kind` for each run of code points. Shares
nothing with make_table.py: Default_Ignorable_Code_Point, which `unicodedata` does not know, is
told by category and name.
"""

import re
import sys
import unicodedata

IGNORABLE = re.compile(r"HANGUL.* FILLER$|GRAPHEME JOINER|VOWEL INHERENT")
SELECTOR = re.compile(r"VARIATION SELECTOR")


def kind(point):
    c = chr(point)
    category = unicodedata.category(c)
    if point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
        return "never"
    if category == "Cn":
        return "unassigned"
    if category in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"):
        return "hidden"
    name = unicodedata.name(c, "")
    if SELECTOR.search(name):
        return "selector"
    if IGNORABLE.search(name):
        return "hidden"
    if category in ("Mn", "Me"):
        return "mark"
    if category == "Mc":
        return "spacing"
    return "letter" if category.startswith("L") else "other"


print(unicodedata.unidata_version)
start, current = 0, kind(0)
for point in range(1, sys.maxunicode + 2):
    here = kind(point) if point <= sys.maxunicode else None
    if here != current:
        print(f"{start:x} {point - 1:x} {current}")
        start, current = point, here
