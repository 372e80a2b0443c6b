#!/bin/bash
# Builds the Debian 12 root in which the e2e scenarios run: real systemd, Postfix, Dovecot, Rspamd, Redis.
#
#   build-root.sh CACHE     makes CACHE/root; a second call with the same script does nothing
#
# The mirror is the one that this machine's own apt uses (or E2E_DEBIAN_MIRROR); nothing of it, of its keys or of
# the host's resolver stays in the root. Output goes to CACHE/build.log; a failure prints its last lines.
# Exit 0: CACHE/root is ready. Needs root.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
umask 022

cache=${1:?usage: build-root.sh CACHE_FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "build-root.sh: must run as root" >&2; exit 1; }
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
root=$cache/root new=$cache/root.new log=$cache/build.log
stamp=$(cd "$here" && cat build-root.sh root/* | sha256sum | cut -d' ' -f1)

packages=(
  postfix postfix-lmdb postfix-cdb libsasl2-modules
  dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-sieve dovecot-managesieved dovecot-fts-xapian
  rsyslog logrotate
  rspamd redis-server
  clamav-daemon getmail6
  swaks python3 strace procps curl openssl iproute2 ca-certificates
  man-db zsh fish # manual pages and completions of the package
  nginx-light lua5.1 postfix-pcre cron # readers of the files that values are written into
  zip p7zip-full # what the attachments of messages are packed with
  dovecot-gssapi krb5-kdc krb5-admin-server krb5-user python3-gssapi # Kerberos: a realm of its own, and a client with its tickets
  opendkim-tools # verifies signatures as another program than Rspamd
  chromium fonts-dejavu-core # looks at the web interface
)

exec 9>"$cache/build.lock"
flock 9
[ "$(cat "$root/etc/e2e-stamp" 2>/dev/null)" = "$stamp" ] && exit 0

mounts_off() {
  for d in dev/pts dev proc sys; do
    mountpoint -q "$new/$d" && umount -l "$new/$d"
  done
  return 0
}
failed() {
  local status=$?
  mounts_off
  [ $status = 0 ] && return
  { echo "build-root.sh: failed (exit $status); the end of $log:"; tail -n 25 "$log"; } >&2
}
trap failed EXIT
: >"$log"

# sources of the machine that are Debian's: URI RELEASE COMPONENT, one a line
sources() {
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $3 ~ /^bookworm/ { $1 = ""; sub(/^ /, ""); print }' | sort -u
}

# Rspamd compiles its expressions when it starts for the first time, which takes 10 s: once here, not in each container
warm_rspamd() {
  local i
  mkdir -p "$new/run/rspamd"
  unshare --net --fork --kill-child chroot "$new" \
    sh -c 'ip link set lo up; exec timeout 60 rspamd -f -u _rspamd -g _rspamd -c /etc/rspamd/rspamd.conf' &
  for i in $(seq 60); do
    sleep 1
    grep -q 'listening for control commands' "$new/var/log/rspamd/rspamd.log" 2>/dev/null && break
  done
  kill $!
  wait $! || true
  rm -rf "$new/run/rspamd" "$new"/var/log/rspamd/* "$new"/var/lib/rspamd/{stats.ucl,rspamd.rrd,rspamd.sock}
}

build() {
  if ! command -v debootstrap || ! command -v systemd-nspawn || ! command -v ip || [ -z "$(sources)" ]; then
    apt-get update
    apt-get install -y --no-install-recommends debootstrap systemd-container debian-archive-keyring iproute2
  fi
  mirror=${E2E_DEBIAN_MIRROR:-$(sources | awk '$2 == "bookworm" && $3 == "main" { print $1; exit }')}
  [ -n "$mirror" ] || { echo "no Debian 12 mirror in this machine's apt sources: set E2E_DEBIAN_MIRROR"; return 1; }

  mounts_off
  rm -rf "$new"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$new" "$mirror"

  # for the installation only
  cp /etc/resolv.conf "$new/etc/resolv.conf"
  apt-config dump Acquire | grep -E '::(Proxy|Check-Valid-Until|Check-Date|https?)\b' >"$new/etc/apt/apt.conf.d/99e2e" || true
  { echo "deb $mirror bookworm main"; sources | awk '{ print "deb", $0 }'; } | sort -u >"$new/etc/apt/sources.list"
  printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
  chmod 755 "$new/usr/sbin/policy-rc.d"
  echo mail.example.org >"$new/etc/hostname"
  cat >"$new/etc/hosts" <<-HOSTS
	127.0.0.1 localhost
	::1 localhost ip6-localhost
	192.0.2.1 mail.example.org mail
	192.0.2.2 outside.example.net outside
	HOSTS
  chroot "$new" debconf-set-selections <<-ANSWERS
	postfix postfix/main_mailer_type select Internet Site
	postfix postfix/mailname string mail.example.org
	ANSWERS
  mount -t proc proc "$new/proc"
  chroot "$new" apt-get update
  chroot "$new" apt-get install -y --no-install-recommends "${packages[@]}"
  warm_rspamd
  mounts_off

  # what makes it an offline machine: a resolver that answers at once, no timers, a journal in memory
  install -m 755 "$here/root/e2e-dns.py" "$new/usr/local/sbin/e2e-dns"
  install -m 644 "$here/root/e2e-dns.service" "$new/etc/systemd/system/e2e-dns.service"
  printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$new/etc/resolv.conf"
  ln -sf ../e2e-dns.service "$new/etc/systemd/system/multi-user.target.wants/e2e-dns.service"
  rm -f "$new"/etc/systemd/system/timers.target.wants/* "$new"/etc/systemd/system/getty.target.wants/*
  # the virus scanner knows one virus, that of the scenarios (scanner.ts); Debian's units look for two sets of signatures
  mkdir -p "$new/var/lib/clamav/main.inc" "$new/var/lib/clamav/daily.inc"
  printf 'Mailwright.Test:0:*:%s\n' "$(printf MAILWRIGHT-TEST-VIRUS-7c1e | od -An -tx1 | tr -d ' \n')" \
    >"$new/var/lib/clamav/scenario.ndb"
  # a realm is made by the scenario that has one
  chroot "$new" systemctl disable krb5-kdc.service krb5-admin-server.service
  rm -f "$new/etc/krb5.conf"
  chroot "$new" systemctl disable clamav-daemon.service clamav-daemon.socket clamav-freshclam.service
  mkdir -p "$new/etc/systemd/journald.conf.d"
  printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' >"$new/etc/systemd/journald.conf.d/e2e.conf"

  chroot "$new" apt-get clean
  rm -rf "$new"/var/lib/apt/lists/* "$new/usr/sbin/policy-rc.d" "$new/etc/apt/apt.conf.d/99e2e"
  : >"$new/etc/apt/sources.list"
  : >"$new/etc/machine-id"
  echo "$stamp" >"$new/etc/e2e-stamp"
  rm -rf "$root"
  mv "$new" "$root"
}

(set -e; build) >>"$log" 2>&1
