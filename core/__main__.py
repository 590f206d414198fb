"""``python -m core COMMAND --workspace DIR [--json]``: everything that the dashboard does, for scripts.

The answer goes to standard output (one JSON object with ``--json``), progress and messages to standard
error. Exit code 0; 2 with one line for what a person can mend; 1 with a traceback for a fault of ours.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from core.answers import plain
from core.cli import describing, driving, mapping, offers, scoring, searching, segmenting, show
from core.cli.commands import COMMANDS
from core.config import LEARNING_RATES, OPTIMIZERS, PRECISIONS, SCHEDULES, TRACKERS, Settings
from core.errors import ShopperLensError
from core.train import together


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(prog="python -m core", description="ShopperLens on the command line.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--workspace", type=Path, default=Settings.from_environment().workspace, metavar="DIR",
                        help="folder of the shop (SHOPPERLENS_WORKSPACE, or the demo shop)")
    common.add_argument("--json", action="store_true", help="answer with one JSON object")

    def add(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about.capitalize() + ".", parents=[common])

    add("demo", "build the demo shop: generated logs and the model that ships")
    _add_import(add("import", "read logs into a workspace"))
    add("info", "say what a workspace holds")
    _add_train(add("train", "fine-tune a model on the workspace's logs"))
    _add_models(add("models", "say which models there are, compare two, use, roll back or delete one"))
    _add_questions(add)
    add("vectors", "make the vectors of the items' words, by which alike items are found").add_argument(
        "--model", metavar="N", help="name of the model whose base makes them (the one in use)"
    )
    add("pictures", "look at the items' pictures with an image encoder, by which alike ones are found").add_argument(
        "--encoder", required=True, metavar="N", help="folder or hub id of a model such as CLIP or SigLIP"
    )
    add("app", "open the dashboard").add_argument("--port", type=int, help="port to serve on (8501)")
    return top


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("events", nargs="*", type=Path, help="files of events: CSV, JSON, Excel, Parquet")
    command.add_argument("--items", type=Path, nargs="+", metavar="F", help="files that describe items")
    command.add_argument("--users", type=Path, nargs="+", metavar="F", help="files that describe shoppers")
    command.add_argument("--preset", metavar="P", help="whose files they are, for example online-retail")
    command.add_argument("--file", nargs="+", action="extend", metavar="role=path",
                         help="which of the preset's files a path is, where its name and columns do not tell")
    command.add_argument("--map", nargs="+", action="extend", metavar="canonical=column",
                         help="what the columns mean; without it they are understood by themselves where that is sure")
    command.add_argument("--map-for", nargs="+", action="append", metavar=("FILE", "canonical=column"),
                         help="the same for one of several files, or those of a pattern")
    command.add_argument("--forget", action="store_true",
                         help="forget what was answered before for files with the same columns")
    command.add_argument("--encoding", nargs="+", action="extend", metavar="[FILE=]E",
                         help="encoding of the letters, where what was guessed is wrong: cp1254, iso8859-2 …")
    command.add_argument("--names-in", nargs="+", action="extend", metavar="[FILE=]LINE",
                         help="line or row that has the names of the columns, from 1; 0: none has")
    command.add_argument("--dates", choices=["dmy", "mdy", "ymd", "excel"],
                         help="what comes first in dates, day, month or year; or days as spreadsheets count them")
    command.add_argument("--zone", metavar="Z", help="the store's time zone, for times that name none; remembered")
    command.add_argument("--dry-run", action="store_true", help="say what would be imported, and write nothing")
    way = command.add_mutually_exclusive_group()
    way.add_argument("--append", dest="append", action="store_true", default=True, help="add to what is there")
    way.add_argument("--replace", dest="append", action="store_false", help="start anew with these files")


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("--name", metavar="N", help="name of the model (latest; with --from N-again)")
    command.add_argument("--from", dest="start_from", metavar="N",
                         help="model to go on from, on what is new; it is used only if it is better and forgot nothing")
    command.add_argument("--replay", type=float, metavar="R", help="with --from: share of old days in between (0.5)")
    command.add_argument("--base", metavar="B", help="BERT to start from: a hub id or a folder")
    command.add_argument("--method", choices=list(LEARNING_RATES), help="what is trained (lora)")
    command.add_argument("--lora-rank", type=int, metavar="R", help="width of an adapter (16)")
    command.add_argument("--prefix-tokens", type=int, metavar="P", help="learned tokens, with --method prefix (16)")
    command.add_argument("--layers", type=int, metavar="K", help="last layers trained, with --method layers (2)")
    command.add_argument("--optimizer", choices=OPTIMIZERS, help="how the weights move (adamw)")
    command.add_argument("--learning-rate", type=float, metavar="L", help="how far they move (as the method needs)")
    command.add_argument("--schedule", choices=SCHEDULES, help="how the rate falls (linear)")
    command.add_argument("--weight-decay", type=float, metavar="D", help="pull of all weights to 0 (0.01)")
    command.add_argument("--dropout", type=float, metavar="D", help="share left out by chance (0.1)")
    command.add_argument("--patience", type=int, metavar="P", help="evaluations without getting better (4)")
    command.add_argument("--eval-steps", type=int, metavar="S", help="steps between evaluations and checkpoints (100)")
    command.add_argument("--batch-size", type=int, metavar="B", help="lists of one step; cut as memory needs (16)")
    command.add_argument("--precision", choices=PRECISIONS, help="numbers to compute with (auto)")
    command.add_argument("--gradient-checkpointing", action="store_true", default=None,
                         help="less memory, a third more time")
    command.add_argument("--report-to", metavar="T", help=f"who tracks: {', '.join(TRACKERS)} (tensorboard)")
    command.add_argument("--epochs", type=float, metavar="E", help="times to go through the examples")
    command.add_argument("--max-examples", type=int, metavar="M", help="examples to learn from at most")
    command.add_argument("--val-examples", type=int, metavar="M", help="lists or baskets to calibrate on at most")
    command.add_argument("--test-examples", type=int, metavar="M", help="lists or baskets to be judged on at most")
    command.add_argument("--everyone", action="store_true", default=None,
                         help="learn from robots and test accounts too, which imports set aside")
    command.add_argument("--max-steps", type=int, metavar="S", help="steps at most")
    command.add_argument("--seed", type=int, metavar="S", help="the same seed gives the same model")
    command.add_argument("--resume", action="store_true", help="go on with a training that was interrupted")
    command.add_argument("--keep", action="store_true", help="let the model in use stay; the new one is only kept")
    command.add_argument("--dry-run", action="store_true", help="say what would be learned from, and train nothing")


def _add_models(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group()
    what.add_argument("--compare", nargs=2, metavar=("A", "B"), help="set two models side by side")
    what.add_argument("--use", metavar="N", help="make a model the one in use")
    what.add_argument("--back", action="store_true", help="use the model again that was in use before")
    what.add_argument("--delete", metavar="N", help="delete a model; asks first")
    command.add_argument("--yes", action="store_true", help="with --delete: do not ask")
    command.add_argument("--force", action="store_true",
                         help="with --delete: even if links show what it predicted, which can no longer be opened then")


def _add_questions(add) -> None:  # type: ignore[no-untyped-def]
    def asks_model(name: str, about: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = add(name, about)
        command.add_argument("--model", metavar="N", help="name of the model (the one in use)")
        return command

    asks_model("evaluate", "measure a model on the last days").add_argument(
        "--baselines", action="store_true", help="measure simpler rivals in the same run"
    )
    asks_model("drift", "say whether a model still holds for what is new, or should be trained again")
    asks_model("audit", "say whether a model is right for everyone, and what can be read from its predictions")
    profile = asks_model("profile", "tags and facts of shoppers")
    who = profile.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", nargs="+", metavar="ID", help="of these shoppers")
    who.add_argument("--all", action="store_true", help="of all shoppers, into a file")
    profile.add_argument("--out", type=Path, metavar="F", help="file for --all: .csv or .parquet")
    scoring.arguments(asks_model("score", "score a list of pairs or shoppers, or the log of new shoppers"))
    recommend = asks_model("recommend", "items for a shopper, for a search, or for a place")
    recommend.add_argument("--user", required=True, metavar="ID")
    recommend.add_argument("--query", metavar="TEXT", help="rank only items that match these words")
    recommend.add_argument("--slot", metavar="S", help="place as it is named in the log")
    recommend.add_argument("-k", type=int, default=10, metavar="K", help="how many items (10)")
    recommend.add_argument("--explain", action="store_true", help="say why, for each item")
    _add_arrangement(recommend)
    driving.arguments(asks_model("explain", "why an item gets its chance of a click, or what drives a segment"))
    mapping.arguments(asks_model("map", "lay out every shopper by the model's view of their history"))
    searching.add(asks_model)
    segmenting.add(asks_model)
    describing.add(asks_model)
    offers.add(asks_model)


def _add_arrangement(command: argparse.ArgumentParser) -> None:
    command.add_argument("--diversity", type=float, metavar="D", help="0, the likeliest first, to 1: variety (0.3)")
    command.add_argument("--novelty", type=float, metavar="N", help="0 to 1: what being new to the shopper weighs (0)")
    command.add_argument("--new-share", type=float, metavar="S", help="share of items new in the shop, at least (0)")
    command.add_argument("--cap-brand", type=int, metavar="C", help="items of one brand, at most")
    command.add_argument("--cap-category", type=int, metavar="C", help="items of one category, at most")
    command.add_argument("--rules", type=Path, metavar="FILE", help="TOML file of rules: boost, bury, pin, hide")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        given = parser().parse_args(argv)
        Settings.from_environment().limit_threads()
        with redirect_stdout(sys.stderr):  # libraries chat; standard output is for the answer alone
            answer = COMMANDS[given.command](given, show.meter())
    except ShopperLensError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse("Stopped. Nothing half-done was kept.")
    if not together.leads():  # of several that train one model, one speaks
        return 0
    if given.json:
        print(json.dumps(plain(answer), ensure_ascii=False, allow_nan=False))
    else:
        print(show.text(given.command, answer))
    return 0


def _refuse(message: str) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
