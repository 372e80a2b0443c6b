import packageJson from "../package.json" with { type: "json" };

/** Debian's name of the processor that the executable is built for. */
export const architecture = process.arch === "arm64" ? "arm64" : "amd64";

export const maintainer = "mailwright developers <mailwright@localhost>";

/** The daemons that templates configure and events adjust. Recommended, so that a trial needs none of them. */
const recommended = [
  "postfix",
  "postfix-cdb",
  "dovecot-core",
  "dovecot-imapd",
  "dovecot-pop3d",
  "dovecot-lmtpd",
  "dovecot-sieve",
  "dovecot-managesieved",
  "dovecot-fts-xapian",
  "cron | cron-daemon",
  "rspamd",
  "redis-server",
  "clamav-daemon",
  "clamav-freshclam",
  "nginx-light | nginx",
  "libsasl2-modules",
  "openssl",
  "rsyslog",
  "logrotate",
];

/** For settings that few servers use. */
const suggested = ["getmail6", "ca-certificates", "dovecot-gssapi"];

const description = [
  packageJson.description.replace(/^A /, "").replace(/,.*/, ""),
  "Keeps the settings of a mail server in one key/property database and turns",
  "them, on named events, into the configuration of Postfix, Dovecot and Rspamd.",
  "Values are checked when they are stored, configuration is judged by the",
  "daemons before it is written, and services are reloaded only where a file of",
  "theirs changed.",
  "",
  "The commands config, db, signal-event and expand-template take what those of",
  "e-smith and NethServer took, so that an administrator's scripts go on working.",
];

/** The fields of DEBIAN/control; `installedSize` in KiB. */
export function controlFields(installedSize: number): readonly (readonly [name: string, value: string])[] {
  const [synopsis = "", ...paragraphs] = description;
  return [
    ["Package", packageJson.name],
    ["Version", packageJson.version],
    ["Architecture", architecture],
    ["Maintainer", maintainer],
    ["Installed-Size", String(installedSize)],
    // the newest symbol versions that Bun's runtime asks of libc, libm, libdl and libpthread are those of 2.17
    ["Depends", "libc6 (>= 2.17)"],
    ["Recommends", recommended.join(", ")],
    ["Suggests", suggested.join(", ")],
    ["Section", "mail"],
    ["Priority", "optional"],
    ["Description", [synopsis, ...paragraphs.map((line) => ` ${line || "."}`)].join("\n")],
  ];
}

export function controlText(installedSize: number): string {
  return controlFields(installedSize)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}
