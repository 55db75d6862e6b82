"""SIGKILL in the middle of writes: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.writers import Writer
from tests.preloaded import PreloadedServer, preloaded
from tests.tables import rows
from tests.visitor import fetch_cookie

WRITERS = 6


async def kill_again_and_again(server: PreloadedServer, writers: list[Writer], kills: int) -> None:
    """Kill the server at any moment of its life and start it again, while all of them write."""
    is_over = asyncio.Event()
    moments = random.Random(4)
    async with asyncio.TaskGroup() as people:
        for writer in writers:
            people.create_task(writer.write(is_over))
        for _ in range(kills):
            await asyncio.sleep(moments.uniform(0.05, 0.35))
            server.kill()
            await asyncio.to_thread(server.start)
        before = [len(writer.acknowledged) for writer in writers]
        while any(len(w.acknowledged) <= b for w, b in zip(writers, before, strict=True)):
            await asyncio.sleep(0.05)  # pending contacts are sent again and acknowledged
        is_over.set()


@pytest.mark.soak(short=15, long=100)
def test_kills_lose_nothing_and_double_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], repeats: int
) -> None:
    """Every acknowledged contact is stored once, whenever the server is killed."""
    with preloaded(tmp_path) as server:
        writers = [
            Writer(server.url, fetch_cookie(server.url), f"writer{n}") for n in range(WRITERS)
        ]
        asyncio.run(kill_again_and_again(server, writers, repeats))
        stored = Counter(row["email"] for row in rows(server, "SELECT email FROM contact"))
        assert rows(server, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    acknowledged = [email for writer in writers for email in writer.acknowledged]
    with capsys.disabled():
        print(f"\n{repeats} kills, {len(acknowledged)} contacts acknowledged, {len(stored)} stored")
    assert [email for email in acknowledged if email not in stored] == []
    assert [email for email, times in stored.items() if times > 1] == []
    assert all(len(writer.acknowledged) > repeats // 10 for writer in writers)
