#!/usr/bin/python3
"""The peer of bench_structural.c: the same series by statsmodels' UnobservedComponents, from its own start: processor seconds.
With --likelihoods what each fit found."""
import json
import subprocess
import sys
import time
import warnings

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

warnings.simplefilter("ignore")
MODELS = [("local level and cycle", {"level": "llevel", "cycle": True, "stochastic_cycle": True, "damped_cycle": True, "cycle_period_bounds": (6, 60)}),
          ("local linear trend", {"level": "lltrend"}), ("trend and season of 12", {"level": "lltrend", "seasonal": 12}),
          ("level and season of 52", {"level": "llevel", "seasonal": 52})]
lines = subprocess.run(["build/plain/bench_structural.exe", "--series"], capture_output=True, text=True, check=True).stdout.splitlines()
series = [(int(line.split()[0]), np.array(line.split()[1:], float)) for line in lines]
for number, (name, arguments) in enumerate(MODELS):
    own = [y for model, y in series if model == number]
    started = time.process_time()
    found = [UnobservedComponents(y, **arguments).fit(disp=False, maxiter=500, cov_type="none").llf for y in own]
    print(json.dumps({"name": f"statsmodels, {name}, {len(own)} series", "seconds": time.process_time() - started}))
    if "--likelihoods" in sys.argv:
        print(*(f"{number} {k} {value:.4f}" for k, value in enumerate(found)), sep="\n")
