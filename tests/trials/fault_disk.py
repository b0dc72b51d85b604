"""Small disks that can be filled."""

import contextlib
import shutil
import subprocess

import pytest


@contextlib.contextmanager
def disk(folder, megabytes):
    """A disk of this size at ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_up(folder, leave=0):
    """Leave so many bytes of room; the file that is returned takes the rest."""
    filler = folder / "filler"
    size = shutil.disk_usage(folder).free - leave
    with filler.open("wb") as file:
        for _piece in range(max(size, 0) // 4096):
            file.write(bytes(4096))
    return filler
