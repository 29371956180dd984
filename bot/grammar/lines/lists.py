"""Lists of words and phrases as they are written down in the modules of this package."""


def words(text: str) -> frozenset[str]:
    """The words of a text: `"call lunch"`."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """The phrases between the commas of a text, each as its words: `"no answer, left a message"`."""
    return tuple(tuple(phrase.split()) for phrase in text.split(","))
