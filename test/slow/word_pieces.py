"""Texts of all scripts and a vocabulary of pieces of them, for word_pieces.sh: word_pieces.py FOLDER COUNT REAL SEED.

Writes the files of a tiny encoder to FOLDER and rows (text, pieces as id:start:stop) to FOLDER/texts.csv: COUNT random
texts, and at most REAL of the message catalogs of the system's programs, by test/golden/word_piece.py.
"""
import csv
import gettext
import json
import random
import struct
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "golden"))
from word_piece import numbered, tokens, words

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ENTRIES = 30000
WIDTH, POSITIONS = 4, 512
# blocks with accents, signs, spaces of all widths, ideographs, syllables, scripts from right to left, symbols, controls
BLOCKS = [(0x20, 0x7F)] * 6 + [(0x1, 0x20), (0x7F, 0x250), (0xA0, 0x180), (0x250, 0x370), (0x300, 0x370), (0x370, 0x530), (0x5B0, 0x700), (0x900, 0xE80), (0x1100, 0x1200),
          (0x1E00, 0x2000), (0x2000, 0x2070), (0x20A0, 0x2200), (0x2E80, 0x3130), (0x3040, 0x3100), (0x3400, 0x4DC0), (0x4E00, 0x4F00), (0x4E00, 0xA000),
          (0xA640, 0xA830), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFB00, 0x10000), (0x10400, 0x10450), (0x1D100, 0x1D200), (0x1D157, 0x1D173), (0x1F300, 0x1F650), (0x20000, 0x2A6E0)]


def is_clear(c):
    """Not assigned, private, half a pair, or the sigma that other programs lower-case by its place."""
    return unicodedata.category(c) not in ("Cn", "Co", "Cs") and c != "\u03a3"


def random_text(draw):
    blocks = draw.choices(BLOCKS, k=draw.randint(1, 3))
    length = draw.choice([1, 3, 8, 20, 40]) if draw.random() < 0.99 else 250
    text = "".join(chr(draw.randrange(*draw.choice(blocks))) if draw.random() < 0.85 else draw.choice("  aeniorst.-") for _ in range(length))
    return "".join(c for c in text if is_clear(c))


def real_texts(most):
    found = set()
    for path in sorted(Path("/usr/share/locale").glob("*/LC_MESSAGES/*.mo")):
        if len(found) >= 20 * most:
            break
        try:
            with open(path, "rb") as file:
                messages = gettext.GNUTranslations(file)._catalog.values()
        except (OSError, ValueError, LookupError):
            continue
        found.update(m for m in list(messages)[1:40] if isinstance(m, str) and m and "\0" not in m and all(map(is_clear, m)))
    found = sorted(found)
    return found[::max(1, len(found) // max(most, 1))][:most]


def vocabulary_of(texts, draw):
    """Characters and pieces of the words of some texts."""
    pieces = set()
    while len(pieces) < ENTRIES - len(SPECIAL):
        for word in words(draw.choice(texts), True):
            letters = "".join(c for c, _ in word)
            start = draw.choice([0, draw.randrange(len(letters))])
            end = min(start + draw.choice([1, 1, 2, 3, 6]), len(letters))
            pieces.add(("##" if start else "") + letters[start:end])
    return SPECIAL + sorted(pieces - set(SPECIAL))[:ENTRIES - len(SPECIAL)]


def write_encoder(folder, vocabulary):
    config = {"model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": WIDTH,
              "max_position_embeddings": POSITIONS, "vocab_size": len(vocabulary), "type_vocab_size": 1, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    shapes = {"embeddings.word_embeddings.weight": (len(vocabulary), WIDTH), "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
              "embeddings.token_type_embeddings.weight": (1, WIDTH)}
    names = ["attention.self." + part for part in ("query", "key", "value")] + ["attention.output.dense", "intermediate.dense", "output.dense"]
    for name in ["encoder.layer.0." + name for name in names]:
        shapes[name + ".weight"], shapes[name + ".bias"] = (WIDTH, WIDTH), (WIDTH,)
    for name in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        shapes[name + ".LayerNorm.weight"] = shapes[name + ".LayerNorm.bias"] = (WIDTH,)
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(at))
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")


def main():
    folder, count, real, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    draw = random.Random(seed)
    texts = real_texts(real)
    texts += [random_text(draw) for _ in range(count)]
    vocabulary = vocabulary_of(texts, draw)
    ids = numbered(vocabulary)
    write_encoder(folder, vocabulary)
    with open(folder / "texts.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL)
        for text in texts:
            out.writerow([text, " ".join("%d:%d:%d" % row for row in tokens(text, ids, True)[1:-1][:POSITIONS - 2])])
    print(len(texts) - count)


main()
