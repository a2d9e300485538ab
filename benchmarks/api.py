"""How fast the API answers on loopback: single customers at a steady rate, and pages of segments.

    python benchmarks/api.py SHOP_FOLDER [--rate 1000] [--seconds 20] [--workers 2]

The load comes from a process of its own over kept connections, each request at its planned time,
so that a slow answer delays no later request (no coordinated omission). Times include the wait.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

CONNECTIONS = 64
WARM_UP_REQUESTS = 400
RESULT = Path(__file__).parent / "results" / "api.json"


def main() -> None:
    asked = _arguments()
    ids = _ids(asked.folder)
    server, port = _started(asked.folder, asked.workers)
    try:
        found = asyncio.run(_measured(port, server.pid, ids, asked))
    finally:
        server.terminate()
        server.wait(timeout=20)
    found |= {
        "workers": asked.workers,
        "customers": len(ids),
        "cpus": os.cpu_count(),
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(found, indent=1))
    if asked.keep:
        RESULT.write_text(json.dumps(found, indent=1) + "\n")


async def _measured(
    port: int, server: int, ids: list[str], asked: argparse.Namespace
) -> dict[str, object]:
    drawn = random.Random(7)
    known = [f"/customers/{name}" for name in ids]
    await _at_rate(port, drawn.choices(known, k=WARM_UP_REQUESTS), asked.rate / 4)
    count = int(asked.rate * asked.seconds)
    used = _cpu_seconds(server)
    customers = await _at_rate(port, drawn.choices(known, k=count), asked.rate)
    # Of all workers: it tells what a calm machine would do, also where this one is not.
    customers["cpu_ms_per_request"] = round((_cpu_seconds(server) - used) / count * 1000, 3)
    pages = ["/customers/rfm-segments", "/segments", "/customers?rfm_segment=Champions"]
    await _at_rate(port, pages * 4, 5)
    segments = await _at_rate(port, pages * 100, 100)
    return {"one_customer": customers, "segment_pages": segments}


async def _at_rate(port: int, paths: list[str], rate: float) -> dict[str, float]:
    """Asks for paths, each at its time; gives what became of them."""
    waiting: asyncio.Queue[tuple[float, str]] = asyncio.Queue()
    times: list[float] = []
    failed = [0]
    size = [0]
    began = time.perf_counter() + 0.1
    for place, path in enumerate(paths):
        waiting.put_nowait((began + place / rate, path))

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while not waiting.empty():
            planned, path = waiting.get_nowait()
            await asyncio.sleep(max(planned - time.perf_counter(), 0))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])
            body = await reader.readexactly(length)
            size[0] += len(body)
            times.append(time.perf_counter() - planned)
            failed[0] += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    passed = time.perf_counter() - began
    times.sort()
    return {
        "requests": len(paths),
        "failed": failed[0],
        "planned_rate": rate,
        "rate": round(len(paths) / passed, 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 2),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
        "highest_ms": round(times[-1] * 1000, 2),
        "mean_bytes": round(size[0] / len(paths)),
    }


def _cpu_seconds(server: int) -> float:
    """Gives the processor time of a server and its workers so far."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if server in (int(file.parent.name), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _started(folder: Path, workers: int) -> tuple[subprocess.Popen[str], int]:
    command = [
        *(sys.executable, "-m", "shopkeeper", "serve", "--folder", str(folder), "--port", "0"),
        *("--workers", str(workers), "--set", "api.requests_per_minute=0"),
    ]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)", server.stderr.readline())[1])
    # The log must be read, or the server would wait for its reader.
    drain = f"cat <&{server.stderr.fileno()} >/dev/null"
    subprocess.Popen(drain, shell=True, pass_fds=[server.stderr.fileno()])
    return server, port


def _ids(folder: Path) -> list[str]:
    from shopkeeper import Workspace

    ids: list[str] = Workspace(folder).frame("customer_360").customer_id.tolist()
    return ids


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="Write the result beside the others.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
