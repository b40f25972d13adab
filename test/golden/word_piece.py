"""BERT's BasicTokenizer and WordPiece as published, by Python's unicodedata: an implementation of its own for the scripts
that make reference values.
"""
import unicodedata


def ideograph(c):
    return any(a <= ord(c) <= b for a, b in (
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF),
        (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)))


def sign(c):
    return unicodedata.category(c)[0] == "P" or (ord(c) < 128 and c.isprintable() and not c.isalnum() and c != " ")


def in_canonical_order(word):
    """Combining characters that follow each other by their class."""
    ordered, run = [], []
    for d, place in word + [("a", -1)]:
        if unicodedata.combining(d):
            run.append((d, place))
        else:
            ordered += sorted(run, key=lambda pair: unicodedata.combining(pair[0])) + [(d, place)]
            run = []
    return ordered[:-1]


def words(text, lower):
    """Lists of (character, place in the text)."""
    found, word = [], []
    for place, c in enumerate(text):
        if c in "\t\n\r" or unicodedata.category(c) in ("Zs", "Zl", "Zp"):
            found.append(word)
            word = []
        elif c == "\ufffd" or unicodedata.category(c) in ("Cc", "Cf"):
            continue
        elif ideograph(c):
            found += [word, [(c, place)]]
            word = []
        else:
            word.append((c, place))
    found.append(word)
    for word in found:
        if lower:
            word = [(d, place) for c, place in word for d in unicodedata.normalize("NFD", c.lower())]
            word = [pair for pair in in_canonical_order(word) if unicodedata.category(pair[0]) != "Mn"]
        part = []
        for c, place in word + [(" ", -1)]:
            if c == " " or sign(c):
                if part:
                    yield part
                if c != " ":
                    yield [(c, place)]
                part = []
            else:
                part.append((c, place))


def span(first, last):
    return min(first[1], last[1]), max(first[1], last[1]) + 1


def numbered(vocabulary):
    return {piece: i for i, piece in enumerate(vocabulary)}


def tokens(text, ids, lower):
    """Rows (id, start, stop) by the ids of the pieces; [CLS] and [SEP] with None."""
    rows = []
    for word in words(text, lower):
        pieces, at = [], 0
        while at < len(word) and len(word) <= 100:
            for end in range(len(word), at, -1):
                piece = ("##" if at else "") + "".join(c for c, _ in word[at:end])
                if piece in ids:
                    break
            else:
                break
            pieces.append((ids[piece], *span(word[at], word[end - 1])))
            at = end
        rows += pieces if at == len(word) else [(ids["[UNK]"], *span(word[0], word[-1]))]
    return [(ids["[CLS]"], None, None)] + rows + [(ids["[SEP]"], None, None)]
