"""A shop small enough to work every answer out by hand; 5 January 2026 is a Monday.

Three shoppers buy a shoe with socks, so these are bought together. Then Ann looks, buys and sends
back. ``AS_OF`` lies between what Ann did and what she will do.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from core.records import ImportReport
from core.store.importer import import_files
from core.store.workspace import Workspace

AS_OF = datetime(2026, 1, 18)

EVENTS = """\
user_id,item_id,event_type,ts,price,quantity,dwell_seconds,value,query,slot,position,impression_id,session_id,text
p01,shoe1,purchase,2026-01-05 12:00:00,50,1,,,,,,,b1,
p01,sock1,purchase,2026-01-05 12:00:00,8,2,,,,,,,b1,
p02,shoe1,purchase,2026-01-06 12:00:00,50,1,,,,,,,b2,
p02,sock1,purchase,2026-01-06 12:00:01,8,1,,,,,,,b2,
p03,shoe1,purchase,2026-01-07 12:00:00,50,1,,,,,,,b3,
p03,sock1,purchase,2026-01-07 12:00:00,8,1,,,,,,,b3,
p01,mug1,view,2026-01-08 12:00:00,,,5,,,,,,,
p02,shoe2,view,2026-01-09 12:00:00,,,9,,,,,,,
p03,shoe1,review,2026-01-10 12:00:00,,,,5,,,,,,Light and comfortable
ann,shoe1,impression,2026-01-13 10:00:00,,,,,,home,1,i1,a1,
ann,sock1,impression,2026-01-13 10:00:00,,,,,,home,2,i1,a1,
ann,shoe2,impression,2026-01-13 10:00:00,,,,,,home,3,i1,a1,
ann,shoe2,click,2026-01-13 10:01:00,,,,,,home,3,i1,a1,
ann,shoe2,view,2026-01-13 10:01:00,,,40,,,,,,a1,
ann,,search,2026-01-13 10:05:00,,,,,Running Shoes,,,,a1,
ann,shoe2,view,2026-01-13 10:06:00,,,20,,,,,,a1,
ann,shoe1,cart,2026-01-13 23:00:00,50,1,,,,,,,a2,
ann,shoe1,purchase,2026-01-14 09:00:00,45,1,,,,,,,a3,
ann,mug1,view,2026-01-15 12:00:00,,,7,,,,,,a4,
ann,shoe1,return,2026-01-17 10:00:00,45,1,,,,,,,a5,
0ben,lamp1,favourite,2026-01-16 22:30:00,,,,,,,,,c1,
ann,sock1,impression,2026-01-20 11:59:00,,,,,,mail,1,i2,a6,
ann,boot1,impression,2026-01-20 11:59:00,,,,,,mail,2,i2,a6,
ann,sock1,click,2026-01-20 12:00:00,,,,,,mail,1,i2,a6,
ann,sock1,purchase,2026-01-20 12:01:00,8,1,,,,,,,a6,
ann,boot1,cart,2026-01-21 23:30:00,120,1,,,,,,,a7,
cid,mug1,view,2026-01-22 09:00:00,,,3,,,,,,d1,
"""

ITEMS = """\
item_id,title,category,brand,price,kind,colour
shoe1,Red running shoe,Shoes > Running,Norvale,50,product,red
shoe2,Blue running shoe,Shoes > Running,Norvale,80,product,blue
boot1,Hiking boot,Shoes > Hiking,Tamsin,120,product,brown
sock1,Wool socks,Clothing > Socks,Tamsin,8,product,
mug1,White mug,Kitchen > Mugs,,6,product,white
lamp1,Desk lamp,,,30,,
guide1,How to choose a shoe,,,,article,
"""

USERS = """\
user_id,age_band,city
ann,25-34,Leeds
0ben,35-44,
p01,25-34,York
"""


def write_files(folder: Path) -> tuple[Path, Path, Path]:
    """Write the shop's three files: events, items, users."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "events.csv", folder / "items.csv", folder / "users.csv"
    for file, text in zip(files, (EVENTS, ITEMS, USERS), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def import_shop(folder: Path) -> tuple[Workspace, ImportReport]:
    """Import the shop into a new workspace in a folder."""
    events, items, users = write_files(folder / "logs")
    workspace = Workspace.create(folder / "shop")
    return workspace, import_files(workspace, [events], items, users)
