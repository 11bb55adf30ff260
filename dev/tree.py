"""A real Odoo 19: Debian's package unpacked privately, or the one of `ODOO_HOME`."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev import stamps
from dev.paths import DOWNLOADS, HOME, TREE, make_link
from dev.processes import locked, run
from dev.progress import SetupError, say, step

SERIES = 19
PACKAGE = "odoo-19"
ASSETS = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
)
"""Odoo's package has links to the files of these, next to itself."""

SUITE = "sid"
STRIPPED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
"""Listed in mail's manifest, left out by Debian; an empty file is enough."""

_HOME = TREE / "usr/lib/python3/dist-packages"
_KEY = stamps.digest(PACKAGE, *ASSETS, STRIPPED)

KEYRING_FOLDER = Path("/usr/share/keyrings")


@dataclass(frozen=True)
class OdooTree:
    """Where Odoo is: its folder, addons folders beside its own, its identity."""

    home: Path
    addons: tuple[Path, ...]
    identity: str

    def python_path(self) -> Path:
        """Return a folder to import `odoo` from, and nothing else.

        Next to an installed Odoo are Debian's versions of everything, which would hide
        those of the virtual environment.
        """
        folder = HOME / "python" / self.identity
        make_link(folder / "odoo", self.home / "odoo")
        return folder


def ensure() -> OdooTree:
    """Return the Odoo to work with; download and unpack it when it is not there yet."""
    chosen = os.environ.get("ODOO_HOME")
    if chosen:
        return _inspect(Path(chosen).expanduser().resolve())
    if not _is_unpacked():
        with locked("tree", waiting="Another command downloads Odoo; waiting for it."):
            if not _is_unpacked():
                stamps.clear_stamp("tree")
                _unpack(_download())
                stamps.set_stamp("tree", _KEY)
                shutil.rmtree(DOWNLOADS)
    return _inspect(_HOME)


def _is_unpacked() -> bool:
    return stamps.is_current("tree", _KEY) and (_HOME / "odoo/release.py").is_file()


def _inspect(home: Path) -> OdooTree:
    release = home / "odoo" / "release.py"
    found = release.is_file() and re.search(
        r"^version_info = \((\d+), (\d+)", release.read_text(), re.MULTILINE
    )
    if not found or int(found[1]) != SERIES:
        raise SetupError(
            f"There is no Odoo {SERIES} in {home}. ODOO_HOME is the folder that holds "
            "odoo/release.py: a git checkout, or an installed package's dist-packages."
        )
    in_one_folder = (home / "odoo" / "addons" / "account").is_dir()
    folders = () if in_one_folder else (home / "addons",)
    head = _git_head(home) if (home / ".git").exists() else ""
    stat = release.stat()
    identity = stamps.digest(found[0], head, str(stat.st_mtime_ns), str(stat.st_size))
    return OdooTree(home, folders, identity)


def _git_head(home: Path) -> str:
    command = ["git", "-c", "safe.directory=*", "-C", str(home), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _download() -> list[Path]:
    """Return the downloaded packages; what was already complete is kept."""
    wanted = (PACKAGE, *ASSETS)
    have = {name: _downloaded(name) for name in wanted}
    missing = [name for name, path in have.items() if path is None]
    if missing:
        say(f"Debian's {', '.join(missing)} come from {SUITE}, only into this folder.")
        options = _private_apt(DOWNLOADS / "apt")
        with step("Reading the list of packages"):
            run(["apt-get", *options, "update"], log="tree")
        partial = DOWNLOADS / "partial"
        partial.mkdir(exist_ok=True)
        with step("Downloading Odoo 19, about 125 MB"):
            run(["apt-get", *options, "download", *missing], log="tree", cwd=partial)
        for complete in partial.glob("*.deb"):
            complete.rename(DOWNLOADS / complete.name)
    return [path for name in wanted if (path := _downloaded(name))]


def _downloaded(package: str) -> Path | None:
    return next(iter(sorted(DOWNLOADS.glob(f"{package}_*.deb"))), None)


def _private_apt(folder: Path) -> list[str]:
    """Return options with which apt reads its own list, not the machine's."""
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    address, keyring = _mirror()
    source = f"deb [signed-by={keyring}] {address} {SUITE} main\n"
    (folder / "sources.list").write_text(source)
    options = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
    }
    return [f"-o{name}={value}" for name, value in options.items()]


def _mirror() -> tuple[str, Path]:
    """Return the machine's own Debian mirror and the keyring that Debian signs with."""
    keyrings = sorted(KEYRING_FOLDER.glob("debian-archive-keyring.[gp]*"))
    apt = Path("/etc/apt")
    files = [*apt.glob("sources.list.d/*.sources"), *apt.glob("sources.list.d/*.list")]
    for path in [*files, apt / "sources.list"]:
        if path.is_file() and keyrings:
            address = _mirror_in(path.read_text())
            if address:
                return address, keyrings[0]
    raise SetupError(
        "This machine has no Debian mirror in /etc/apt, so Odoo cannot be downloaded. "
        f"Point ODOO_HOME at an Odoo {SERIES}, then try again."
    )


def _mirror_in(text: str) -> str | None:
    """Return the first address in an apt source file that ends in /debian."""
    uncommented = re.sub(r"#.*", "", text)
    found = re.search(r"\b(?:https?|mirror\+file)://\S+/debian/?(?=\s)", uncommented)
    return found[0] if found else None


def _unpack(packages: list[Path]) -> None:
    fresh = TREE.with_name(f"{TREE.name}.new")
    for old in (fresh, TREE):
        if old.exists():
            shutil.rmtree(old)
    with step("Unpacking Odoo 19, about 1 GB"):
        for package in packages:
            run(["dpkg-deb", "-x", package, fresh], log="tree")
        stripped = fresh / "usr/lib/python3/dist-packages/odoo/addons" / STRIPPED
        stripped.parent.mkdir(parents=True, exist_ok=True)
        stripped.touch()
        fresh.rename(TREE)
