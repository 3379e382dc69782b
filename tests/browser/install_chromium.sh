#!/bin/sh
# The browser test drives Debian's Chromium: install it where that is possible, else say what is missing.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and a Japanese font for the browser test…"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-ipaexfont >/dev/null
    exit 0
fi
echo "The browser test needs Chromium: apt-get install chromium fonts-ipaexfont" >&2
exit 1
