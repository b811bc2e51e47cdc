# Installs packages without starting the services they bring. Arguments: the policy file, apt-get, the packages.
#
# This is a shell script so that the trap puts the machine's own policy back whatever ends the installation, the
# terminal's Ctrl-C included. A run that was killed outright leaves the saved policy, and the next one puts it back.
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

# Package lists that are missing or older than what the mirror still carries show as a failure, and are fetched then.
install "$@" || { "$apt_get" update && install "$@"; }
