#!/usr/bin/python3
"""Two small encoders of BERT's kind with drawn weights, as files of model hubs, and what they say of texts.

By numpy in double precision, and by word_piece.py: bert.h and bert.sql.

"lower" has single precision, lower case, a pooler, GELU by the error function, one tensor that nobody needs; "cased" has
bfloat16 and half precision in two files with an index, names with "bert." and LayerNorm.gamma, and GELU by tanh.  Some
dimensions are outliers, as in trained encoders.
"""
import json
import math
import struct

import numpy as np

from form import Set, draws
from word_piece import numbered, tokens

WIDTH, HEADS, LAYERS, HIDDEN, POSITIONS = 8, 2, 2, 12, 16

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = {
    "lower": SPECIAL + "the bank ##s rais ##ed rate un cafe up ##up 中 国 石 ᄀ ##ᅡ . , $ 100 € ß ##- i".split(),
    "cased": ["[UNK]", "[SEP]", "[CLS]", "[PAD]"] + "The the bank ##s Café É cafe up 中 国 . , ' İ ##ing Up".split(),
}
TEXTS = ["The banks raised the rate.", "", "Café café CAFÉ, É", "中国石油 up", "un\u0000up\u200b\tup\u00a0up", "가 i İ ß €-",
         "$100,100 ups' nonsense bank", "bank " * 30, "u" * 101 + " up " + "up" * 50, "\U00020000中 ups\u0301 x"]
ENTITIES = [("lower", TEXTS[0], "banks"), ("lower", TEXTS[0], "the banks raised"), ("lower", "up the bank, the bank.", "the bank"),
            ("cased", "The café bank", "café"), ("lower", "up " * 20 + "bank", "bank")]


# ---- the encoder ----

def norm(x, weight, bias, epsilon):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + epsilon) * weight + bias


def gelu(x, exact):
    if exact:
        return x * np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)))(x)
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def hidden_state(ids, w, exact, epsilon):
    def linear(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    e = "embeddings."
    x = w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][:len(ids)] + w[e + "token_type_embeddings.weight"][0]
    x = norm(x, w[e + "LayerNorm.weight"], w[e + "LayerNorm.bias"], epsilon)
    for layer in range(LAYERS):
        p = f"encoder.layer.{layer}."
        q, k, v = (linear(x, p + f"attention.self.{n}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for n in ("query", "key", "value"))
        s = q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH / HEADS)
        s = np.exp(s - s.max(-1, keepdims=True))
        context = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), WIDTH)
        x = norm(x + linear(context, p + "attention.output.dense"), w[p + "attention.output.LayerNorm.weight"], w[p + "attention.output.LayerNorm.bias"], epsilon)
        h = linear(gelu(linear(x, p + "intermediate.dense"), exact), p + "output.dense")
        x = norm(x + h, w[p + "output.LayerNorm.weight"], w[p + "output.LayerNorm.bias"], epsilon)
    return x


def drawn_weights(random, words_known, pooler):
    def dense(name, rows, columns):
        shapes[name + ".weight"] = (rows, columns)
        shapes[name + ".bias"] = (rows,)

    shapes = {"embeddings.word_embeddings.weight": (words_known, WIDTH), "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
              "embeddings.token_type_embeddings.weight": (2, WIDTH), "embeddings.LayerNorm.weight": (WIDTH,), "embeddings.LayerNorm.bias": (WIDTH,)}
    for layer in range(LAYERS):
        p = f"encoder.layer.{layer}."
        for name in ("query", "key", "value"):
            dense(p + "attention.self." + name, WIDTH, WIDTH)
        dense(p + "attention.output.dense", WIDTH, WIDTH)
        shapes[p + "attention.output.LayerNorm.weight"] = shapes[p + "attention.output.LayerNorm.bias"] = (WIDTH,)
        dense(p + "intermediate.dense", HIDDEN, WIDTH)
        dense(p + "output.dense", WIDTH, HIDDEN)
        shapes[p + "output.LayerNorm.weight"] = shapes[p + "output.LayerNorm.bias"] = (WIDTH,)
    if pooler:
        dense("pooler.dense", WIDTH, WIDTH)
    w = {}
    for name, shape in shapes.items():
        w[name] = random.standard_normal(shape) * (0.3 if len(shape) == 2 else 0.2) + ("LayerNorm.weight" in name)
        if "LayerNorm.weight" in name:
            w[name][3] *= 5
    return w


# ---- files ----

def stored(values, kind):
    """Bytes, and the values that they stand for."""
    if kind == "F32":
        kept = values.astype("<f4")
        return kept.tobytes(), kept.astype(float)
    if kind == "F16":
        kept = values.astype("<f2")
        return kept.tobytes(), kept.astype(float)
    kept = (values.astype("<f4").view("<u4") >> 16).astype("<u2")
    return kept.tobytes(), (kept.astype("<u4") << 16).view("<f4").astype(float)


def safetensors(tensors, pad):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, (kind, shape, content) in tensors.items():
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8 if pad else (len(text) + 1) % 2)
    return struct.pack("<Q", len(text)) + text + data


def encoder(name, random):
    lower = name == "lower"
    vocabulary = VOCABULARY[name]
    drawn = drawn_weights(random, len(vocabulary) + 2, lower)
    tensors, kept = [{}, {}], {}
    for n, (key, values) in enumerate(drawn.items()):
        kind = "F32" if lower else ("BF16", "F16")[n % 2]
        content, kept[key] = stored(values, kind)
        told = key if lower else "bert." + key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        tensors[0 if lower or n % 3 else 1][told] = kind, values.shape, content
    config = {"model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": HIDDEN,
              "max_position_embeddings": POSITIONS, "vocab_size": len(vocabulary) + 2, "type_vocab_size": 2, "position_embedding_type": "absolute",
              "hidden_act": "gelu" if lower else "gelu_new", "layer_norm_eps": 1e-12 if lower else 1e-5}
    files = {"config.json": json.dumps(config).encode(), "vocab.txt": "\n".join(vocabulary).encode() + (b"\n" if lower else b""),
             "tokenizer_config.json": json.dumps({"do_lower_case": lower, "strip_accents": None, "tokenize_chinese_chars": True}).encode()}
    if lower:
        tensors[0]["embeddings.position_ids"] = "I64", (1, POSITIONS), np.arange(POSITIONS).astype("<i8").tobytes()
        files["model.safetensors"] = safetensors(tensors[0], True)
    else:
        shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
        files["model.safetensors.index.json"] = json.dumps(
            {"metadata": {}, "weight_map": {key: shards[i] for i in (0, 1) for key in tensors[i]}}).encode()
        for i in (0, 1):
            files[shards[i]] = safetensors(tensors[i], False)
    return files, kept


def main():
    random = draws(1818)
    golden = Set("bert", __doc__.split("\n")[0])
    file_rows, token_rows, vector_rows, entity_rows, c_files, c_texts = [], [], [], [], [], []
    for name in VOCABULARY:
        files, w = encoder(name, random)
        lower = name == "lower"
        for file, content in files.items():
            file_rows.append((name, file, content.hex()))
            c_files.append((name, file, list(content), len(content)))
        for text in TEXTS + [e[1] for e in ENTITIES if e[0] == name]:
            rows = tokens(text, numbered(VOCABULARY[name]), lower)
            inner = rows[1:-1][:POSITIONS - 2]
            seen = [rows[0]] + inner + [rows[-1]]
            x = hidden_state([r[0] for r in seen], w, lower, 1e-12 if lower else 1e-5)
            pooled = np.tanh(x[0] @ w["pooler.dense.weight"].T + w["pooler.dense.bias"]) if lower else None
            c_texts.append((name, text.encode("utf-8").hex(), [r[0] for r in seen], [-1 if r[1] is None else r[1] for r in seen],
                            [-1 if r[2] is None else r[2] for r in seen], len(seen), x))
            if "\0" in text or text in [t[1] for t in token_rows if t[0] == name]:
                continue
            token_rows.append((name, text, [r[0] for r in seen], [r[1] for r in seen], [r[2] for r in seen]))
            zero = np.zeros(WIDTH)
            vector_rows.append((name, text, x[0], pooled, x[1:-1].mean(0) if inner else zero, x[1:-1].max(0) if inner else zero))
        for _, text, entity in (e for e in ENTITIES if e[0] == name):
            rows = tokens(text, numbered(VOCABULARY[name]), lower)[1:-1]
            places, at = [], text.lower().find(entity)
            while at >= 0:
                places.append((at, at + len(entity)))
                at = text.lower().find(entity, at + len(entity))
            hit = [any(r[1] < b and r[2] > a for a, b in places) for r in rows]
            most = POSITIONS - 2
            first = hit.index(True)
            start = 0 if first < most else min(first - most // 2, len(rows) - most)
            ids = [VOCABULARY[name].index("[CLS]")] + [r[0] for r in rows[start:start + most]] + [VOCABULARY[name].index("[SEP]")]
            x = hidden_state(ids, w, lower, 1e-12 if lower else 1e-5)
            chosen = x[1:-1][hit[start:start + most]]
            entity_rows.append((name, text, entity, np.concatenate([x[0], chosen.mean(0), chosen.max(0)])))
    golden.table("golden_encoder_file", "encoder text, name text, content text", file_rows)
    golden.table("golden_encoder_token", "encoder text, source text, ids integer[], start integer[], stop integer[]", token_rows)
    golden.table("golden_encoder_vector", "encoder text, source text, cls float8[], pooler float8[], mean float8[], max float8[]", vector_rows)
    golden.table("golden_encoder_entity", "encoder text, source text, entity text, features float8[]", entity_rows)
    golden.structs("golden_encoder_files", ["const char *encoder", "const char *name", "const unsigned char *content", "int size"], c_files)
    golden.structs("golden_encoder_texts", ["const char *encoder", "const char *source /* hexadecimal */", "const int *id", "const int *start /* -1: none */", "const int *stop",
                                            "int count", "const double *hidden /* [count][8] */"], c_texts)
    golden.write()


main()
