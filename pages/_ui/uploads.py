"""Files that a person uploads: kept in the workspace for a day at most."""

import hashlib
import re
import shutil
import time
from pathlib import Path

DAY = 86_400.0


def keep(folder: Path, name: str, data: bytes) -> Path:
    """Write an upload below ``folder`` and return its path; what is older than a day goes.

    The name of the upload only decides the ending, so that nothing in it can lead elsewhere.
    """
    uploads = folder / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    forget(uploads)
    ending = ".parquet" if name.endswith(".parquet") else ".csv.gz" if name.endswith(".gz") else ".csv"
    path = uploads / (hashlib.sha256(data).hexdigest()[:24] + ending)
    if not path.exists():
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    return path


def keep_named(folder: Path, id: str, name: str, data: memoryview) -> Path:
    """Write an upload below ``folder``, under its own name as far as that is harmless, and return its path.

    Parameters
    ----------
    id
        What tells this upload from others of its name.
    """
    uploads = folder / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    forget(uploads)
    own = uploads / hashlib.sha256(id.encode()).hexdigest()[:16]
    path = own / (re.sub(r"[^\w.() -]|^\.+", "_", Path(name).name)[-100:] or "upload")
    if not path.exists():
        own.mkdir(exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    return path


def scored(file: Path, reasons: bool, version: int | None, model: str | None) -> Path:
    """Return where the scores of an upload go: one file for each version of data and model."""
    mark = hashlib.sha256(f"{version}/{model}/{reasons}".encode()).hexdigest()[:8]
    return file.with_name(f"{file.name.split('.')[0]}-{mark}.scored.csv")


def forget(folder: Path, older_than: float = DAY) -> None:
    """Delete uploads and results that are older than this many seconds."""
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime <= older_than:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
