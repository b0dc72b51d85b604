"""A full disk of files: what is told, what is left, what works once there is room."""

import contextlib
import os
import shutil
import subprocess

import pytest
from fault_server import serve
from fault_site import NAME

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk: needs root")


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
    """Leave so many bytes of room."""
    filler = folder / "filler"
    size = shutil.disk_usage(folder).free - leave
    with filler.open("wb") as file:
        for _piece in range(max(size, 0) // 4096):
            file.write(bytes(4096))
    return filler


@pytest.fixture(name="files")
def _files(site, tmp_path):
    """The database's files on a disk of their own."""
    site.restore()
    folder = site.files / "filestore" / NAME
    kept = tmp_path / "files"
    shutil.copytree(folder, kept)
    size = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    with disk(folder, size // 1_000_000 + 30):
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield folder


def test_files_that_find_no_room(site, files):
    """Photo of an audit, file of a complaint, file of a customer."""
    photo = os.urandom(2_000_000)
    with serve(site) as web:
        web.sign_in("admin")
        before = site.sql("SELECT count(*), max(id) FROM ir_attachment")
        filler = fill_up(files, leave=1_000_000)
        for model in ("helpdesk.ticket", "crm.audit", "res.partner"):
            status, text = web.upload(model, web.first(model), "photo.jpg", photo)
            assert "no room" in text, (status, text[:500])
        assert site.sql("SELECT count(*), max(id) FROM ir_attachment") == before
        filler.unlink()
        for model in ("helpdesk.ticket", "crm.audit", "res.partner"):
            status, text = web.upload(model, web.first(model), "photo.jpg", photo)
            assert status == 200, text
            assert "error" not in text, text[:500]
        found = site.sql(
            "SELECT id, file_size FROM ir_attachment WHERE id > %s", [before[0][1]]
        )
        assert [size for _id, size in found] == [len(photo)] * 3
        assert web.get(f"/web/content/{found[0][0]}").content == photo
