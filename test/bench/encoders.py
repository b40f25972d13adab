#!/usr/bin/python3
"""An encoder of BERT's kind with drawn weights, and the same in PyTorch (Debian package python3-torch), for encoders.sh.

    encoders.py make FOLDER LAYERS WIDTH HEADS      writes the files of the encoder
    encoders.py peer FOLDER PIECES                  prints the processor seconds of a text in PyTorch on one thread, those of
                                                    its matrix products alone, and the first three numbers of the result
"""
import json
import math
import struct
import sys
import time
from pathlib import Path

import numpy as np

VOCABULARY, POSITIONS = 1000, 512
PARTS = {"attention.self.query": 0, "attention.self.key": 0, "attention.self.value": 0, "attention.output.dense": 0, "intermediate.dense": 1, "output.dense": 2}


def shapes(layers, width):
    found = {"embeddings.word_embeddings.weight": (VOCABULARY, width), "embeddings.position_embeddings.weight": (POSITIONS, width),
             "embeddings.token_type_embeddings.weight": (2, width), "embeddings.LayerNorm.weight": (width,), "embeddings.LayerNorm.bias": (width,)}
    for layer in range(layers):
        p = f"encoder.layer.{layer}."
        for name, part in PARTS.items():
            found[p + name + ".weight"] = ((width, width), (4 * width, width), (width, 4 * width))[part]
            found[p + name + ".bias"] = (4 * width if part == 1 else width,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            found[p + name + ".weight"] = found[p + name + ".bias"] = (width,)
    return found


def make(folder, layers, width, heads):
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(1)
    header, at = {}, 0
    for name, shape in shapes(layers, width).items():
        size = 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes(layers, width).items():
            file.write((draw.standard_normal(shape, dtype="f4") * 0.03 + ("LayerNorm.weight" in name)).astype("<f4").tobytes())
    (folder / "config.json").write_text(json.dumps({
        "model_type": "bert", "hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": 4 * width,
        "max_position_embeddings": POSITIONS, "vocab_size": VOCABULARY, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}))
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + [f"w{i}" for i in range(4, VOCABULARY)]) + "\n")


def peer(folder, pieces):
    import torch
    from torch.nn.functional import gelu, layer_norm, linear

    torch.set_num_threads(1)
    config = json.loads((folder / "config.json").read_text())
    layers, width, heads = config["num_hidden_layers"], config["hidden_size"], config["num_attention_heads"]
    data = np.memmap(folder / "model.safetensors", mode="r", dtype="u1")
    length = struct.unpack("<Q", data[:8].tobytes())[0]
    header = json.loads(data[8:8 + length].tobytes())
    w = {name: torch.from_numpy(np.frombuffer(data[8 + length:], "<f4", math.prod(t["shape"]), t["data_offsets"][0]).reshape(t["shape"]).copy())
         for name, t in header.items()}
    ids = torch.tensor([2] + [4 + i % 900 for i in range(pieces - 2)] + [3])

    def dense(x, name):
        return linear(x, w[name + ".weight"], w[name + ".bias"])

    def norm(x, name):
        return layer_norm(x, (width,), w[name + ".weight"], w[name + ".bias"], 1e-12)

    def forward():
        e = "embeddings."
        x = norm(w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][:pieces] + w[e + "token_type_embeddings.weight"][0], e + "LayerNorm")
        for layer in range(layers):
            p = f"encoder.layer.{layer}."
            q, k, v = (dense(x, p + f"attention.self.{n}").view(pieces, heads, -1).transpose(0, 1) for n in ("query", "key", "value"))
            context = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(width / heads), -1) @ v
            x = norm(x + dense(context.transpose(0, 1).reshape(pieces, width), p + "attention.output.dense"), p + "attention.output.LayerNorm")
            x = norm(x + dense(gelu(dense(x, p + "intermediate.dense")), p + "output.dense"), p + "output.LayerNorm")
        return x

    def products():
        x, h = torch.ones(pieces, width), torch.ones(pieces, 4 * width)
        q = torch.ones(heads, pieces, width // heads)
        for layer in range(layers):
            p = f"encoder.layer.{layer}."
            for name, part in PARTS.items():
                (h if part == 2 else x) @ w[p + name + ".weight"].T
            (q @ q.transpose(1, 2)) @ q

    def median(work):
        times = []
        for run in range(6):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
        return sorted(times[1:])[2]

    with torch.no_grad():
        print("%.4f %.4f %s" % (median(forward), median(products), " ".join("%.6f" % v for v in forward()[0][:3])))


if sys.argv[1] == "make":
    make(Path(sys.argv[2]), *map(int, sys.argv[3:6]))
else:
    peer(Path(sys.argv[2]), int(sys.argv[3]))
