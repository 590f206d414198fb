"""Files as shops have them, written for tests: archives, workbooks and Parquet, whole and broken."""

import io
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    """Return a zip archive of names and bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def locked_zip(members):
    """Return an archive whose members say that they are locked by a password."""
    data = bytearray(zipped(members))
    at = 0
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        data[at + offset] |= 1
    return bytes(data)


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


def workbook(sheets, merged=(), hidden=()):
    """Return an Excel file of names and rows; ``merged`` are ranges of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def patched(book, old, new, part="xl/worksheets/sheet1.xml"):
    """Return an Excel file with some bytes of a part of it replaced, which must be there."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    return zipped(parts)


def locked_workbook():
    """Return the container that Excel puts a workbook with a password into."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = struct.pack(
        "<8s16s5H6s9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096,
        end, 0, end, 0,
    ) + struct.pack("<109I", 0, *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)

    def entry(name, kind, child):
        text = name.encode("utf-16-le")
        return struct.pack(
            "<64sHBB3I16sIQQIQ", text, len(text) + 2 if name else 0, kind, 1, free, free, child, b"", 0, 0, 0, end, 0
        )

    return head + fat + entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free) + entry("", 0, free) * 2


def opendocument(rows):
    """Return an OpenDocument sheet as LibreOffice writes it: with styled empty cells to the end of its world."""
    cells = {
        str: '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>',
        float: '<table:table-cell office:value-type="float" office:value="{}"/>',
        datetime: '<table:table-cell office:value-type="date" office:date-value="{:%Y-%m-%dT%H:%M:%S}"/>',
        type(None): "<table:table-cell/>",
    }
    ends = '<table:table-cell table:number-columns-repeated="16380"/>'
    lines = "".join(
        f"<table:table-row>{''.join(cells[type(value)].format(value) for value in row)}{ends}</table:table-row>"
        for row in rows
    )
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in (
        "office", "table", "text"))  # fmt: skip
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="May">{lines}<table:table-row table:number-rows-repeated="1048573">{ends}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    listed = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": listed}, zipfile.ZIP_STORED)


def parquet(columns, **options):
    """Return a Parquet file of names and values."""
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def put(folder: Path, content, name="log.csv"):
    """Write a file, text as UTF-8 and its line ends as they are."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file
