#!/bin/sh
# Makes the virtual environment: venv.sh PYTHON FOLDER
set -eu
python=$1
folder=$2

if [ -z "$python" ]; then
    echo "ShopperLens needs Python 3.11 or newer, and none was found. Install one, or name it: make app PYTHON=/path/to/python" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo "not a Python")
    echo "ShopperLens needs Python 3.11 or newer; $python is $found. Name another: make app PYTHON=/path/to/python" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then # Debian and Ubuntu keep it in a package of its own
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    sh "$(dirname "$0")/system.sh" "python$version-venv" "python@$version"
fi
echo "Making the virtual environment $folder with $python ..."
"$python" -m venv "$folder"
