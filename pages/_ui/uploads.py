"""Files that a person uploads: kept in the workspace under a name made of their bytes, for a day."""

import hashlib
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


def scored(file: Path, reasons: bool, version: int | None, model: str | None) -> Path:
    """Return where the scores of an upload go: one file for each version of data and model."""
    mark = hashlib.sha256(f"{version}/{model}/{reasons}".encode()).hexdigest()[:8]
    return file.with_name(f"{file.name.split('.')[0]}-{mark}.scored.csv")


def forget(folder: Path, older_than: float = DAY) -> None:
    """Delete uploads and results that are older than this many seconds."""
    for path in folder.iterdir():
        if path.is_file() and time.time() - path.stat().st_mtime > older_than:
            path.unlink(missing_ok=True)
