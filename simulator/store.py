"""Keeps the world in a JSON file over restarts."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.world import Account, World

FORMAT = 1


def save(world: World, path: Path) -> None:
    """Write the state to a file, which is replaced as a whole or not at all."""
    with world.lock:
        state = {
            "format": FORMAT,
            "seed": world.seed,
            "counter": world.counter,
            "scheduled": world.scheduled,
            "planned": world.planned,
            "clock": {
                "now": world.clock.now(),
                "real": int(time.time()),
                "frozen": world.clock.frozen,
            },
            "deliveries": world.delivery.rows(),
            "accounts": [dumped(account) for account in world.accounts.values()],
        }
        text = json.dumps(state)
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def dumped(account: Account) -> dict[str, Any]:
    """Return an account as plain data; sets of permissions become lists."""
    data = asdict(account)
    data["keys"] = {
        key: None if granted is None else sorted(granted)
        for key, granted in account.keys.items()
    }
    return data


def resume_clock(world: World, saved: dict[str, Any]) -> None:
    """Let the clock go on as far ahead of real time as it was, or stand still."""
    if saved["frozen"]:
        world.clock.set(saved["now"])
        world.clock.freeze()
    elif saved["now"] != saved["real"]:
        world.clock.set(int(time.time()) + saved["now"] - saved["real"])


def load(world: World, path: Path) -> None:
    """Put the saved state into a world; raises ValueError for another format."""
    state = json.loads(path.read_text())
    if state.get("format") != FORMAT:
        raise ValueError(f"{path} was written by another version of the simulator.")
    with world.lock:
        world.seed = state["seed"]
        world.counter = state["counter"]
        world.scheduled = state["scheduled"]
        world.planned = state["planned"]
        world.accounts = {
            data["id"]: Account(
                **{
                    **data,
                    "keys": {
                        key: None if granted is None else set(granted)
                        for key, granted in data["keys"].items()
                    },
                }
            )
            for data in state["accounts"]
        }
        world.delivery.load(state["deliveries"])
        resume_clock(world, state["clock"])
