/** Faults of a mail server, each planted and mended, with what `mailwright doctor` is to find of it. */
import { expect } from "vitest";
import type { Container } from "./container.ts";
import { type Fault, serviceFaults } from "./doctor-service-faults.ts";
import { noKeys, setZone, shownZone, type Zone } from "./signed-mail.ts";

export const certificateFolder = "/etc/letsencrypt/live/mail.domain.org";
/** A fragment that is shipped, and that of the site which takes its place. */
export const shipped = "/usr/share/mailwright/templates/etc/postfix/main.cf/50hardening.hbs";
export const own = "/etc/mailwright/templates/etc/postfix/main.cf/50hardening.hbs";

/** A certificate of an authority that the machine trusts, for so many days. */
export function issue(container: Container, days: number): Promise<string> {
  return container.must([
    "sh",
    "-ec",
    `mkdir -p ${certificateFolder} /tmp/ca; cd /tmp/ca
    test -e ca.crt || {
      openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=Authority' -days 90 -keyout ca.key -out ca.crt
      openssl req -newkey rsa:2048 -nodes -subj /CN=mail.domain.org -keyout mail.key -out mail.csr
      cp ca.crt /usr/local/share/ca-certificates/; update-ca-certificates
    } 2>/dev/null
    echo subjectAltName=DNS:mail.domain.org >extensions
    openssl x509 -req -in mail.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days ${days} -extfile extensions -out mail.crt 2>&1
    cp mail.key ${certificateFolder}/privkey.pem; cp mail.crt ${certificateFolder}/fullchain.pem`,
  ]);
}

/** What DNS holds where all is well, with the keys of domain.org. */
export async function goodZone(container: Container): Promise<Zone> {
  const [spf, dmarc] = ["v=spf1 mx ~all", "v=DMARC1; p=none"];
  return {
    ...noKeys,
    ...(await shownZone(container, "domain.org")),
    ...(await shownZone(container, "example.com")),
    "2.0.0.127.zen.spamhaus.org A": ["127.0.0.2", "127.0.0.4", "127.0.0.10"],
    "mail.domain.org A": ["192.0.2.1"],
    "mx.example.com A": ["192.0.2.1"],
    "1.2.0.192.in-addr.arpa PTR": ["mail.domain.org"],
    "domain.org MX": ["10 mail.domain.org"],
    "example.com MX": ["10 mx.example.com", "20 backup.example.net"],
    "domain.org TXT": [spf],
    "example.com TXT": ["some-verification=1", spf],
    "_dmarc.domain.org TXT": [dmarc],
    "_dmarc.example.com TXT": [dmarc],
  };
}

/** What other DNS than the good one makes of the zone; all of it together is one fault for each. */
const zoneFaults = {
  elsewhere: { "example.com MX": ["10 outside.example.net"] },
  noSpf: { "domain.org TXT": [] },
  publicServer: { "2.0.0.127.zen.spamhaus.org A": ["127.255.255.254"] },
  // An address that nobody has.
  away: { "away.example.net A": ["192.0.2.9"] },
  otherKey: { "default._domainkey.domain.org TXT": [`v=DKIM1; k=rsa; p=${"A".repeat(392)}`] },
} as const;

/** `zone` is what DNS holds where all is well. Those of DNS add up as they are planted. */
export function doctorFaults(container: () => Container, zone: () => Zone): readonly Fault[] {
  const sh = (program: string) => container().must(["sh", "-ec", program]);
  const planted = new Set<keyof typeof zoneFaults>();
  const publish = (): Promise<void> =>
    setZone(container(), Object.assign({}, zone(), ...[...planted].map((name) => zoneFaults[name])));
  const inZone = (name: keyof typeof zoneFaults): Pick<Fault, "plant" | "mend"> => ({
    plant: () => {
      planted.add(name);
      return publish();
    },
    mend: () => {
      planted.delete(name);
      return publish();
    },
  });
  const renew = async (days: number): Promise<void> => {
    await issue(container(), days);
    await container().must(["signal-event", "certificate-update"]);
  };
  const publishing = async (name: keyof typeof zoneFaults, program: string): Promise<void> => {
    await inZone(name).plant();
    await sh(program);
  };
  let size = 20_000_000;
  const grow = (): Promise<string> => {
    size += 1_000_000;
    return sh(`config setprop postfix MessageSizeMax ${size}`);
  };
  return [
    ...serviceFaults(container),
    {
      title: "much mail that waits for one host",
      plant: () =>
        publishing(
          "away",
          `for number in $(seq 120); do
            printf 'Subject: x\\n\\nx\\n' | sendmail -f root@domain.org x@away.example.net
          done
          until [ $(postqueue -j | grep -c '"queue_name": "deferred"') = 120 ]; do sleep 0.5; done`,
        ),
      mend: async () => {
        await sh("postsuper -d ALL 2>&1");
        await inZone("away").mend();
      },
      found: {
        ...{ check: "queue", severity: "warning", advice: "mailwright queue list --summary" },
        what: expect.stringMatching(/^1[0-2]\d messages are deferred for: connect to away\.example\.net/),
      },
    },
    {
      title: "a public name server, which lists of spammers refuse",
      ...inZone("publicServer"),
      found: {
        ...{ check: "dns", severity: "warning", where: "/etc/resolv.conf" },
        what: expect.stringMatching(/^zen\.spamhaus\.org refuses the name server/),
      },
    },
    {
      title: "an expired certificate",
      plant: () => renew(0),
      mend: () => renew(60),
      found: {
        check: "certificate",
        severity: "critical",
        what: expect.stringContaining("has expired"),
        where: "/etc/ssl/private/mailwright.pem",
      },
    },
    {
      title: "a stopped unit",
      plant: () => sh("systemctl stop postfix"),
      mend: () => sh("systemctl start postfix"),
      found: { check: "units", severity: "critical", where: "postfix", advice: "systemctl start postfix" },
    },
    {
      title: "a unit that does not start at boot",
      plant: () => sh("systemctl disable dovecot"),
      mend: () => sh("systemctl enable dovecot"),
      found: { check: "units", severity: "warning", where: "dovecot", advice: "systemctl enable dovecot" },
    },
    {
      title: "a port that is closed on the way",
      plant: () => sh("ip rule add pref 10 ipproto tcp dport 4190 unreachable"),
      mend: () => sh("ip rule del pref 10"),
      found: {
        check: "ports",
        severity: "critical",
        what: expect.stringContaining("port 4190 of dovecot does not answer"),
        where: expect.stringMatching(/^\/etc\/dovecot\/dovecot\.conf:\d+$/),
      },
    },
    {
      title: "an MX record that leads elsewhere",
      ...inZone("elsewhere"),
      found: {
        check: "dns",
        severity: "warning",
        what: "mail for example.com goes to outside.example.net, and not to this server",
        where: "example.com MX",
        advice: "publish: example.com. IN MX 10 mail.domain.org.",
      },
    },
    {
      title: "a missing SPF record",
      ...inZone("noSpf"),
      found: {
        check: "dns",
        severity: "warning",
        what: "domain.org has no SPF record",
        where: "domain.org TXT",
        advice: 'publish: domain.org. IN TXT "v=spf1 mx ~all"',
      },
    },
    {
      title: "a DKIM record of another key",
      ...inZone("otherKey"),
      found: {
        check: "dns",
        severity: "critical",
        what: expect.stringContaining("the DKIM record default of domain.org is that of another key"),
        where: "default._domainkey.domain.org TXT",
      },
    },
    {
      title: "a file edited by hand",
      plant: () => sh("echo '# mine' >>/etc/dovecot/dovecot.conf"),
      mend: () => sh("sed -i '/^# mine$/d' /etc/dovecot/dovecot.conf"),
      found: {
        check: "state",
        severity: "warning",
        where: "/etc/dovecot/dovecot.conf",
        advice: "mailwright verify",
      },
    },
    {
      title: "a fragment of the site whose original has changed",
      plant: () => sh(`echo '{{! of a new version }}' >>${shipped}`),
      mend: () => sh(`sed -i '$d' ${shipped}`),
      found: { check: "state", severity: "warning", where: own, advice: "mailwright status" },
    },
    {
      title: "a disk that is nearly full",
      plant: () =>
        sh("mount -t tmpfs -o size=20m none /var/log && head -c 20800000 /dev/zero >/var/log/large"),
      mend: () => sh("umount -l /var/log"),
      found: {
        check: "disk",
        severity: "critical",
        where: "/var/log",
        what: expect.stringMatching(/^\d MB are left/),
      },
    },
    {
      title: "a setting that waits",
      plant: grow,
      mend: () => container().must(["mailwright", "apply"]),
      found: {
        check: "state",
        severity: "warning",
        what: "settings wait to be applied: postfix MessageSizeMax",
        advice: "mailwright apply",
      },
    },
  ];
}
