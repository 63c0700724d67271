"""Back up the database and the image files of a running site, and restore them if undamaged.

DIR/database.sqlite3 (or database.dump, from pg_dump)
DIR/files/ab/cd/<sha256>
DIR/manifest.json        the SHA-256 of each file, and of the list of files
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from imaging.file_store import store

FORMAT = "caserecords-backup/1"
MANIFEST = "manifest.json"
NAME = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}|database\.(?:sqlite3|dump)")
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BackupError(Exception):
    """Raised if a backup cannot be written or restored; the message gives the reason."""


def back_up(folder):
    """Write a backup into a new or empty folder; return the number of files, database included.

    The database is copied first, so that every image it refers to is already in the store. Raise
    BackupError if the folder is not empty, an image file is damaged, or pg_dump fails.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(_("%s is not empty. Choose a new or empty folder.") % folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = [copy_database(folder), *copy_files(folder)]
    files = {name: digest(folder / name) for name in names}
    damaged = [name for name, sha256 in files.items() if "/" in name and Path(name).name != sha256]
    if damaged:
        raise BackupError(_("The stored file %s is damaged. Run “manage.py verify”.") % damaged[0])
    write_safely(folder / MANIFEST, json.dumps(manifest(files), indent=1).encode())
    return len(files)


def manifest(files):
    return {"format": FORMAT, "files": files, "sha256": digest_of_list(files)}


def digest_of_list(files):
    lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_safely(path, data):
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def copy_files(folder):
    """Copy the image files into the backup; return their paths relative to its folder."""
    names = []
    for sha256 in store().hashes():
        name = f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store().path(sha256), folder / name)
        names.append(name)
    return names


def copy_database(folder):
    """Write a consistent snapshot of the database into the folder; return its file name."""
    name = DATABASES[connection.vendor]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(folder / name)
        connection.connection.backup(target)
        target.close()
    else:
        run_postgres("pg_dump", "--format=custom", f"--file={folder / name}")
    return name


def run_postgres(program, *args):
    """Run a PostgreSQL client program on the site's database; raise BackupError if it fails."""
    if shutil.which(program) is None:
        raise BackupError(_("%s is not installed. Install the PostgreSQL client.") % program)
    parameters = connection.get_connection_params()
    named = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    variables = {name: str(parameters[key]) for name, key in named.items() if parameters.get(key)}
    command = [program, *args, f"--dbname={parameters['dbname']}"]
    done = subprocess.run(command, env=os.environ | variables, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(done.stderr.strip() or _("%s failed without an error message.") % program)


def restore(folder, replace=False):
    """Check a whole backup, then restore it; return the number of files, database included.

    Raise BackupError if the backup is damaged, if the database contains cases and `replace` is not
    set, or if pg_restore fails.
    """
    folder = Path(folder)
    files = read_manifest(folder)
    check(folder, files)
    if has_cases() and not replace:
        raise BackupError(_("This database already contains cases. Use --replace to delete them."))
    restore_files(folder, [name for name in files if "/" in name])
    restore_database(folder)
    return len(files)


def read_manifest(folder):
    """Return {name: sha256} from the manifest.

    Raise BackupError if it is missing, damaged or from a different database system.
    """
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        files = found["files"]
        is_intact = found["format"] == FORMAT and found["sha256"] == digest_of_list(files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(_("%s is not a backup: it has no readable manifest.") % folder) from None
    if not is_intact:
        raise BackupError(_("The manifest in %s is damaged. Use another backup.") % folder)
    if DATABASES[connection.vendor] not in files:
        raise BackupError(
            _("The backup is from another database system. Restore it on a site with that system.")
        )
    return files


def check(folder, files):
    """Raise BackupError for the first file that is missing, damaged or unexpected."""
    for name, sha256 in files.items():
        path = folder / name
        if not NAME.fullmatch(name):
            raise BackupError(
                _("The backup lists an unexpected file: %s. Use another backup.") % name
            )
        if not path.is_file():
            raise BackupError(_("The backup is damaged: %s is missing. Use another backup.") % name)
        if digest(path) != sha256:
            message = _("The backup is damaged: %s differs from the manifest. Use another backup.")
            raise BackupError(message % name)


def has_cases():
    if "patients_case" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM patients_case LIMIT 1")
        return cursor.fetchone() is not None


def restore_files(folder, names):
    for name in names:
        temporary = store().temporary()
        shutil.copyfile(folder / name, temporary)
        store().put_many([temporary])


def restore_database(folder):
    path = folder / DATABASES[connection.vendor]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        source.backup(connection.connection)
        source.close()
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        run_postgres("pg_restore", *options, str(path))
