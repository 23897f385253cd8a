"""Prints the numbering plans of src/domain/phone/plans.txt, from libphonenumber's metadata."""

import itertools
import re

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

# What is shorter is dialled within a house or a town, where a country has longer numbers at all.
SHORTEST = 6
LONGEST = 15
# What is longer, before a number abroad, chooses a carrier.
LONGEST_PREFIX = 5
# What metadata says of numbers that are written otherwise within the country than abroad.
LOCAL = r"\((\[[\d-]+\]|\d)\\d\{(\d)\}\)\$\|?"
CARRIER = r"\(\?:(.*?)\)\(\?:\((.*)\)\(\\d\{10,11\}\)\)\?"
MOBILE = r"0\?\(\?:\((.*)\)(15)\)\?"
ONE = r"\1"


def expand(parsed):
    """Every text that a pattern of digits stands for."""
    texts = [""]
    for kind, what in parsed:
        name = str(kind)
        if name == "LITERAL":
            more = [chr(what)]
        elif name == "IN":
            more = [digit for digit in "0123456789" if any(holds(one, digit) for one in what)]
        elif name == "SUBPATTERN":
            more = expand(what[3])
        elif name == "BRANCH":
            more = [text for branch in what[1] for text in expand(branch)]
        elif name == "MAX_REPEAT":
            least, most, inner = what
            one = expand(inner)
            more = [
                "".join(several)
                for times in range(least, most + 1)
                for several in itertools.product(one, repeat=times)
            ]
        else:
            raise ValueError(f"{name} in a pattern of digits")
        texts = [start + end for start in texts for end in more]
    return texts


def expanded(pattern):
    return expand(re._parser.parse(pattern))


def holds(one, digit):
    kind, what = one
    if str(kind) == "LITERAL":
        return chr(what) == digit
    if str(kind) == "RANGE":
        return what[0] <= ord(digit) <= what[1]
    return str(what) == "CATEGORY_DIGIT"


def shortest(texts):
    """As few as say the same: where a text can go on with every digit, the text itself."""
    texts = set(texts)
    for length in range(max(map(len, texts)), 1, -1):
        for start in {text[:-1] for text in texts if len(text) == length}:
            every = {start + digit for digit in "0123456789"}
            if every <= texts:
                texts = texts - every | {start}
    plain = sorted(text for text in texts if len(text) <= LONGEST_PREFIX)
    return [text for text in plain if not any(text != at and text.startswith(at) for at in plain)]


def lengths(plan):
    """How long numbers are, and after + those that only what is dialled before them shows."""

    def possible(kind):
        most = LONGEST - len(str(plan.country_code))
        return {length for length in kind.possible_length if 0 < length <= most} if kind else set()

    usual = set()
    for kind in [plan.fixed_line, plan.mobile]:
        usual |= {length for length in possible(kind) if length >= SHORTEST} or possible(kind)
    rarer = set()
    for kind in [plan.toll_free, plan.voip, plan.personal_number]:
        rarer |= possible(kind)
    least = min(usual) if trunks(plan) else min(*usual, SHORTEST + 1)
    plain = usual | {length for length in rarer if length >= least}
    text = ",".join(map(str, sorted(plain)))
    behind = sorted(rarer - plain) if trunks(plan) else []
    return text + ("+" + ",".join(map(str, behind)) if behind else "")


def trunks(plan):
    """What is dialled before a number within the country, in the order in which it is looked for."""
    pattern = re.sub(LOCAL, "", plan.national_prefix_for_parsing or "")
    if carrier := re.fullmatch(CARRIER, pattern):
        return carriers(carrier[1], carrier[2])
    plain = [] if "(" in pattern else expanded(pattern)
    return sorted({plan.national_prefix or "", *plain} - {""}, key=lambda text: (-len(text), text))


def carriers(heads, names):
    """What is dialled where a carrier may be chosen behind it: without one first."""
    heads, names = expanded(heads), expanded(names)
    return heads + [head + name for head in heads for name in sorted(names)]


def within(plan):
    """How numbers are written within the country alone, or nothing.

    `268/7/457`: those of 7 digits that begin with 4, 5 or 7 have 268 before them abroad.
    `15>9/11,220`: a 15 behind the area is a 9 before it abroad; areas of four digits are not named.
    """
    pattern, rule = plan.national_prefix_for_parsing or "", plan.national_prefix_transform_rule or ""
    local, mobile = re.match(LOCAL, pattern), re.fullmatch(MOBILE, pattern)
    if local:
        first = "".join(sorted(expanded(local[1])))
        return f" {rule.removesuffix(ONE)}/{1 + int(local[2])}/{first}"
    if mobile:
        areas = sorted(area for area in expanded(mobile[1]) if len(area) < 4)
        return f" {mobile[2]}>{rule.removesuffix(ONE)}/{','.join(areas)}"
    return ""


for region in sorted(phonenumbers.SUPPORTED_REGIONS):
    plan = PhoneMetadata.metadata_for_region(region)
    abroad = shortest(expanded(plan.international_prefix))
    print(
        region,
        plan.country_code,
        ",".join(trunks(plan)) or "-",
        lengths(plan),
        ",".join(abroad) + within(plan),
    )
