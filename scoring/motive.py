"""What's in it for them. Money alone is not an answer: a commission results from a partnership, it is no reason
for it.
"""

import re
import unicodedata

_WORD_PATTERN = re.compile(r"[^\W\d_]+")
# Plain word lists are easier to read than quoted ones.
_MONEY_WORDS = frozenset(
    """
    bonus bounty cash commission commissions cut discount dividend earnings fee fees finder finders income kickback
    margin markup money paid pay payaway payment payments payout percent percentage pct profit rebate remuneration
    retainer revenue reward share split
    eur euro euros gbp usd chf dollar dollars pound pounds pence cent cents
    """.split()  # noqa: SIM905
)
_FILLER_WORDS = frozenset(
    """
    a all also an and any are as at away be by can deal each earn earns every first for from get gets give given good
    have if in is it its just k lead leads m of off on only or other our out per plus s some success than that the their
    them then they this to up us we will win with won would you your
    month months monthly quarter quarterly year years yearly
    client clients customer customers introduction invoice order referral referrals sale sales
    one two three four five six seven eight nine ten fifteen twenty thirty forty fifty hundred thousand
    """.split()  # noqa: SIM905
)


def is_only_money(text: str) -> bool:
    """Return whether a text names nothing but payment: a commission, a fee, a percentage.

    Any word that is neither about money nor a filler counts as another reason. A text without a word about money is
    never "only money", however short.
    """
    words = [word.casefold() for word in _WORD_PATTERN.findall(text)]
    sign = any(letter == "%" or unicodedata.category(letter) == "Sc" for letter in text)
    speaks_of_money = sign or any(word in _MONEY_WORDS for word in words)
    return speaks_of_money and all(word in _MONEY_WORDS or word in _FILLER_WORDS for word in words)
