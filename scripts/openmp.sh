#!/bin/sh
# LightGBM, the baseline that models are measured against, needs the system's OpenMP library: openmp.sh PYTHON
set -eu
"$1" -c 'import lightgbm' 2>/dev/null && exit 0
sh "$(dirname "$0")/system.sh" libgomp1 libomp
"$1" -c 'import lightgbm'
