"""Databases that are built once and copied: the base, the template of test runs."""

import os
import re

import erp
import postgres
from common import STATE, Refusal, locked, need_disk


def base(env):
    """The database with all that our addons stand on; the slow half, kept apart."""
    name = f"base_{erp.base_hash()}"
    if name not in postgres.databases():
        need_disk(STATE, 6)
        for old in postgres.databases():
            if old.startswith("base_"):
                erp.drop(old)
        building = f"{name}_building"
        erp.drop(building)
        erp.install(building, erp.dependencies(), env)
        erp.load_language(building, env)
        erp.rename(building, name)
    return name


def build(name, env):
    """``name`` with our addons and their demo data; appears only when complete."""
    source = base(env)
    need_disk(STATE, 6)
    building = f"{name}_building"
    try:
        erp.duplicate(source, building)
        complaints = erp.install(building, erp.ADDONS, env)
        erp.make_assets(building, env)
        erp.rename(building, name)
    finally:
        erp.drop(building)  # nobody needs half of it
    return complaints


def ensure_template(env):
    """The database that test runs are copied from, keyed by the addons' files."""
    name = f"test_{erp.addons_hash()}"
    if name not in postgres.databases():
        for old in postgres.databases():
            if old.startswith("test_"):
                erp.drop(old)
        complaints = build(name, env)
        ours = [line for line in complaints if any(addon in line for addon in erp.ADDONS)]
        if ours:
            erp.drop(name)
            raise Refusal("Installing the addons logged complaints:\n" + "\n".join(ours))
    return name


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def make_copies(names, env, with_network=()):
    """A copy of the template for each lane; what runs that were killed left goes.

    Those of ``with_network`` get the network of the addons' tests, made once.
    """
    with locked(STATE / "build.lock"):
        template = ensure_template(env)
        for old in postgres.databases():
            run_of = re.match(r"run_(\d+)", old)
            if run_of and not alive(int(run_of[1])):
                erp.drop(old)
        for name in names:
            if name not in with_network:
                erp.duplicate(template, name)
        source = template
        for name in with_network:
            erp.duplicate(source, name)
            if source == template:
                erp.keep_network(name, env)
                source = name
    env["CRM_DEALER_BASE_DATABASE"] = base(env)
