#!/bin/sh
# Installs a package of the operating system: system.sh APT-NAME BREW-NAME [--cask]
set -eu
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        as_root="sudo"
        command -v sudo >/dev/null 2>&1 || {
            echo "The package $1 is needed. Ask an administrator to run: apt-get install $1" >&2
            exit 1
        }
    fi
    echo "Installing $1 ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1 || {
        $as_root apt-get update -qq >/dev/null # a fresh machine has no package lists yet
        $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null
    }
elif command -v brew >/dev/null 2>&1; then
    echo "Installing $2 ..." >&2
    brew install ${3:+"$3"} "$2" >&2
else
    echo "The package $1 is needed, and neither apt-get nor brew is here. Install it, then run make again." >&2
    exit 1
fi
