"""A full disk of files: what is told, what is left, what works once there is room."""

import os
import shutil

import pytest
from fault_disk import disk, fill_up
from fault_server import serve
from fault_site import NAME

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk: needs root")


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
