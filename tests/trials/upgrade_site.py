"""Databases of former versions: installed from what git remembers, lived in, upgraded."""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg2
from upgrade_shape import OURS

from odoo.tools import config

ROOT = Path(__file__).parents[2]
# The last commit of each version that people may have; the newest first.
LANDED = {
    "1.7": "1f8062d",
    "1.6": "c5899a8",
    "1.5": "fb6febc",
    "1.4": "f9fe309",
    "1.3": "8efa6da",
    "1.2-survey": "a8c1d40",
    "1.2-club": "d402ffb",
    "1.2": "e3d68a7",
    "1.1": "f59f51e",
    "1.0": "2a48fb5",
}
_COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
# Said by Odoo about this machine or about its own modules, not about our addons.
_NOT_OURS = re.compile(
    r"odoo\.tools\.pdf|security risk|wkhtmltopdf|odoo\.addons\.(?!crm_dealer|base\.models\.ir_)"
)
_PATIENCE = 3600  # seconds, on a machine that does other things too


class Database:
    """A database with its files."""

    def __init__(self, name):
        self.name = name

    @property
    def exists(self):
        with server() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [self.name])
            return bool(cursor.fetchone())

    def copy_of(self, source):
        self.drop()
        with server() as cursor:
            cursor.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{source}"')
        files = Path(config.filestore(source))
        if files.exists():
            shutil.copytree(files, config.filestore(self.name), copy_function=os.link)

    def rename(self, name):
        files = Path(config.filestore(self.name))
        if files.exists():
            files.rename(config.filestore(name))
        with server() as cursor:
            cursor.execute(f'ALTER DATABASE "{self.name}" RENAME TO "{name}"')
        self.name = name

    def drop(self):
        with server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(config.filestore(self.name), ignore_errors=True)

    def cursor(self):
        return server(self.name)

    def sql(self, statement, params=None):
        with self.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else None

    # -- what is done in it ------------------------------------------------------------------

    def install(self, folder, demo):
        """Install our addons as they are in ``folder``."""
        options = ["-i", ",".join(OURS), *(["--with-demo"] if demo else [])]
        return self._serve(folder, *options)

    def upgrade(self):
        """Upgrade our addons to what they are now."""
        return self._serve(ROOT, "-u", ",".join(OURS))

    def uninstall(self, modules):
        """Uninstall others' modules, with what stands on them; how they do it is their business."""
        command = ["module", "uninstall", "-d", self.name, *modules]
        return odoo(ROOT, *command, forgive=True)

    def _serve(self, folder, *options):
        return odoo(folder, "server", "-d", self.name, *options, "--stop-after-init", "--no-http")

    def do(self, work, folder=ROOT):
        """Call a function of ``upgrade_life`` there, with the addons in ``folder``.

        What a former version complains about is not mended any more.
        """
        here = str(Path(__file__).parent)
        code = f"import sys; sys.path.append({here!r}); import upgrade_life as life\n"
        code += f"life.{work}(env); env.flush_all(); env.cr.commit(); print('life' + ' goes on')\n"
        command = ["shell", "-d", self.name, "--no-http"]
        log = odoo(folder, *command, forgive=folder != ROOT, input=code)
        assert "life goes on" in log, log[-5000:]
        return log


class server:  # noqa: N801
    """Cursor in autocommit on a database, at first the cluster's own."""

    def __init__(self, database="postgres"):
        self.connection = psycopg2.connect(
            host=config["db_host"],
            port=config["db_port"],
            user=config["db_user"],
            dbname=database,
        )
        self.connection.autocommit = True

    def __enter__(self):
        return self.connection.cursor()

    def __exit__(self, *_error):
        self.connection.close()


def odoo(folder, *args, forgive=False, **options):
    """Run an Odoo command with the addons in ``folder``; no complaint may be about us."""
    paths = [str(folder), *(path for path in config["addons_path"] if Path(path) != ROOT)]
    conf = Path(folder) / "upgrade.conf" if folder != ROOT else None
    environment = dict(os.environ)
    if conf:
        conf.write_text(
            re.sub(
                r"^addons_path = .*$",
                f"addons_path = {','.join(paths)}",
                Path(config["config"]).read_text(),
                flags=re.MULTILINE,
            )
        )
        environment["ODOO_RC"] = str(conf)
    done = subprocess.run(
        ["nice", "-n", "10", sys.executable, "-m", "odoo", *args],
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
        cwd=folder,
        env=environment,
        **options,
    )
    log = done.stdout + done.stderr
    complaints = [m.group() for m in _COMPLAINT.finditer(log) if not _NOT_OURS.search(m.group())]
    assert done.returncode == 0, log[-5000:]
    assert forgive or complaints == [], "\n".join(complaints)
    return log


def has_history():
    """Whether git remembers the former versions: a shallow clone does not."""
    for commit in LANDED.values():
        command = ["git", "-C", str(ROOT), "cat-file", "-e", f"{commit}^{{commit}}"]
        try:
            if subprocess.run(command, capture_output=True, check=False).returncode:
                return False
        except FileNotFoundError:
            return False
    return True


def unpack(version, folder):
    """Put the addons of a former version into ``folder``."""
    command = ["git", "-C", str(ROOT), "archive", LANDED[version], *OURS]
    archive = subprocess.run(command, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder)
    return Path(folder)


def depends(folder):
    """What our addons in ``folder`` stand on, as their manifests tell."""
    names = set()
    for addon in OURS:
        manifest = (Path(folder) / addon / "__manifest__.py").read_text()
        names.update(eval(manifest, {"__builtins__": {}})["depends"])
    return names - set(OURS)
