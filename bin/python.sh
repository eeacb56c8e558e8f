# Sourced by bin/run and bin/test: `python` becomes a Python 3.11 or newer, or the command ends with one sentence.
for python in python3 python3.14 python3.13 python3.12 python3.11 ''; do
    [ -n "$python" ] || { echo "Il faut Python 3.11 ou plus récent sur cette machine." >&2; exit 1; }
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
done
