# Installs packages without starting their services. Arguments: the policy file, apt-get, the packages.
#
# This is a shell script so that its trap restores the machine's policy however the installation ends, including by
# Ctrl-C. After SIGKILL the saved policy remains, and the next run restores it.
set -eu
policy=$1 apt_get=$2
shift 2
saved=$policy.leveret-saved

restore() {
    if [ -e "$saved" ]; then mv -f "$saved" "$policy"; else rm -f "$policy"; fi
}

install() {
    DEBIAN_FRONTEND=noninteractive "$apt_get" install -y --no-install-recommends "$@"
}

if [ -e "$policy" ] && [ ! -e "$saved" ]; then cp -p "$policy" "$saved"; fi
trap restore EXIT
trap 'exit 130' HUP INT TERM
# 101: "action forbidden by policy", for every service and action.
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

# The first attempt fails if the package lists are missing, or older than the packages on the mirror: then update them.
install "$@" || { "$apt_get" update && install "$@"; }
