"""The peer of workers/exact-search.mjs: FAISS's flat index. One JSON command a line in, one answer out."""

import json
import sys
import time

import faiss
import numpy

faiss.omp_set_num_threads(1)
index = None
queries = None
k = 0


def search():
    return [index.search(queries[i : i + 1], k)[1][0] for i in range(len(queries))]


for line in sys.stdin:
    command = json.loads(line)
    answer = {}
    if "make" in command:
        made = command["make"]
        d, k = made["d"], made["k"]
        index = faiss.IndexFlatIP(d)
        index.add(numpy.fromfile(made["rows"], dtype=numpy.float32).reshape(-1, d))
        queries = numpy.fromfile(made["queries"], dtype=numpy.float32).reshape(-1, d)
    elif command.get("find"):
        answer = {"found": [row.tolist() for row in search()]}
    else:
        began, cpu = time.perf_counter(), time.process_time()
        search()
        answer = {"seconds": time.perf_counter() - began, "cpuSeconds": time.process_time() - cpu}
    print(json.dumps({**answer, "version": faiss.__version__}), flush=True)
