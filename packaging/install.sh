# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Sourced by packaging/run and packaging/test, which stand at the top of the source tree.

say() {
    printf '%s\n' "$*" >&2
}

# install_missing PART...: installs the packages of these parts that are not there. Asks dpkg once,
# and calls apt-get only when something is missing.
install_missing() {
    wanted=$(
        for part in "$@"; do
            sed -n "s/^$part //p" packaging/packages
        done
    )
    # shellcheck disable=SC2086 # a list of words
    there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true)
    missing=
    for package in $wanted; do
        case "
$there
" in
            *"
installed $package
"*) ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "These packages are missing:$missing; run this as root, or install sudo."
            exit 2
        fi
        as_root=sudo
    fi
    say "Installing$missing"
    # What is asked for is in the list; the rest would only take time. stdout stays ours.
    # shellcheck disable=SC2086
    {
        $as_root apt-get -q update &&
            $as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get -q install -y --no-install-recommends $missing
    } >&2 || {
        say "apt-get could not install$missing; see its message above."
        exit 2
    }
}

# configure PRESET [OPTION...]: only the first time; later CMake looks after itself.
configure() {
    preset=$1
    shift
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" --log-level=WARNING "$@" >&2
}
