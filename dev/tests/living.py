"""Whether a process is still there."""

from pathlib import Path


def lives(pid: int) -> bool:
    """Return whether a process runs; one that its parent has to bury does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
