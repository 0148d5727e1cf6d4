# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by packaging/run and packaging/test: finds the source tree, installs what is missing, builds a preset.

set -euo pipefail

KERF_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

KERF_PACKAGES=(
    g++ cmake ninja-build ccache lld pkg-config git ca-certificates
    libeigen3-dev libopenblas-dev libtbb-dev libhwy-dev libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev
    libcli11-dev libspdlog-dev libfmt-dev libexpected-dev libpcre2-dev libutf8proc-dev libicu-dev libcsv-dev libxxhash-dev libssl-dev
    libyaml-cpp-dev libminizip-dev libonnx-dev libprotobuf-dev libjpeg62-turbo-dev libpng-dev libexpat1-dev
    qt6-base-dev libqt6svg6-dev qt6-tools-dev qt6-l10n-tools qt6-translations-l10n
    libqcustomplot-dev fonts-dejavu-core libbenchmark-dev sqlite3 dbus-daemon
    python3 python3-jinja2
)

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Installs the Debian packages that are not there yet; does nothing, and needs no rights, when all are.
install_packages() {
    local missing=()
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || die "These packages are missing and apt-get is not here to install them: ${missing[*]}"
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "Run this as root, or install sudo, to install: ${missing[*]}"
        sudo=(sudo)
    fi
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# build_preset PRESET [TARGET...]: configures and builds, quietly unless something fails.
build_preset() {
    local preset=$1
    shift
    local targets=()
    [ $# -gt 0 ] && targets=(--target "$@")
    say "Building preset '$preset' (the first time takes some minutes)"
    # Hard-linked caches and absolute paths: one cache serves every clone.
    export CCACHE_BASEDIR="$KERF_ROOT" CCACHE_NOHASHDIR=1
    (cd "$KERF_ROOT" && cmake --preset "$preset" >"$KERF_ROOT/build/$preset.configure.log" 2>&1) || {
        cat "$KERF_ROOT/build/$preset.configure.log" >&2
        die "Configuring failed; the log above says why."
    }
    (cd "$KERF_ROOT" && cmake --build --preset "$preset" "${targets[@]}" >&2)
}

mkdir -p "$KERF_ROOT/build"
