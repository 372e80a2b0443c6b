/** The event whose apply is killed, and the files of a site that make it great. */

const site = "/etc/mailwright";
export const event = "crash-save";

/** Shipped files that get a fragment of the site's; main.cf not, for a reload waits two seconds for one that is new. */
const shipped = [
  ...["master.cf", "milter-header-checks", "local-domains", "local-recipients", "virtual-aliases"].map(
    (name) => `/etc/postfix/${name}`,
  ),
  ...["/etc/dovecot/users", "/etc/dovecot/dovecot.conf"],
  ...["actions.conf", "milter_headers.conf", "redis.conf"].map((name) => `/etc/rspamd/local.d/${name}`),
  ...["controller", "normal", "proxy"].map((name) => `/etc/rspamd/local.d/worker-${name}.inc`),
  ...["modules.d/mailwright_quarantine.conf", "plugins.d/mailwright_quarantine.lua"].map(
    (name) => `/etc/rspamd/${name}`,
  ),
];

const number = "{{config.crash.Number}}";

/** By which a daemon itself tells the number that it has read, where another tells it by a reload alone. */
const effects: Readonly<Record<string, string>> = {
  "/etc/postfix/master.cf": `127.0.0.1:2525 inet n - n - - smtpd\n  -o { smtpd_banner = $myhostname ESMTP ${number} }\n`,
  "/etc/postfix/local-domains": `crash${number}.domain.org domain\n`,
  "/etc/dovecot/dovecot.conf": `login_greeting = ready ${number}\n`,
  // Above the limit of a refusal: no message ever gets there.
  "/etc/rspamd/local.d/actions.conf": `rewrite_subject = 100${number};\n`,
};

/** What the site adds, by path: the number in every file, a table that comes and goes with it, and the event that makes all. */
export const additions: Readonly<Record<string, string>> = {
  [`${site}/catalogue.d/crash.yaml`]: `configuration:
  keys:
    crash:
      type: thing
      properties:
        Number: { kind: integer, min: 1, max: 2, text: Stands in every file., events: [${event}] }
`,
  ...Object.fromEntries(
    shipped.map((path) => [
      `${site}/templates${path}/95crash.hbs`,
      `${path.endsWith(".lua") ? "--" : "#"} number ${number}\n${effects[path] ?? ""}`,
    ]),
  ),
  [`${site}/templates/etc/postfix/crash/template.yaml`]:
    'syntax: postfix-map\ncheck: postfix\nservices: [postfix]\nmap: cdb\nmode: "0640"\nwhen: eq config.crash.Number 1\n',
  [`${site}/templates/etc/postfix/crash/10crash.hbs`]: `number ${number}\n`,
  [`${site}/events/${event}/event.yaml`]:
    "description: all of it\nextends: [nethserver-mail-server-save, nethserver-mail-filter-save]\n" +
    "templates:\n  - /etc/postfix/crash\n",
};
