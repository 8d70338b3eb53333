"""The memory that predictions of a table on a disk need, beside stock Keras's."""

import json
import subprocess
import sys

import pytest

MIB = 2**20

PEAKS = """
import json, sys, threading
import keras, numpy as np, onefit

def anonymous():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024

def peak(call):
    before, seen, over = anonymous(), [], threading.Event()
    def watch():
        while not over.wait(0.002):
            seen.append(anonymous())
    watching = threading.Thread(target=watch)
    watching.start()
    call()
    over.set()
    watching.join()
    return max(seen, default=before) - before

way, path = sys.argv[1:]
if way == "onefit":
    onefit.install()
model = keras.Sequential([keras.Input((256,)), keras.layers.Dense(1)])
peaks = {}
for dtype in ("uint8", "float64"):
    table = np.memmap(path + dtype, dtype, "w+", shape=(100_000, 256))  # zeros, none written
    model.predict(table[:40_000], batch_size=64, verbose=0)
    peaks[dtype] = min(peak(lambda: model.predict(table, batch_size=64, verbose=0)) for _ in "123")
print(json.dumps(peaks))
"""


def peaks(way, folder):
    """The memory that predictions take on top, in bytes, for each dtype of a table."""
    command = [sys.executable, "-W", "ignore", "-c", PEAKS, way, str(folder / way)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no anonymous memory")
def test_a_table_on_a_disk_is_read_piece_by_piece(tmp_path):
    ours, stock = peaks("onefit", tmp_path), peaks("stock", tmp_path)
    assert ours["uint8"] < stock["uint8"] + 12 * MIB
    cast = 4 * 100_000 * 256
    assert ours["float64"] < cast / 4
    assert stock["float64"] > cast * 0.9  # it is seen where a table is cast at once
