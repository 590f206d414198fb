"""Files that a person uploads: kept in the workspace for a day at most."""

import hashlib
import re
import shutil
import time
from pathlib import Path

DAY = 86_400.0


def keep_named(folder: Path, id: str, name: str, data: memoryview) -> Path:
    """Write an upload below ``folder``, under its own name as far as that is harmless, and return its path.

    What is older than a day goes.

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


def forget(folder: Path, older_than: float = DAY) -> None:
    """Delete uploads that are older than this many seconds."""
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime <= older_than:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
